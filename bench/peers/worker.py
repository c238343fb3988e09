"""A peer that waits for commands, one per line: `prepare ROW` or `time ROW SECONDS`. Each is answered by one line.

    worker.py PEER THREADS FOLDER      FOLDER holds what weft recorded

prepare: `ready DIFFERENCE SETTINGS` with the largest relative difference of losses, `skip REASON` or `error TEXT`.
time: `ms MILLISECONDS CORES`. The first line says `peer VERSIONS` or `absent REASON`.
"""
import gc
import importlib
import os
import sys
from pathlib import Path

from row import Row, Skipped, milliseconds, warm_up

MODULES = {"torch": "torch_rows", "torch-compile": "torch_rows", "jax": "jax_rows", "keras-jax": "keras_rows", "keras-torch": "keras_rows"}


def one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def prepare(rows, name: str, prepared: dict[str, Row]) -> str:
    try:
        row = rows.make(name)
        difference = row.check() if row.check else 0.0
        warm_up(row.step)
        prepared[name] = row
        return f"ready {difference:.2g} {row.settings}"
    except Skipped as reason:
        return f"skip {reason}"
    except Exception as error:  # whatever a peer raises is reported to compare.py
        return f"error {one_line(error)}"


def main() -> None:
    peer, threads, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # the peers may print to standard output
    os.dup2(2, 1)
    try:
        rows = importlib.import_module(MODULES[peer]).Rows(peer, threads, folder)
    except ImportError as error:
        print("absent", one_line(error), file=answers)
        return
    print("peer", rows.versions, file=answers)
    prepared: dict[str, Row] = {}
    gc.disable()
    for line in sys.stdin:
        order, name, *rest = line.split()
        if order == "prepare":
            print(prepare(rows, name, prepared), file=answers)
        else:
            taken, cores = milliseconds(prepared[name].step, float(rest[0]))
            print(f"ms {taken:.9g} {cores:.3g}", file=answers)
        gc.collect()


if __name__ == "__main__":
    main()
