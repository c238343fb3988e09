"""Records scores of classes by scikit-learn (pip install scikit-learn) for random predictions.

    python3 tests/reference/class_cases.py > tests/reference/class_cases.json

Recorded with scikit-learn 1.9.1, zero_division=0. Each case: the number of classes, predictions and truth, the confusion matrix, accuracy,
[precision, recall, F1, support] of each class, [precision, recall, F1] averaged over the classes that occur (macro) and over examples
(weighted); in every tenth case also scores of every class and the share of examples whose class is among the k best.
"""
import json
import random
import warnings

import numpy
from sklearn import metrics

warnings.filterwarnings("ignore")


def record(rng, number):
    classes = rng.choice([2, 2, 3, 5, 8])
    count = rng.choice([1, 2, 5, 12, 30])
    right = rng.choice([0, 0.3, 0.7, 1])
    truth = [rng.randrange(classes) for _ in range(count)]
    predicted = [t if rng.random() < right else rng.randrange(classes) for t in truth]
    every = list(range(classes))
    scores = metrics.precision_recall_fscore_support(truth, predicted, labels=every, zero_division=0)
    average = lambda how: [float(x) for x in metrics.precision_recall_fscore_support(truth, predicted, average=how, zero_division=0)[:3]]
    row = dict(labels=classes, predicted=predicted, truth=truth,
               confusion=metrics.confusion_matrix(truth, predicted, labels=every).tolist(),
               accuracy=float(metrics.accuracy_score(truth, predicted)),
               classes=[[float(p), float(r), float(f), int(s)] for p, r, f, s in zip(*scores)],
               macro=average("macro"), weighted=average("weighted"))
    if number % 10 == 0 and classes > 2:
        logits = [[round(rng.gauss(0, 1), 4) for _ in every] for _ in truth]
        k = rng.randrange(1, classes)
        row.update(logits=logits, k=k, top_k=float(metrics.top_k_accuracy_score(truth, numpy.array(logits), k=k, labels=every)))
    return row


rng = random.Random(4)
print("[" + ",\n".join(json.dumps(record(rng, number)) for number in range(220)) + "]")
