"""The rows of the table, and the goals of weft with 1 and 2 threads, in milliseconds."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    name: str
    unit: str  # of the row in the table
    milliseconds: dict[int, float]  # by the number of threads; empty if there is no goal


def goal(name: str, unit: str, one: float, two: float) -> Goal:
    scale = {"ms": 1.0, "us": 1e-3, "ns": 1e-6}[unit]
    return Goal(name, unit, {1: one * scale, 2: two * scale})


def rate(name: str, unit: str, work: float, one: float, two: float) -> Goal:
    """Returns a goal of `one` and `two` giga-operations (or gigabytes) per second with 1 and 2 threads."""
    return Goal(name, unit, {1: 1e3 * work / (one * 1e9), 2: 1e3 * work / (two * 1e9)})


MANY, SQUARE = 4 * 2.0**24, 4 * 4096.0**2  # bytes

GOALS = [
    goal("W1/train", "ms", 9, 5),
    goal("W1/predict_b32", "ms", 3, 1.6),
    goal("W1/predict_b1", "ms", 0.10, 0.07),
    goal("W1p/train", "ms", 7.0, 3.8),
    goal("W1p/predict_b32", "ms", 2.4, 1.25),
    goal("W2/train", "ms", 740, 385),
    goal("W2b/train", "ms", 830, 440),
    goal("W2s/train", "ms", 9, 5.5),
    goal("GREEDY/b1", "ms", 20, 13),
    goal("GREEDY/b64", "ms", 255, 135),
    goal("lstm/T25_B64_I256_H512", "ms", 146, 77),
    goal("add16/forward", "ns", 60, 60),
    goal("add16/forward_grad", "ns", 150, 150),
    goal("add16/forward_backward", "ns", 350, 350),
    goal("tanh_muladd/16M", "ms", 8, 5),
    rate("exp/16M", "ms", 2 * MANY, 36, 44),
    goal("softmax/6400x200", "us", 450, 230),
    goal("layer_norm/1600x512", "us", 300, 160),
    goal("cross_entropy/1600x8000", "ms", 6, 3.5),
    rate("matmul/64x512x2048", "us", 2.0 * 64 * 512 * 2048, 108, 208),
    rate("matmul/batched_32x200x128x200", "us", 2.0 * 32 * 200 * 128 * 200, 104, 200),
    goal("embedding/6400x128", "us", 120, 80),
    goal("adam/10M", "ms", 8, 6.6),
    rate("sum_axis0/4096", "ms", SQUARE, 38, 55),
    rate("max_index_axis0/4096", "ms", SQUARE, 30, 50),
    rate("transpose_copy/4096", "ms", 2 * SQUARE, 20, 35),
]
