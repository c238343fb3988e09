"""Times weft and its peers in turn, row by row, and writes the table. See bench/docs/peers.md."""
import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

from contestants import PEERS, Peer, PeerError, Weft
from goals import GOALS, Goal
from table import Times, table


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/peers/run", description=__doc__)
    parser.add_argument("build", type=Path, help="weft's build folder")
    parser.add_argument("--rows", nargs="+", default=[""], help="beginnings of row names, such as W1/ GREEDY; default: all")
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5, help="0 checks the losses and times nothing")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each timing")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: for 1 thread on a machine that is busy otherwise")
    parser.add_argument("--steps", type=int, default=3, help="training steps whose losses are compared")
    parser.add_argument("--output", type=Path, help="default: BUILD/peers/table.md")
    parser.add_argument("--no-install", action="store_true", help="skip peers that are not there instead of installing them")
    options = parser.parse_args()
    options.build = options.build.resolve()
    return options


def say(*words: object) -> None:
    print(*words, flush=True)


def start_peers(options: argparse.Namespace, threads: int) -> list[Peer]:
    peers = []
    for name in options.peers:
        try:
            peers.append(Peer(name, options.build, threads))
        except PeerError as error:
            say(f"skipped {name}: {error}")
    return peers


class Comparison:
    """Times all rows with one number of threads."""

    def __init__(self, options: argparse.Namespace, goals: list[Goal], threads: int) -> None:
        self.options, self.goals, self.threads = options, goals, threads
        self.weft = Weft(options.build, threads)
        self.peers = start_peers(options, threads)
        self.versions = [self.weft.versions] + [peer.versions for peer in self.peers]
        self.settings: list[str] = []
        self.failures: list[str] = []
        self.ready: dict[str, list[Peer]] = {goal.name: [] for goal in goals}
        self.measured: dict[str, Times] = {goal.name: {} for goal in goals}

    def fail(self, text: str) -> None:
        say("FAILED", text)
        self.failures.append(text)

    def prepare(self) -> None:
        for peer in self.peers:
            for goal in self.goals:
                try:
                    word, text = peer.prepare(goal.name)
                except PeerError as error:
                    self.fail(f"{peer.name} at {goal.name}: {error}")
                    break
                if word == "error":
                    self.fail(f"{peer.name}: {goal.name}: {text}")
                elif word == "ready":
                    self.ready[goal.name].append(peer)
                    difference, _, settings = text.partition(" ")
                    say(f"{goal.name} {peer.name}: same to {difference} {settings}")
                    if settings:
                        self.settings.append(f"{peer.name} {goal.name}: {settings}")

    def measure(self) -> None:
        for turn in range(self.options.rounds):
            for goal in self.goals:
                contestants = [self.weft, *self.ready[goal.name]]
                first = turn % len(contestants)
                for contestant in contestants[first:] + contestants[:first]:
                    self.time(contestant, goal.name)
            say(f"round {turn + 1} of {self.options.rounds} with {self.threads} threads done")

    def time(self, contestant: Weft | Peer, row: str) -> None:
        try:
            taken, cores = contestant.time(row, self.options.seconds)
        except PeerError as error:
            self.fail(f"{contestant.name}: {error}")
            for ready in self.ready.values():
                if contestant in ready:
                    ready.remove(contestant)
            return
        self.measured[row].setdefault(contestant.name, []).append((taken * cores if self.options.clock == "cpu" else taken, cores))

    def run(self) -> None:
        self.prepare()
        self.measure()
        for peer in self.peers:
            peer.close()


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def report(options: argparse.Namespace, comparisons: list[Comparison]) -> str:
    parts = ["# weft beside its peers", ""]
    clock = "CPU time of all threads; " if options.clock == "cpu" else ""
    parts += [f"{machine()}. {clock}medians of {options.rounds} interleaved rounds, {options.seconds:g} s for each row and round."]
    parts += ["", "Versions: " + "; ".join(dict.fromkeys(v for c in comparisons for v in c.versions)) + "."]
    for comparison in comparisons:
        names = [peer.name for peer in comparison.peers]
        parts += ["", table(comparison.goals, comparison.measured, names, comparison.threads)]
    parts += ["", "Settings that were tried and chosen:", ""]
    parts += [f"- {c.threads}: {settings}" for c in comparisons for settings in c.settings]
    parts += [f"- FAILED, {c.threads}: {failure}" for c in comparisons for failure in c.failures]
    return "\n".join(parts) + "\n"


def main() -> int:
    options = arguments()
    goals = [goal for goal in GOALS if goal.name.startswith(tuple(options.rows))]
    if not goals:
        say(f"no row begins with {' or '.join(options.rows)}; the rows are {' '.join(goal.name for goal in GOALS)}")
        return 2
    recorded = options.build / "peers/recorded"
    recorded.mkdir(parents=True, exist_ok=True)
    if not options.no_install:
        subprocess.run([Path(__file__).with_name("setup"), options.build, *options.peers])
    subprocess.run([options.build / "bin/bench", f"--record={recorded}", f"--steps={options.steps}"], check=True)
    comparisons = []
    for threads in options.threads:
        comparisons.append(Comparison(options, goals, threads))
        comparisons[-1].run()
    if options.rounds:
        output = options.output or options.build / "peers/table.md"
        output.write_text(report(options, comparisons))
        say(f"\n{output.read_text()}\nwritten to {output}")
    return 1 if any(comparison.failures for comparison in comparisons) else 0


if __name__ == "__main__":
    sys.exit(main())
