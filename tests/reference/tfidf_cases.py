"""Records the results of scikit-learn's TfidfVectorizer (pip install scikit-learn) for invented texts whose words are ids.

    python3 tests/reference/tfidf_cases.py > tests/reference/tfidf_cases.json

Recorded with scikit-learn 1.9.1. Each case: the number of ids, training texts, the inverse document frequency of each id (0 for one that no
training text has, which scikit-learn does not know), other texts, and the weight of each id in each of them.
"""
import json
import random

from sklearn.feature_extraction.text import TfidfVectorizer


def record(rng):
    ids = rng.choice([4, 10, 40])
    text = lambda: [min(rng.randrange(ids), rng.randrange(ids)) for _ in range(rng.choice([0, 1, 3, 8, 20]))]
    training = [[0, 1]] + [text() for _ in range(rng.choice([1, 5, 30]))]
    others = [text() for _ in range(4)]
    vectorizer = TfidfVectorizer(analyzer=list).fit(training)
    idf, weights = [0.0] * ids, [[0.0] * ids for _ in others]
    matrix = vectorizer.transform(others).toarray()
    for id, column in vectorizer.vocabulary_.items():
        idf[id] = float(vectorizer.idf_[column])
        for row, values in zip(weights, matrix):
            row[id] = float(values[column])
    return dict(ids=ids, training=training, idf=idf, texts=others, weights=weights)


rng = random.Random(7)
print("[" + ",\n".join(json.dumps(record(rng)) for _ in range(12)) + "]")
