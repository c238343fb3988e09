"""A row of the table, as run by a peer."""
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass
class Row:
    """step() runs one iteration. check() raises ValueError if the peer computes something else, and leaves it warmed up."""

    step: Callable[[], object]
    check: Callable[[], float] | None = None
    settings: str = ""


class Skipped(Exception):
    """The peer does not have this row."""


def milliseconds(step: Callable[[], object], seconds: float) -> tuple[float, float]:
    """Returns the mean time of a step over `seconds`, but at least two steps, and how many cores were busy meanwhile."""
    steps = 0
    cpu, start = time.process_time(), time.perf_counter()
    while True:
        step()
        steps += 1
        elapsed = time.perf_counter() - start
        if steps >= 2 and elapsed >= seconds:
            return 1e3 * elapsed / steps, (time.process_time() - cpu) / elapsed


def warm_up(step: Callable[[], object]) -> None:
    """Runs steps until memory no longer grows: glibc needs a few steps until it reuses large aligned blocks."""
    steps, start = 0, time.perf_counter()
    while steps < 3 or time.perf_counter() < start + 0.5:
        step()
        steps += 1


def fastest(candidates: Iterable[Callable[[], Row]]) -> Row:
    """Checks every candidate, times each briefly, and keeps the fastest."""
    best, best_time, worst = None, float("inf"), 0.0
    for make in candidates:
        row = make()
        worst = max(worst, row.check() if row.check else 0.0)
        warm_up(row.step)
        taken = min(milliseconds(row.step, 0.15)[0] for _ in range(2))
        if taken < best_time:
            best, best_time = row, taken
    return Row(best.step, lambda: worst, best.settings)
