"""Lint's own test: breaks each rule in a copy of the tree and sees that the rule says so, and where."""

import json
import os
import platform
import shlex
import shutil
import subprocess
import tempfile

import lint_rooms as rooms
import lint_rules as rules

TO_FINISH = "TO" + "DO"
# rule, file, text added to it, the start of the line that must be reported
PLANTED = [
    (rules.top_level, "scratch/notes.h", "\n", "scratch:"),
    (rules.names, "nn/helpers.h", "\n", "nn/helpers.h:"),
    (rules.names, "tests/nn/utils_test.cpp", "\n", "tests/nn/utils_test.cpp:"),
    (rules.length, "optim/long.cpp", "\n" * 501, "optim/long.cpp: 501 lines"),
    (rules.length, ".cmake/long", "\n" * 501, ".cmake/long: 501 lines"),
    (rules.unfinished, "nn/planted.h", f"// {TO_FINISH}: later\n", "nn/planted.h:1:"),
    (rules.leaving, "tensor/planted.cpp", "void f() {\n  std::abort();\n}\n", "tensor/planted.cpp:2:"),
    (rules.leaving, "nn/planted.h", "inline void f(int x) { assert(x > 0); }\n", "nn/planted.h:1:"),
    (rules.leaving, "models/text/planted.cpp", "void f() { exit (2); }\n", "models/text/planted.cpp:1:"),
    (rules.direction, "tensor/planted.h", "#include <weft/autograd/graph/variable.h>\n", "tensor/planted.h:1:"),
    (rules.direction, "autograd/planted.cpp", "\n#include <weft/weft.h>\n", "autograd/planted.cpp:2:"),
    (rules.direction, "optim/planted.h", '#include "../nn/weft.h"\n', "optim/planted.h:1:"),
    (rules.direction, "nn/planted.cpp", "#include <weft/models.h>\n", "nn/planted.cpp:1:"),
    (rooms.placed, "tensor/planted.h", "\n", "tensor/planted.h: not in a room"),
    (rooms.placed, "models/programs/planted.cpp", "\n", "models/programs/planted.cpp: not in a room"),
    (rooms.cycles, "tensor/base/planted.h", "#include <weft/tensor/array/tensor.h>\n", "tensor/array -> tensor/base -> tensor/array: "),
    (rooms.cycles, "models/text/detail/planted.h", "#include <weft/models/data/files.h>\n", "models/data -> "),
    (rooms.internals, "nn/layers/planted.h", "#include <weft/tensor/array/detail/loop.h>\n", "nn/layers/planted.h:1:"),
    (rooms.internals, "optim/planted.h", "\n#include <weft/tensor/kernels/reduce.h>\n", "optim/planted.h:2:"),
    (rooms.maps, "tensor/base/planted.h", "\n", "tensor/base/README.md: does not name planted.h"),
    (rooms.maps, "nn/layers/detail/planted.cpp", "\n", "nn/layers/README.md: does not name planted.cpp"),
    (rooms.maps, "tensor/base/error.h", "#include <weft/tensor/array/tensor.h>\n", "tensor/base/README.md: should say once: "),
    (rooms.maps, "optim/README.md", "\nIncludes: nothing of weft.\n", "optim/README.md: should say once: "),
    (rooms.maps, "nn/planted/planted.h", "\n", "nn/planted: has no README.md"),
    (rooms.maps, "nn/planted/planted.h", "\n", "nn/README.md: has no link to nn/planted"),
    (rooms.picture, "nn/planted/planted.h", "\n", ".github/rooms.md: not current"),
    (rooms.picture, "models/training/planted.cpp", "#include <weft/models/generated/debian.h>\n", ".github/rooms.md: not current"),
    (rules.other_libraries, "tensor/planted.cpp", "#include <xsimd/xsimd.hpp>\n", "tensor/planted.cpp:1:"),
    (rules.other_libraries, "tensor/planted.h", "#include <cblas.h>\n", "tensor/planted.h:1:"),
    (rules.other_libraries, "models/text/planted.h", "#include <nlohmann/json.hpp>\n", "models/text/planted.h:1:"),
    (rules.other_libraries, "models/programs/demo/planted.cpp", "#include <CLI/CLI.hpp>\n", "models/programs/demo/planted.cpp:1:"),
    (rules.other_libraries, "tests/planted.cpp", "#include <CLI/App.hpp>\n", "tests/planted.cpp:1:"),
    (rules.other_libraries, "models/programs/planted.h", "#include <toml++/toml.h>\n", "models/programs/planted.h:1:"),
    (rules.light_headers, "autograd/planted.h", "#include <weft/tensor/elementwise/elementwise.h>\n", "autograd/planted.h: reaches xsimd"),
    (rules.light_headers, "models/planted.h", '#include "../autograd/basics/elementwise.h"\n', "models/planted.h: reaches xsimd"),
    (rules.plain_kernels, "tensor/kernels/planted.cpp", "#include <vector>\n", "tensor/kernels/planted.cpp:1:"),
    (rules.formatted, "optim/planted.h", "int   x ;\n", "optim/planted.h:1:"),
    (rules.snippets, "README.md", "\n```cpp\nint planted = 17;\n```\n", "README.md:"),
    (rules.snippets, "nn/docs/planted.md", "```cmake\nplanted()\n```\n", "nn/docs/planted.md:1:"),
    (rules.paths, "nn/docs/planted.md", "\nSee `nn/layers/planted.h`.\n", "nn/docs/planted.md:2: there is no nn/layers/planted.h"),
    (rules.paths, "nn/docs/planted.md", "[here](../planted.md)\n", "nn/docs/planted.md:1: there is no nn/planted.md"),
]
ALLOWED = [
    (rules.paths, "nn/docs/planted.md", "[here](../README.md), `nn/layers/linear.h`, `nn/layers/NAME.h`, `nn/*`, `tests/nn`\n"),
    (rooms.placed, "optim/planted.cpp", "\n"),
    (rooms.cycles, "tensor/array/detail/planted.h", "#include <weft/tensor/array/tensor.h>\n"),
    (rooms.internals, "nn/layers/planted.cpp", "#include <weft/tensor/array/detail/loop.h>\n"),
    (rooms.internals, "nn/layers/detail/planted.h", "#include <weft/tensor/array/detail/loop.h>\n"),
    (rooms.maps, "tensor/base/error.cpp", "#include <weft/tensor/base/detail/promote.h>\n"),
    (rooms.picture, "models/report/report.cpp", "#include <weft/models/io/utf8.h>\n"),
    (rules.top_level, "build-other/x.h", "\n"),
    (rules.leaving, "tensor/planted.h", '// exit(1) in a comment\nstatic_assert(true);\ninline const char* text = "abort()";\n'),
    (rules.leaving, "models/programs/planted.cpp", "void f() { exit(2); }\n"),
    (rules.direction, "models/planted.cpp", "#include <weft/weft.h>\n#include <vector>\n"),
    (rules.light_headers, "nn/planted_ops.h", "#include <weft/tensor/elementwise/elementwise.h>\n"),
    (rules.other_libraries, "models/text/planted.cpp", "#include <nlohmann/json.hpp>\n"),
    (rules.other_libraries, rules.PARSER, "#include <CLI/CLI.hpp>\n"),
]


def planted(root, path, text, rule):
    """What the rule says with the text added to the file."""
    full = os.path.join(root, path)
    old = rules.read(root, path) if os.path.exists(full) else None
    folder = os.path.dirname(full)
    missing = folder if not os.path.isdir(folder) else None
    os.makedirs(folder, exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write((old or "") + text)
    said = rule(root)
    if missing:
        shutil.rmtree(missing)
    elif old is None:
        os.remove(full)
    else:
        with open(full, "w", encoding="utf-8") as file:
            file.write(old)
    return said


def crowded(root):
    """A room of 25 files, then of 26: the rule must see the second alone."""
    folder = os.path.join(root, "tensor/crowded")
    os.makedirs(folder)
    said = []
    for number in range(26):
        with open(os.path.join(folder, f"file_{number}.h"), "w", encoding="utf-8") as file:
            file.write("\n")
        said.append("tensor/crowded: 26 files, more than 25" in rooms.room_size(root))
    shutil.rmtree(folder)
    return said == [False] * 25 + [True]


def second_cblas(root):
    """Two files that include cblas.h, each of which is allowed to alone."""
    for name in ("one", "two"):
        with open(os.path.join(root, f"tensor/planted_{name}.cpp"), "w", encoding="utf-8") as file:
            file.write("#include <cblas.h>\n")
    said = rules.other_libraries(root)
    for name in ("one", "two"):
        os.remove(os.path.join(root, f"tensor/planted_{name}.cpp"))
    return any(line.startswith("tensor/planted_") for line in said)


def weak_symbol(folder):
    """An object for AVX2 with one tagged and one untagged weak function: the rule must name the second alone."""
    source = os.path.join(folder, "planted.cpp")
    with open(source, "w", encoding="utf-8") as file:
        file.write("struct Avx2 {};\ntemplate <class Set> [[gnu::noinline]] int tagged(int x) { return x; }\n"
                   "[[gnu::noinline]] inline int untagged(int x) { return x; }\nint f() { return tagged<Avx2>(1) + untagged(2); }\n")
    compiler = os.environ.get("CXX", "c++").split()
    command = [*compiler, "-std=c++20", "-O1", "-mavx2", "-c", source, "-o", os.path.join(folder, "planted.o")]
    subprocess.run(command, check=True)
    commands = [shlex.join(command), shlex.join([*command[:-1], "missing.o"])]
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([{"directory": folder, "command": command} for command in commands], file)
    said = rules.objects(folder, folder)
    return len(said) == 2 and "untagged(int)" in said[0] and "missing.o: not built" in said[1]


def run(root):
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for path in rules.files(root):
            os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
            shutil.copy(os.path.join(root, path), os.path.join(folder, path))
        can_format = "version 14." in subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout
        before = {rule: set(rule(folder)) for rule in rules.RULES + rooms.RULES}
        for rule, path, text, start in PLANTED:
            if rule is rules.formatted and not can_format:
                continue
            new = set(planted(folder, path, text, rule)) - before[rule]
            if not any(line.startswith(start) for line in new):
                failures.append(f"{rule.__name__} does not see {path}")
        for rule, path, text in ALLOWED:
            if new := set(planted(folder, path, text, rule)) - before[rule]:
                failures.append(f"{rule.__name__} complains about {new}")
        if not crowded(folder):
            failures.append("room_size does not see the 26th file")
        if not second_cblas(folder):
            failures.append("other_libraries does not see a second cblas.h")
    if platform.machine() in ("x86_64", "AMD64"):
        with tempfile.TemporaryDirectory() as folder:
            if not weak_symbol(folder):
                failures.append("objects does not see a weak symbol")
    for line in failures:
        print(f"lint self-test: {line}")
    print(f"lint self-test: {len(PLANTED) + len(ALLOWED) + 3 - len(failures)} cases passed, {len(failures)} failed")
    return 1 if failures else 0
