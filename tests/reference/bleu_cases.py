"""Records BLEU figures of sacrebleu (pip install sacrebleu) for random sentences.

    python3 tests/reference/bleu_cases.py > tests/reference/bleu_cases.inc

Recorded with sacrebleu 2.6.0. Each case: hypotheses, references (a list per hypothesis, | between them), and corpus_bleu's figures with
tokenize="none" and everything else at its default.
"""
import random

from sacrebleu.metrics import BLEU


def sentence(rng, words, shortest, longest):
    return [rng.choice(words) for _ in range(rng.randint(shortest, longest))]


def changed(rng, tokens, words, rate):
    out = []
    for token in tokens:
        draw = rng.random()
        if draw < rate / 3:
            continue
        out.append(rng.choice(words) if draw < rate else token)
        if rng.random() < rate / 4:
            out.append(rng.choice(words))
    return out


def random_case(rng):
    words = [chr(ord("a") + i) for i in range(rng.choice([3, 6, 15, 26]))]
    shortest, longest = rng.choice([(0, 3), (1, 6), (4, 12), (8, 30)])
    rate = rng.choice([0.05, 0.2, 0.5, 0.9])
    hypotheses, references = [], []
    for _ in range(rng.choice([1, 2, 3, 6])):
        first = sentence(rng, words, max(shortest, 1), longest)
        more = [changed(rng, first, words, 0.3) for _ in range(rng.choice([0, 0, 1, 3]))]
        references.append([first] + [r for r in more if r])
        hypotheses.append(changed(rng, first, words, rate))
    return hypotheses, references


def edge_cases():
    def case(hypothesis, *references):
        return [hypothesis.split()], [[r.split() for r in references]]

    yield case("a b c d", "a b c d")  # perfect
    yield case("a b c", "a b c")  # perfect, but no 4-gram
    yield case("x y z w", "a b c d")  # nothing matches
    yield case("", "a b c d")  # empty
    yield case("a a a a a", "a a b c d", "a b b b b")  # clipping by the best reference
    yield case("a b c d e", "a b c d", "a b c d e f")  # two references equally close
    yield case("a b c d e", "a b c d e f", "a b c d")  # the same, in the other order
    yield case("a x b y c z", "a b c d e f")  # smoothing of three orders


def joined(sentences):
    return ", ".join('"' + " | ".join(" ".join(r) for r in s) + '"' for s in sentences)


def main():
    rng = random.Random(20)
    cases = list(edge_cases()) + [random_case(rng) for _ in range(26)]
    print("// Made by bleu_cases.py, which stands beside it; sacrebleu 2.6.0.")
    print("// {hypotheses}, {references, | between them}, score, {precisions}, brevity penalty, hypothesis length, reference length")
    for hypotheses, references in cases:
        most = max(len(r) for r in references)
        streams = [[" ".join(r[k]) if k < len(r) else None for r in references] for k in range(most)]
        result = BLEU(tokenize="none", force=True).corpus_score([" ".join(h) for h in hypotheses], streams)
        precisions = ", ".join(repr(p) for p in result.precisions)
        print(f"{{{{{joined([[h] for h in hypotheses])}}}, {{{joined(references)}}}, {result.score!r}, {{{precisions}}}, {result.bp!r}, "
              f"{result.sys_len}, {result.ref_len}}},")


main()
