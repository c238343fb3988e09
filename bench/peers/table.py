"""Writes the table in Markdown."""
from statistics import median

from goals import Goal

Times = dict[str, list[tuple[float, float]]]  # by contestant: milliseconds and busy cores of each round


def number(milliseconds: float, unit: str) -> str:
    value = milliseconds * {"ms": 1.0, "us": 1e3, "ns": 1e6}[unit]
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def cell(samples: list[tuple[float, float]], unit: str, threads: int) -> str:
    """Returns the median, and the number of busy cores if it is more than requested."""
    text = number(median(taken for taken, _ in samples), unit)
    cores = median(cores for _, cores in samples)
    return text + (f" ({cores:.1f} cores)" if cores > threads + 0.15 else "")


def row(goal: Goal, times: Times, names: list[str], threads: int) -> str:
    weft = median(taken for taken, _ in times["weft"])
    peers = {name: median(taken for taken, _ in samples) for name, samples in times.items() if name != "weft"}
    cells = [f"{goal.name}, {goal.unit}", cell(times["weft"], goal.unit, threads)]
    cells += [cell(times[name], goal.unit, threads) if name in times else "" for name in names]
    best = min(peers, key=peers.get) if peers else None
    cells.append(f"{peers[best] / weft:.2f} ({best})" if best else "")
    aim = goal.milliseconds.get(threads)
    cells += [number(aim, goal.unit), "yes" if weft <= 1.03 * aim else f"{weft / aim:.2f}"] if aim else ["", ""]
    return "| " + " | ".join(cells) + " |"


def table(goals: list[Goal], measured: dict[str, Times], names: list[str], threads: int) -> str:
    head = ["row", "weft", *names, "best peer / weft", "goal", "met, or weft / goal"]
    lines = [f"### {threads} thread{'s' if threads > 1 else ''}", "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    lines += [row(goal, measured[goal.name], names, threads) for goal in goals if measured.get(goal.name, {}).get("weft")]
    return "\n".join(lines)
