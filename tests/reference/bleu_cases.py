"""Records BLEU scores of sacrebleu (pip install sacrebleu) for random lines.

    python3 tests/reference/bleu_cases.py > tests/reference/bleu_cases.json

Recorded with sacrebleu 2.6.0. Each case: options, hypotheses, the references of each, and the figures, line and signature of corpus_score.
"""
import json
import random

from sacrebleu.metrics import BLEU

import random_text

DEFAULT = dict(tokenize="none", lowercase=False, smooth_method="exp", smooth_value=None, effective_order=False)


def random_options(rng):
    smooth_method = rng.choice(["exp", "exp", "exp", "floor", "add-k", "none"])
    takes_value = smooth_method in ("floor", "add-k")
    return dict(tokenize=rng.choice(["13a", "13a", "none", "char"]), lowercase=rng.random() < 0.3, smooth_method=smooth_method,
                smooth_value=rng.choice([0.25, 2.0]) if takes_value and rng.random() < 0.5 else None,
                effective_order=rng.random() < 0.3)


def cases(rng):
    for hypotheses, references in random_text.edge_cases():
        for tokenize in ("none", "13a", "char"):
            yield dict(DEFAULT, tokenize=tokenize), hypotheses, references
        yield dict(random_options(rng), effective_order=True), hypotheses, references
    for _ in range(160):
        yield random_options(rng), *random_text.corpus(rng, plain=rng.random() < 0.3)


def streams(references):
    most = max(len(r) for r in references)
    return [[r[k] if k < len(r) else None for r in references] for k in range(most)]


def main():
    rows = []
    for options, hypotheses, references in cases(random.Random(20)):
        metric = BLEU(force=True, **options)
        result = metric.corpus_score(hypotheses, streams(references))
        rows.append(json.dumps(
            dict(options=options, hypotheses=hypotheses, references=references, score=result.score, precisions=result.precisions,
                 brevity_penalty=result.bp, hypothesis_length=result.sys_len, reference_length=result.ref_len, line=str(result),
                 signature=str(metric.get_signature())), ensure_ascii=False))
    print("[" + ",\n".join(rows) + "]")


main()
