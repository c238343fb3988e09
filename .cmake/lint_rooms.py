"""The rules on rooms: the folders inside the library's layers, which include each other one way.

A room is a folder of a layer, such as tensor/array; optim, which is small, is one room, and so is each folder of models/programs.
Its detail/ folder belongs to it.
"""

import collections
import os
import re

from lint_rules import LIBRARY, UMBRELLAS, files, includes, layer, read, sources

MOST_FILES = 25
PICTURE = ".github/rooms.md"


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
    """Every source file of the library is in a room, except the two umbrellas."""
    return [f"{path}: not in a room" for path in sources(root)
            if layer(path) in LIBRARY and path not in UMBRELLAS.values() and not room(path)]


def room_size(root):
    """No folder of the library has more files than a reader can survey."""
    counts = collections.Counter(os.path.dirname(path) for path in files(root) if layer(path) in LIBRARY)
    return [f"{folder}: {count} files, more than {MOST_FILES}" for folder, count in sorted(counts.items()) if count > MOST_FILES]


def cycles(root):
    """Rooms do not include each other in circles. Reports one circle, with an include for each of its steps."""
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
    """Public headers do not include files in detail/ or kernels/, which are not installed."""
    internal = lambda path: "/detail/" in path or path.startswith("tensor/kernels/")
    return [f"{path}:{number}: a public header includes {target}" for path in files(root, ".h")
            if layer(path) in LIBRARY and not internal(path) and not path.startswith("models/programs/")
            for number, _, target in includes(root, path) if target and internal(target)]


def maps(root):
    """Each room has a README.md that names its files, and says in a paragraph "Includes: ..." which rooms it includes. A layer's
    README.md links to its rooms."""
    names = collections.defaultdict(set)
    for path in sources(root):
        if room(path):
            names[room(path)].add(os.path.basename(path))
    page_of = lambda path: read(root, path) if os.path.isfile(os.path.join(root, path)) else ""
    found = []
    for here, edges in sorted(graph(root).items()):
        page, above = f"{here}/README.md", f"{os.path.dirname(here)}/README.md"
        if "/" in here and f"]({os.path.basename(here)})" not in page_of(above):
            found.append(f"{above}: has no link to {here}")
        text = page_of(page)
        if not text:
            found.append(f"{here}: has no README.md")
            continue
        named = {os.path.splitext(os.path.basename(name))[0] for name in re.findall(r"`([^`\s]+)`", text)}
        found += [f"{page}: does not name {name}" for name in sorted(names[here]) if os.path.splitext(name)[0] not in named]
        said = [" ".join(paragraph.split()) for paragraph in re.findall(r"^Includes: .*?\.$", text, flags=re.S | re.M)]
        true = "Includes: " + (", ".join(f"`{there}`" for there in sorted(edges)) or "nothing of weft") + "."
        if said != [true]:
            found.append(f"{page}: should say once: {true}")
    return found


def reduced(edges):
    """The edges of an acyclic graph that are not implied by others."""
    def reaches(here, there):
        return here == there or any(reaches(step, there) for step in edges[here])

    return {here: {there for there in targets if not any(reaches(step, there) for step in targets - {there})}
            for here, targets in edges.items()}


def drawn(root):
    """The page that shows which room includes which."""
    text = ["# Rooms, and which includes which", "",
            "An arrow leads from a room to one that it includes. Arrows that follow from others are left out, and so are includes of",
            "other layers, which go one way: `tensor` <- `autograd` <- `nn` and `optim` <- `models`. `.cmake/lint --draw` writes this",
            "page, and `make lint` checks that it is current.", ""]
    edges = graph(root)
    for name in LIBRARY:
        rooms = sorted(here for here in edges if layer(here) == name)
        if len(rooms) < 2:
            continue
        own = reduced({here: {there for there in edges[here] if layer(there) == name} for here in rooms})
        key = lambda here: here.replace("/", "_")
        text += [f"## {name}", "", "```mermaid", "graph LR"]
        text += [f'  {key(here)}["{here[len(name) + 1:]}"]' for here in rooms]
        text += [f"  {key(here)} --> {key(there)}" for here in rooms for there in sorted(own[here])]
        text += ["```", ""]
    return "\n".join(text[:-1]) + "\n"


def picture(root):
    """The page with the picture of the rooms is current."""
    if cycles(root):
        return []  # that rule reports it
    there = os.path.isfile(os.path.join(root, PICTURE)) and read(root, PICTURE)
    return [] if there == drawn(root) else [f"{PICTURE}: not current; .cmake/lint --draw writes it"]


def draw(root):
    os.makedirs(os.path.dirname(os.path.join(root, PICTURE)), exist_ok=True)
    with open(os.path.join(root, PICTURE), "w", encoding="utf-8") as file:
        file.write(drawn(root))


RULES = (placed, room_size, cycles, internals, maps, picture)
