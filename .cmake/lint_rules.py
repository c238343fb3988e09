"""The rules of `make lint`. Each takes the root of a tree and returns a line for each violation."""

import json
import os
import re
import shlex
import shutil
import subprocess
import textwrap

LIBRARY = ("tensor", "autograd", "nn", "optim", "models")
TOP_LEVEL = {*LIBRARY, "tests", "bench", "Makefile", "CMakeLists.txt", "README.md", "LICENSE"}
MAY_INCLUDE = {
    "tensor": {"tensor"},
    "autograd": {"tensor", "autograd"},
    "nn": {"tensor", "autograd", "nn"},
    "optim": {"tensor", "autograd", "optim"},
    "models": set(LIBRARY),
}
UMBRELLAS = {"weft.h": "nn/weft.h", "models.h": "models/models.h"}
OPT_IN = {"tensor/runtime/simd.h", "tensor/elementwise/elementwise.h", "tensor/elementwise/elementwise_kernel.h", "autograd/basics/elementwise.h"}
OTHER_LIBRARIES = ("nlohmann/", "toml++/", "utf8proc.h", "pcre2.h", "zlib.h", "sentencepiece", "doctest/", "benchmark/")
PARSER = "models/programs/command_line/parse.cpp"
KERNELS_AVOID = {"deque", "fstream", "functional", "iostream", "list", "map", "memory", "set", "sstream", "string", "unordered_map",
                 "unordered_set", "vector"}
CLANG_FORMAT = 14
MOST_LINES = 500


# --- reading the tree ---

def files(root, *suffixes):
    """Paths of the tree's own files, relative to root."""
    found = []
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        folders[:] = sorted(f for f in folders if f not in (".git", ".cache") and not (inside == "." and f.startswith("build")))
        for name in sorted(names):
            path = os.path.normpath(os.path.join(inside, name))
            if not os.path.islink(os.path.join(root, path)) and (not suffixes or name.endswith(suffixes)):
                found.append(path)
    return found


def sources(root):
    return files(root, ".h", ".cpp")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def layer(path):
    return path.split("/")[0]


def code(text):
    """The text with comments and quoted text blanked out; line numbers do not change."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"\((.*?)\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def includes(root, path):
    """(line, name as written, path in the tree or None) of each #include."""
    found = []
    for number, line in enumerate(read(root, path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            name = match.group(1)
            inside = name[5:] if name.startswith("weft/") else None
            near = os.path.normpath(os.path.join(os.path.dirname(path), name))
            candidates = [UMBRELLAS.get(inside, inside)] if inside else [near, name]
            target = next((c for c in candidates if os.path.isfile(os.path.join(root, c))), None)
            found.append((number, name, target))
    return found


# --- rules on the tree ---

def top_level(root):
    """The top folder has only the agreed entries, dot entries and build folders."""
    return [f"{name}: not an agreed entry at the top" for name in sorted(os.listdir(root))
            if name not in TOP_LEVEL and not name.startswith((".", "build"))]


def names(root):
    """File names say what is inside."""
    return [f"{path}: the name says nothing about the contents" for path in files(root)
            if re.fullmatch(r"(utils?|helpers?|common|misc)(_test)?", os.path.basename(path).split(".")[0])]


def length(root):
    """No file has over 500 lines, except recorded numbers."""
    counted = ((path, read(root, path).count("\n")) for path in files(root) if not path.startswith("tests/reference/"))
    return [f"{path}: {lines} lines, more than {MOST_LINES}" for path, lines in counted if lines > MOST_LINES]


def unfinished(root):
    """There are no marks of unfinished work."""
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
    return [f"{path}:{number}: {match.group()}" for path in files(root)
            for number, line in enumerate(read(root, path).splitlines(), 1) if (match := marks.search(line))]


def leaving(root):
    """Library code throws; it never ends the process, except where ranks would wait forever for one that is gone."""
    only = "models/distributed/detail/end_all_ranks.h"
    calls = re.compile(r"\b(assert|abort|exit|_Exit|_exit|quick_exit|terminate)\s*\(")
    return [f"{path}:{number}: {match.group(1)} in library code" for path in sources(root)
            if layer(path) in LIBRARY and not path.startswith("models/programs/") and path != only
            for number, line in enumerate(code(read(root, path)).splitlines(), 1) if (match := calls.search(line))]


# --- rules on includes ---

def direction(root):
    """tensor <- autograd <- {nn, optim} <- models. nn/weft.h is the umbrella over optim too."""
    found = []
    for path in sources(root):
        if layer(path) in LIBRARY:
            allowed = MAY_INCLUDE[layer(path)] | ({"optim"} if path == "nn/weft.h" else set())
            for number, name, target in includes(root, path):
                if target and layer(target) not in allowed:
                    found.append(f"{path}:{number}: {layer(path)} includes {name}")
    return found


def other_libraries(root):
    """Only tensor/runtime/simd.h includes xsimd, only one file CLI11, which takes seconds to compile, and none BLAS. Other libraries
    are included in .cpp files of models, so that users of the headers do not need them."""
    found = []
    for path in sources(root):
        for number, name, target in includes(root, path):
            if name.startswith("CLI/") and path != PARSER:
                found.append(f"{path}:{number}: only {PARSER} includes CLI11")
            if layer(path) not in LIBRARY:
                continue
            if name.startswith("xsimd/") and path != "tensor/runtime/simd.h":
                found.append(f"{path}:{number}: only tensor/runtime/simd.h includes xsimd")
            if name == "cblas.h":
                found.append(f"{path}:{number}: the library does not use BLAS, whose threads would slow down small ops")
            if name.startswith(OTHER_LIBRARIES):
                if layer(path) != "models" or path.endswith(".h"):
                    found.append(f"{path}:{number}: {name} belongs in a .cpp file of models")
    return found


def light_headers(root):
    """No public header includes xsimd indirectly, except elementwise.h, kernels and op headers (*_ops.h)."""
    headers = (path for path in files(root, ".h") if layer(path) in LIBRARY)
    graph = {path: [target for _, _, target in includes(root, path) if target] for path in headers}

    def route(path, seen):
        if path == "tensor/runtime/simd.h":
            return [path]
        for target in graph.get(path, []):
            if target not in seen:
                seen.add(target)
                if way := route(target, seen):
                    return [path, *way]
        return None

    may = lambda path: path in OPT_IN or path.endswith("_ops.h") or path.startswith("tensor/kernels/")
    return [f"{path}: reaches xsimd: {' -> '.join(way)}" for path in graph if not may(path) and (way := route(path, {path}))]


def plain_kernels(root):
    """Kernel files use no std containers, whose inline code would be compiled for one instruction set and linked for all."""
    return [f"{path}:{number}: a kernel includes {name}" for path in sources(root) if path.startswith("tensor/kernels/")
            for number, name, _ in includes(root, path) if name in KERNELS_AVOID]


# --- rules that run other programs ---

def formatted(root):
    """clang-format 14 changes nothing. Other versions format differently, so nothing is checked without that version."""
    program = shutil.which(f"clang-format-{CLANG_FORMAT}") or shutil.which("clang-format")
    version = program and subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    if not program or f"version {CLANG_FORMAT}." not in version:
        print(f"formatted: not checked, clang-format {CLANG_FORMAT} is not installed")
        return []
    run = subprocess.run([program, "--dry-run", "-Werror", *sources(root)], cwd=root, capture_output=True, text=True)
    broken = {}
    for path, line in re.findall(r"^(\S+?):(\d+):\d+: error: code should be clang-formatted", run.stderr, flags=re.M):
        broken.setdefault(path, line)
    return [f"{path}:{line}: make format would change it" for path, line in broken.items()]


def stands_in(block, lines):
    """Whether `lines` contains the block, indented as a whole."""
    starts = (at for at, line in enumerate(lines) if line.strip() == block[0].strip())
    return any(textwrap.dedent("\n".join(lines[at:at + len(block)])).splitlines() == block for at in starts)


def snippets(root):
    """Each ```cpp and ```cmake block of a page is copied word for word from a file that the build or the tests use."""
    texts = {"cpp": sources(root), "cmake": files(root, "CMakeLists.txt")}
    texts = {kind: [read(root, path).splitlines() for path in paths] for kind, paths in texts.items()}
    found = []
    for path in files(root, ".md"):
        text = read(root, path)
        for match in re.finditer(r"^```(cpp|cmake)\n(.*?)^```", text, flags=re.S | re.M):
            block = match.group(2).splitlines()
            if not any(stands_in(block, lines) for lines in texts[match.group(1)]):
                found.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: not found in any source file")
    return found


def paths(root):
    """Files that a page links to, or names by their paths from the top, exist. NAME is a placeholder for any name."""
    found = []
    tops = "|".join((*LIBRARY, "tests", "bench", r"\.cmake", r"\.ci", r"\.github"))
    for page in files(root, ".md"):
        for number, line in enumerate(read(root, page).splitlines(), 1):
            linked = [os.path.join(os.path.dirname(page), path) for path in re.findall(r"\]\(([^)#:\s]+)\)", line)]
            named = re.findall(rf"`((?:{tops})/[^`\s*]+)`", line)
            found += [f"{page}:{number}: there is no {os.path.normpath(path)}" for path in linked + named
                      if "NAME" not in path and "..." not in path and not os.path.exists(os.path.join(root, path))]
    return found


def objects(root, build):
    """Objects compiled for an AVX set define no weak symbol without the set's tag: the linker may pick it for every processor.

    Known to be harmless: the pointer to the personality routine, which is data, and clang's call of std::terminate, which uses no
    vector instruction.
    """
    harmless = {"DW.ref.__gxx_personality_v0", "__clang_call_terminate"}
    found = []
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for entry in commands:
        flags = shlex.split(entry["command"])
        tag = "avx512" if "-mavx512f" in flags else "avx2" if "-mavx2" in flags else None
        if not tag:
            continue
        output = os.path.join(entry["directory"], flags[flags.index("-o") + 1])
        if not os.path.exists(output):
            found.append(f"{output}: not built")
            continue
        symbols = subprocess.run(["nm", output], capture_output=True, text=True, check=True).stdout
        weak = [name for kind, name in re.findall(r"^[0-9a-f]+ ([WVu]) (\S+)$", symbols, flags=re.M)]
        bad = [name for name in weak if tag not in name.lower() and name not in harmless]
        names = subprocess.run(["c++filt", *bad], capture_output=True, text=True, check=True).stdout.split("\n") if bad else []
        found += [f"{os.path.relpath(output, build)}: weak and not tagged {tag}: {name}" for name in names if name]
    return found


RULES = (top_level, names, length, unfinished, leaving, direction, other_libraries, light_headers, plain_kernels, formatted, snippets,
         paths)
