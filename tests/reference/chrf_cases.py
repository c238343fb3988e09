"""Records chrF and chrF++ scores of sacrebleu (pip install sacrebleu) for random lines.

    python3 tests/reference/chrf_cases.py > tests/reference/chrf_cases.json

Recorded with sacrebleu 2.6.0. Each case: options, hypotheses, the references of each, and the figure, name and signature of corpus_score.
"""
import json
import random

from sacrebleu.metrics import CHRF

import random_text


def cases(rng):
    for hypotheses, references in random_text.edge_cases():
        for word_order in (0, 2):
            yield dict(word_order=word_order, lowercase=False), hypotheses, references
    for _ in range(180):
        options = dict(word_order=rng.choice([0, 0, 1, 2, 2]), lowercase=rng.random() < 0.3)
        yield options, *random_text.corpus(rng, plain=rng.random() < 0.3)


def main():
    rows = []
    for options, hypotheses, references in cases(random.Random(21)):
        metric = CHRF(**options)
        most = max(len(r) for r in references)
        streams = [[r[k] if k < len(r) else None for r in references] for k in range(most)]
        result = metric.corpus_score(hypotheses, streams)
        rows.append(json.dumps(dict(options=options, hypotheses=hypotheses, references=references, score=result.score,
                                    name=result.name, signature=str(metric.get_signature())), ensure_ascii=False))
    print("[" + ",\n".join(rows) + "]")


main()
