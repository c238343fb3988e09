#!/usr/bin/env python3
"""Records small models and unfinished checkpoints of every kind in models/, which later programs must load and resume.

    python3 tests/reference/record_models.py FOLDER_WITH_THE_PROGRAMS CASE...
    python3 tests/reference/record_models.py FOLDER_WITH_THE_PROGRAMS --resumed CASE...

Recorded with the programs of commit 62d8592 (2026-11-30), the case of SentencePiece with those of b08b7bd, on AVX-512. The
files stand for what users have on their disks, so they stay as they are when the programs change: what later programs can
write besides becomes a case of its own, and only cases that are named on the command line are recorded. The data come from
`demo write` and from the lines below; pieces.model from the texts of labelled.tsv, by `spm_train --vocab_size=50
--normalization_rule_name=identity --hard_vocab_limit=false`.

A checkpoint is one that the training left behind on its way to the model of the same name, so that model is what it must lead to,
unless the formulas of training have changed since: --resumed resumes the checkpoint of a case as it is and records the model to
which it leads now, NAME.resumed.weft, and its epochs. All cases with dropout have one, recorded when random numbers of training
began to be drawn by example.
models.json has for each case the command that trained it ("@" is the folder of the files), the table of its epochs, and what the
model answers.
"""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")
TABLE = os.path.join(FOLDER, "models.json")

LABELLED = "--train @/labelled.tsv --vocab-size 40 --seed 3"
DEV = " --dev @/labelled.tsv --embedding-dim 4 --batch-size 4"
PAIRS = "--train @/pairs.tsv --dev @/pairs-dev.tsv --embedding-dim 4 --hidden 4 --seed 3 --learning-rate 0.02 --batch-size 4"
TALKS = PAIRS.replace("pairs.tsv", "talks.chat").replace("pairs-dev.tsv", "talks.chat")
WORDS = " --unit word --vocab-size 24 --min-count 1"
PIECES = " --unit bpe --vocab-size 40 --min-count 1"

# name: (program, the number of updates after which the checkpoint is taken, or None, options). Each value of an option that a
# file keeps is given somewhere below. Most translators with a checkpoint have few weights, whose names take most of its bytes.
# The path of a SentencePiece model is stored in the file, so it is given relative to the folder.
CASES = {
    "self": ("classify", 19, LABELLED + DEV +
        " --attention self --learning-rate 0.1 --epochs 3 --schedule cosine --warmup 4u --average 0.9 --clip-norm 1"),
    "pooling": ("classify", 13, LABELLED + DEV +
        " --attention pooling --learning-rate 0.1 --unit char --unicode nfkc --keep-case --epochs 4 --accumulate 2"
        " --weight-decay 0.1 --row-updates lazy --word-dropout 0.1 --label-smoothing 0.1 --monitor macro_f1"
        " --plateau-factor 0.5 --plateau-patience 0 --normalization example"),
    "mean": ("classify", 19, LABELLED + DEV +
        " --attention mean --learning-rate 0.1 --unit bpe --bpe-merges 20 --ngrams 1 --epochs 3 --row-updates exact"
        " --monitor loss --dropout 0.2 --max-length 9 --schedule inverse-sqrt:5u --normalization none"),
    "vectors": ("classify", 19, LABELLED.replace("--seed 3", "--seed 5") +
        " --attention mean --learning-rate 0.1 --embedding-dim 0 --vectors @/vectors.txt --freeze-vectors --epochs 3"
        " --least-dev-texts 0 --ngrams 1 --batch-size 4 --not-finite skip"),
    "all-texts": ("classify", 9, LABELLED +
        " --attention self --learning-rate 0.1 --embedding-dim 4 --ngrams 1 --epochs 2 --token-pattern [a-z]{2,}"
        " --batch-tokens 40"),
    "tfidf": ("classify", 19, LABELLED + DEV +
        " --attention bag-of-words --learning-rate 0.02 --ngrams 3 --keep-unspaced --epochs 3 --patience 1"
        " --min-updates 5 --schedule linear:0.1"),
    "binary": ("classify", None, LABELLED + DEV +
        " --attention bag-of-words --learning-rate 0.1 --term-weights binary --keep-punctuation --unicode none"
        " --ngrams 2 --epochs 2"),
    "sentencepiece": ("classify", None, LABELLED + DEV +
        " --attention mean --learning-rate 0.1 --unit sentencepiece --sentencepiece pieces.model --epochs 3 --monitor loss"),
    "fixed": ("translate", None, PAIRS + WORDS +
        " --attention none --tie none --one-way --layers 2 --residual --bridge --epochs 2"),
    "starts": ("translate", None, PAIRS + WORDS +
        " --attention none --cell gru --context-starts-only --tie target --lower-case --epochs 2 --average 0"),
    "dot": ("translate", 9, PAIRS + PIECES +
        " --bpe-merges 20 --attention dot --cell gru --tie all --one-way --input-feeding --epochs 3"
        " --schedule step:0.5/8u --accumulate 2 --average 0 --monitor bleu --plateau-factor 0.5 --plateau-patience 0"
        " --normalization example"),
    "general": ("translate", 19, PAIRS + PIECES +
        " --separate-codes --bpe-merges 10 --epochs 3"),
    "additive": ("translate", None, PAIRS + WORDS +
        " --attention additive --wiring bahdanau --layer-norm --coverage --coverage-loss 0.5 --tie none"
        " --split-punctuation --unicode nfkc --epochs 2 --monitor loss --schedule cosine:0.1 --warmup 10%"),
    "copy": ("translate", 19, PAIRS + WORDS +
        " --attention general --unscaled-scores --cell gru --one-way --copy --coverage --joint-vocab --epochs 3"
        " --variational-dropout --word-dropout-source 0.1 --word-dropout-target 0.1 --average 0 --teacher-forcing 0.5"
        " --teacher-forcing-schedule linear --teacher-forcing-steps 20"),
    "characters": ("translate", None, PAIRS +
        " --unit char word --vocab-size 30 --min-count 1 --attention additive --wiring luong --unicode none"
        " --no-input-feeding --epochs 2"),
    "guided": ("translate", 19, PAIRS + WORDS +
        " --attention dot --wiring bahdanau --cell gru --one-way --layer-norm --average 0.8 --token-pattern [a-zéè]+"
        " --alignments @/links.txt --alignment-loss 0.3 --epochs 3 --tie all --schedule exponential:0.5/10u"
        " --label-smoothing 0 --clip-norm 0 --not-finite skip --max-length 12"),
    "chat": ("translate", 11, TALKS + WORDS +
        " --context 2 --separator ; --attention dot --tie all --one-way --average 0 --epochs 3 --teacher-forcing 0.5"
        " --teacher-forcing-schedule inverse_sigmoid --teacher-forcing-steps 4 --patience 1"),
}

TEXTS = "what about the airport and the luggage ?\nIS there RAIN ?\nthe sauce , the cake and the soup\n天气很好\n\n"
SOURCES = "they dance .\nyou will go to the library Zorvath\nThe old library is here\n\n"
LINES = "where is the museum ?\nhow much is it ?\n"

# The arguments and the standard input with which each model is run.
QUESTIONS = {
    "classify": [("predict --model MODEL --top-k 9 --attention", TEXTS),
                 ("evaluate --model MODEL --test @/labelled-dev.tsv", "")],
    "translate": [("run --model MODEL --max-length 6 --beam 3 --n-best 2 --scores", SOURCES),
                  ("score --model MODEL --pairs @/pairs-dev.tsv --tokens", "")],
    "chat": [("chat --model MODEL --max-length 6", LINES), ("score --model MODEL --pairs @/talks.chat --tokens", "")],
}


def run(program, arguments, text=""):
    """Returns what a program prints; "@" is the folder of the files."""
    command = [os.path.join(os.path.abspath(PROGRAMS), program)] + arguments.replace("@", FOLDER).split()
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, encoding="utf-8", cwd=FOLDER).stdout


def write_data():
    """Writes the training data of all cases, unless it is there."""
    def lines_of(kind, count, wanted):
        return [line + "\n" for line in run("demo", f"write {kind} --count {count}").splitlines() if wanted(line)]

    texts = lines_of("labelled", 1000, lambda line: line.split("\t")[0] in ("weather", "travel", "cooking") and len(line) < 50)
    texts[3] = "weather\t今天的天气很好。\n"
    texts[7] = "cooking\tCafé-au-lait, ﬁne e-mail!\n"
    texts[9] = "weather\t今天的天气很冷。\n"
    pairs = list(dict.fromkeys(lines_of("english-french", 3000, lambda line: len(line.split("\t")[0]) < 34)))
    talks = run("demo", "write dialogues --count 3")
    links = ["0-0 1-1\n", "\n", "0-0\n"] * 10
    words = "the what is rain airport sauce and ? a".split()
    vectors = [f"{word} {i / 8} {-i / 4} 0.5 {1 - i / 8}\n" for i, word in enumerate(words)]
    for name, lines in {"labelled.tsv": texts[:32], "labelled-dev.tsv": texts[32:44], "pairs.tsv": pairs[:30],
                        "pairs-dev.tsv": pairs[30:38], "talks.chat": [talks], "links.txt": links, "vectors.txt": vectors}.items():
        path = os.path.join(FOLDER, name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(lines)


def epochs_of(log):
    """Returns the rows of a table of epochs, without their times."""
    with open(log, encoding="utf-8") as file:
        epochs = list(csv.DictReader(io.StringIO(file.read())))
    for epoch in epochs:
        del epoch["seconds"]
    return epochs


def record_resumed(case):
    program, _, options = CASES[case["name"]]
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.csv")
        new = os.path.join(folder, case["name"] + ".weft")
        shutil.copy(os.path.join(FOLDER, case["checkpoint"]), folder)
        run(program, f"train {options} --resume --model {new} --csv-log {log}")
        shutil.copy(new, os.path.join(FOLDER, case["name"] + ".resumed.weft"))
        return {**case, "resumed": epochs_of(log)}


def record(name):
    program, kept, options = CASES[name]
    model = os.path.join(FOLDER, name + ".weft")
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.csv")
        new = os.path.join(folder, name + ".weft")
        run(program, f"train {options} --model {new} --checkpoint-every 1u --keep-checkpoints 1000 --csv-log {log}")
        epochs = epochs_of(log)
        shutil.copy(new, model)
        checkpoint = kept and f"{name}.weft.{kept:09}.checkpoint"
        if checkpoint:
            shutil.copy(os.path.join(folder, checkpoint), FOLDER)
    answers = [{"arguments": arguments, "input": text, "output": run(program, arguments.replace("MODEL", model), text)}
               for arguments, text in QUESTIONS["chat" if name == "chat" else program]]
    return {"name": name, "program": program, "train": options, "checkpoint": checkpoint or "", "epochs": epochs,
            "answers": answers}


def main(names):
    resumed = names[0] == "--resumed"
    os.makedirs(FOLDER, exist_ok=True)
    write_data()
    recorded = {}
    if os.path.exists(TABLE):
        with open(TABLE, encoding="utf-8") as file:
            recorded = {case["name"]: case for case in json.load(file)}
    for name in names[resumed:]:
        recorded[name] = record_resumed(recorded[name]) if resumed else record(name)
    with open(TABLE, "w", encoding="utf-8") as file:
        json.dump([recorded[name] for name in CASES if name in recorded], file, ensure_ascii=False, indent=1)
        file.write("\n")


if len(sys.argv) < 3:
    sys.exit(__doc__)
PROGRAMS = sys.argv[1]
main(sys.argv[2:])
