"""Records accuracy and macro-F1 of scikit-learn (pip install scikit-learn) for random classes.

    python3 tests/reference/f1_cases.py > tests/reference/f1_cases.inc

Recorded with scikit-learn 1.9.1. Each case: predictions, truth, accuracy, macro-F1 over the classes that occur in either.
"""
import random

from sklearn.metrics import accuracy_score, f1_score

rng = random.Random(4)
print("// Made by f1_cases.py, which stands beside it; scikit-learn 1.9.1.")
print("// {predictions}, {truth}, accuracy, macro-F1")
for _ in range(10):
    classes = rng.choice([2, 3, 7])
    count = rng.choice([1, 5, 20])
    truth = [rng.randrange(classes) for _ in range(count)]
    predicted = [t if rng.random() < 0.5 else rng.randrange(classes + 1) for t in truth]
    accuracy = accuracy_score(truth, predicted)
    f1 = f1_score(truth, predicted, average="macro", zero_division=0)
    print(f"{{{{{', '.join(map(str, predicted))}}}, {{{', '.join(map(str, truth))}}}, {float(accuracy)!r}, {float(f1)!r}}},")
