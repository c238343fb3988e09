"""Records the merges that subword-nmt (pip install subword-nmt) learns from invented words, and how it splits lines.

    python3 tests/reference/bpe_cases.py > tests/reference/bpe_cases.json

Recorded with subword-nmt 0.3.8. Each run: the lines learnt from, how many merges at most, from which frequency on; the codes that
come out; lines and their pieces, those learnt from among them and others with characters that were not.
"""
import contextlib
import io
import json
import random
import sys

from subword_nmt.apply_bpe import BPE
from subword_nmt.learn_bpe import learn_bpe

ALPHABETS = {
    "letters": "etaoinshrdlu",
    "accents": "aeéèßüñçoœ",
    "scripts": "жлонαβγшя日本語",
    "signs": "ab01.,!?-'&;/\\@#",
    "one": "a",
    "two": "ab",
    "far": "a\U0001F642b\U00010348é",  # beyond 16 bits
}


def invented_words(rng, alphabet, count, longest):
    return ["".join(rng.choices(alphabet, k=rng.randint(1, longest))) for _ in range(count)]


def lines_of(rng, words, count):
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return [" ".join(rng.choices(words, weights, k=rng.randint(0, 14))) for _ in range(count)]


def record(lines, more_lines, merges, min_frequency=2):
    codes = io.StringIO()
    with contextlib.redirect_stderr(io.StringIO()):
        learn_bpe(io.StringIO("\n".join(lines) + "\n"), codes, merges, min_frequency)
    bpe = BPE(io.StringIO(codes.getvalue()))
    segmented = [[line, bpe.process_line(line)] for line in lines[:20] + more_lines]
    return {"lines": lines, "merges": merges, "min_frequency": min_frequency,
            "codes": codes.getvalue().split("\n")[1:-1], "segmented": segmented}


def runs():
    rng = random.Random(2016)
    for name, alphabet in ALPHABETS.items():
        for merges, words, count in ((8, 12, 10), (400, 60, 40)):
            known = invented_words(rng, alphabet, words, 9)
            others = invented_words(rng, alphabet + "xq7ÿ語", 12, 12)
            yield record(lines_of(rng, known, count), lines_of(rng, others, 10) + ["", "x", "q"], merges)
    # Every pair is as frequent as every other one.
    yield record(["ab cd ef ba dc fe", "fe dc ba ef cd ab"], ["abcdef fedcba ab"], 100)
    yield record(["abc bca cab"], ["abcabc"], 3, min_frequency=1)
    yield record(["low low low low low", "lower lower newest newest newest newest newest newest", "widest widest widest"],
                 ["lowest newer wide low"], 10)
    # A merge that occurs twice in the file, and one whose parts no merge makes.
    codes = ["a b", "b c</w>", "a b", "abc d", "c d</w>"]
    bpe = BPE(io.StringIO("#version: 0.2\n" + "\n".join(codes) + "\n"))
    lines = ["ab abc abcd cd ababab", "abcab bcd abcabcd a b c d"]
    yield {"codes": codes, "segmented": [[line, bpe.process_line(line)] for line in lines]}


json.dump(list(runs()), sys.stdout, ensure_ascii=False, indent=0)
print()
