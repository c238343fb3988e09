"""The rules on rooms: the folders inside the library's layers, which include each other one way.

A room is a folder of a layer, such as tensor/array; optim, which is small, is one room, and so is each folder of models/programs.
What stands in its detail/ belongs to the room.
"""

import collections
import os

from lint_rules import LIBRARY, UMBRELLAS, files, includes, layer, sources

MOST_FILES = 25


def room(path):
    """The room of a file of the library, or None."""
    folders = path.split("/")[:-1]
    if not folders or folders[0] not in LIBRARY:
        return None
    depth = 1 if folders[0] == "optim" else 3 if folders[:2] == ["models", "programs"] else 2
    return "/".join(folders[:depth]) if len(folders) >= depth else None


def graph(root):
    """What each room includes: room -> room -> (file, line) of one include."""
    edges = collections.defaultdict(dict)
    for path in sources(root):
        here = room(path)
        if here:
            edges[here]
            for number, _, target in includes(root, path):
                there = target and room(target)
                if there and there != here:
                    edges[here].setdefault(there, (path, number))
    return edges


def placed(root):
    """Every source file of the library stands in a room, the two umbrellas apart."""
    return [f"{path}: stands in no room" for path in sources(root)
            if layer(path) in LIBRARY and path not in UMBRELLAS.values() and not room(path)]


def room_size(root):
    """No folder of the library holds more files than one can look through."""
    counts = collections.Counter(os.path.dirname(path) for path in files(root) if layer(path) in LIBRARY)
    return [f"{folder}: {count} files, more than {MOST_FILES}" for folder, count in sorted(counts.items()) if count > MOST_FILES]


def cycles(root):
    """Rooms include each other one way. Names one circle with an include for each of its steps."""
    edges = graph(root)
    done = set()

    def walk(here, way):
        if here in way:
            return way[way.index(here):] + [here]
        if here in done:
            return None
        for there in sorted(edges.get(here, {})):
            if circle := walk(there, way + [here]):
                return circle
        done.add(here)
        return None

    for start in sorted(edges):
        if circle := walk(start, []):
            steps = ("{}:{}".format(*edges[a][b]) + f" includes {b}" for a, b in zip(circle, circle[1:]))
            return [f"{' -> '.join(circle)}: " + ", ".join(steps)]
    return []


def internals(root):
    """Headers that users may include do not include what stands in detail/ or kernels/, which is not installed."""
    internal = lambda path: "/detail/" in path or path.startswith("tensor/kernels/")
    return [f"{path}:{number}: a public header includes {target}" for path in files(root, ".h")
            if layer(path) in LIBRARY and not internal(path) and not path.startswith("models/programs/")
            for number, _, target in includes(root, path) if target and internal(target)]


RULES = (placed, room_size, cycles, internals)
