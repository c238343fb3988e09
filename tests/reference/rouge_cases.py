"""Records ROUGE scores of rouge-score (pip install rouge-score) for random texts.

    python3 tests/reference/rouge_cases.py > tests/reference/rouge_cases.json

Recorded with rouge-score 0.1.2, without stemming. Each case: a text, its references, and precision, recall and F of score_multi.
"""
import json
import random

from rouge_score.rouge_scorer import RougeScorer

import random_text

TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def cases(rng):
    for hypotheses, references in random_text.edge_cases():
        yield hypotheses[-1], references[-1]
    for _ in range(200):
        hypotheses, references = random_text.corpus(rng, plain=rng.random() < 0.6)
        count = min(len(r) for r in references)
        if rng.random() < 0.5:  # summaries of several sentences
            yield "\n".join(hypotheses), ["\n".join(r[k] for r in references) for k in range(count)]
        else:
            yield hypotheses[0], references[0]


def main():
    scorer = RougeScorer(TYPES, use_stemmer=False)
    rows = []
    for hypothesis, references in cases(random.Random(22)):
        scores = scorer.score_multi(references, hypothesis)
        rows.append(json.dumps(dict(hypothesis=hypothesis, references=references,
                                    **{name: [float(x) for x in scores[name]] for name in TYPES}), ensure_ascii=False))
    print("[" + ",\n".join(rows) + "]")


main()
