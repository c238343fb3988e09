#!/usr/bin/env python3
"""Predicts training steps on many ranks: bytes, messages, milliseconds and efficiency. bench/docs/scaling.md explains the model.

    bench/scaling.py                     one rank per machine, each with a whole batch, on 10 and 100 Gbit/s
    bench/scaling.py --check             the runs that were measured, beside their predictions
"""
import argparse
import math
from dataclasses import dataclass

PACK = 0.27e-9  # seconds of a core for each byte sent: packing, copying, adding; measured in shared memory
TCP = 0.37e-9   # the same for the system's TCP
LATENCY = 30e-6  # seconds for each message
GATHERS = 4     # short messages of an update that all ranks need: weights of targets, losses and metrics, norm, stop
ROUND_MESSAGES = 2.2  # longer messages of a round of halving and one of doubling, besides full buffers
BUFFER = 4 << 20  # bytes
HIDDEN = 0.37   # of a step's time, in which halving of large gradients can go on: measured on 1 Gbit/s


@dataclass
class Workload:
    step: float  # seconds on one rank, one thread, without Adam
    adam: float  # seconds for all parameters
    dense: int   # bytes of parameters with dense gradients
    large: int   # parameters with dense gradients that are exchanged during the backward pass; all of `dense`, or none
    tables: list[tuple[int, int, int]]  # embeddings: rows, bytes of a row, ids that a rank looks up

    def parameters(self) -> int:
        return self.dense + sum(rows * width for rows, width, _ in self.tables)


WORKLOADS = {
    "W1": Workload(5.0e-3, 0.5e-3, 5_160, 0, [(10_000, 512, 6_400)]),
    "W2": Workload(356e-3, 11e-3, 32_179_456, 7, [(8_000, 1_024, 1_600)] * 2),
    "W2b": Workload(422e-3, 12e-3, 35_325_184, 8, [(8_000, 1_024, 1_600)] * 2),
}


def distinct(rows: int, ids: float) -> float:
    """Returns the expected number of different ids among draws by Zipf's law with exponent 1."""
    total = sum(1 / k for k in range(1, rows + 1))
    return sum(-math.expm1(ids * math.log1p(-1 / (k * total))) for k in range(1, rows + 1))


def sent(w: Workload, ranks: int, share: float = 1.0) -> float:
    """Returns the bytes that a rank sends in a step, if it has this share of the batch."""
    all_bytes = (1 - 1 / ranks) * (w.dense + w.parameters())
    for rows, width, ids in w.tables:
        for level in range(ranks.bit_length() - 1):
            all_bytes += distinct(rows, ids * share * 2**level) * (width + 8) / 2 ** (level + 1)
    return all_bytes


def early(w: Workload, ranks: int) -> float:
    """Returns the bytes of these that it sends during the backward pass."""
    return (1 - 1 / ranks) * w.dense if w.large else 0.0


def messages(w: Workload, ranks: int) -> float:
    rounds = ranks.bit_length() - 1
    return rounds * (GATHERS + ROUND_MESSAGES + w.large) + (sent(w, ranks) - early(w, ranks)) / BUFFER


def step(w: Workload, ranks: int, gbit: float, share: float = 1.0, ranks_per_core: int = 1) -> float:
    """Returns the seconds of a step; gbit 0 is shared memory."""
    if ranks == 1:
        return w.step * share + w.adam
    size = sent(w, ranks, share)
    wire = size * 8 / (gbit * 1e9 * 0.94) if gbit else 0.0
    copies = size * TCP * ranks_per_core if gbit else 0.0
    compute = w.step * share * ranks_per_core
    hidden = min(early(w, ranks) / size * max(wire - copies, 0.0), HIDDEN * compute)
    others = (w.adam / ranks + size * PACK) * ranks_per_core + messages(w, ranks) * LATENCY
    return compute + others + max(wire, copies) - hidden


def table() -> None:
    for name, w in WORKLOADS.items():
        alone = step(w, 1, 0)
        print(f"\n{name}: {1e3 * alone:.1f} ms on one rank with one thread\n")
        print("| ranks | MB sent | messages | 10 Gbit/s, ms | efficiency | 100 Gbit/s, ms | efficiency |")
        print("|---|---|---|---|---|---|---|")
        for ranks in (2**k for k in range(1, 10)):
            ten, hundred = step(w, ranks, 10), step(w, ranks, 100)
            print(f"| {ranks} | {sent(w, ranks) / 1e6:.1f} | {messages(w, ranks):.0f} | {1e3 * ten:.1f} | {alone / ten:.2f} | {1e3 * hundred:.1f} | {alone / hundred:.2f} |")


# On two cores of a Zen 5, a batch cut among the ranks: workload, ranks, Gbit/s (0: shared memory), measured ms. Two cores that work
# at once are slower than one: a step on two threads of one rank takes 0.54 (W2) and 0.63 (W1) of one thread's.
MEASURED = [("W2", 2, 0, 202.6), ("W2", 2, 10, 236.4), ("W2", 2, 1, 522.5), ("W2", 4, 0, 234.8), ("W2", 4, 10, 335.7),
            ("W2", 4, 1, 851.1), ("W1", 2, 0, 3.7), ("W1", 2, 10, 6.4), ("W1", 2, 1, 29.4), ("W1", 4, 0, 5.0), ("W1", 4, 10, 13.7),
            ("W1", 4, 1, 57.7)]
TWO_CORES = {"W2": 2 * 0.54, "W1": 2 * 0.63}


def check() -> None:
    print("| workload | ranks | network | predicted, ms | measured, ms | measured / predicted |")
    print("|---|---|---|---|---|---|")
    for name, ranks, gbit, measured in MEASURED:
        w = WORKLOADS[name]
        slower = Workload(w.step * TWO_CORES[name], w.adam, w.dense, w.large, w.tables)
        predicted = 1e3 * step(slower, ranks, gbit, 1 / ranks, max(1, ranks // 2))
        print(f"| {name} | {ranks} | {f'{gbit} Gbit/s' if gbit else 'shared memory'} | {predicted:.1f} | {measured} | {measured / predicted:.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print measured steps beside predicted ones")
    check() if parser.parse_args().check else table()
