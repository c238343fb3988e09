"""weft and the peers as processes that time one row at a time."""
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = {  # the environment of each, under BUILD/peers
    "torch": "venv-torch/bin/python",
    "torch-compile": "venv-torch/bin/python",
    "libtorch": "libtorch/build/libtorch-peer",
    "jax": "venv-jax/bin/python",
    "keras-jax": "venv-jax/bin/python",
    "keras-torch": "venv-torch/bin/python",
}
# Huge pages, and memory that is kept for the next step. Otherwise the first touches of fresh pages would dominate.
MALLOC = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456"


class PeerError(Exception):
    pass


class Weft:
    name = "weft"

    def __init__(self, build: Path, threads: int) -> None:
        self.command = [str(build / "bin/bench"), f"--threads={threads}"]
        commit = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
        self.versions = f"weft {commit}".strip()

    def time(self, row: str, seconds: float) -> tuple[float, float]:
        """Returns the milliseconds of a step and the number of busy cores."""
        options = [f"--benchmark_filter=^{row}(/real_time)?$", f"--benchmark_min_time={seconds}", "--benchmark_format=json"]
        options.append(f"--benchmark_min_warmup_time={min(seconds, 0.5)}")
        run = subprocess.run(self.command + options, capture_output=True, text=True)
        if run.returncode != 0 or not run.stdout:
            raise PeerError(f"weft: {row}: {run.stderr.strip() or 'no such benchmark'}")
        result = json.loads(run.stdout)["benchmarks"][0]
        scale = {"ns": 1e-6, "us": 1e-3, "ms": 1.0}[result["time_unit"]]
        return result["real_time"] * scale, result["cpu_time"] / result["real_time"]


class Peer:
    """Raises PeerError if the peer is not installed."""

    def __init__(self, name: str, build: Path, threads: int) -> None:
        self.name = name
        program = build / "peers" / PEERS[name]
        if not program.exists():
            raise PeerError(f"not installed; bench/peers/setup {build} {name} would do it")
        arguments = [str(threads), str(build / "peers/recorded")]
        command = [str(program), *arguments] if name == "libtorch" else [str(program), str(HERE / "worker.py"), name, *arguments]
        log = open(build / "peers" / f"{name}.log", "w")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment(name, build, threads)
        )
        word, text = self.answer()
        if word != "peer":
            raise PeerError(text)
        self.versions = text

    def answer(self) -> tuple[str, str]:
        line = self.process.stdout.readline()
        if not line:
            raise PeerError(f"its process ended with {self.process.wait()}; see its log under peers/{self.name}.log")
        word, _, text = line.strip().partition(" ")
        return word, text

    def ask(self, order: str) -> tuple[str, str]:
        try:
            self.process.stdin.write(order + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says how it ended
        return self.answer()

    def prepare(self, row: str) -> tuple[str, str]:
        """Returns ("ready", difference and settings), ("skip", reason) or ("error", text)."""
        return self.ask(f"prepare {row}")

    def time(self, row: str, seconds: float) -> tuple[float, float]:
        word, text = self.ask(f"time {row} {seconds}")
        if word != "ms":
            raise PeerError(f"{row}: {text}")
        taken, cores = text.split()
        return float(taken), float(cores)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def environment(name: str, build: Path, threads: int) -> dict[str, str]:
    """The best known settings of each peer."""
    folder = build / "peers"
    count = str(threads)
    env = os.environ | {"GLIBC_TUNABLES": MALLOC, "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {variable: count for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC")}
    if name == "torch-compile":
        env |= {"TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor-cache"), "TORCHINDUCTOR_CPP_WRAPPER": "1"}
    if name == "libtorch":
        cpu = Path("/proc/cpuinfo").read_text()
        env.pop("OPENBLAS_CORETYPE", None)
        if "AuthenticAMD" in cpu and "cpu family\t: 25\n" in cpu:  # Zen 4; on Zen 5 OpenBLAS's own choice is faster
            env |= {"OPENBLAS_CORETYPE": "Haswell"}
        if " avx512f" in cpu:
            env |= {"ATEN_CPU_CAPABILITY": "avx512"}
        root = folder / "libtorch/root"
        libraries = root / "usr/lib/x86_64-linux-gnu"
        env |= {"LD_LIBRARY_PATH": ":".join(str(x) for x in (libraries / "openblas-openmp", libraries, libraries.parent, root / "lib/x86_64-linux-gnu"))}
    if "jax" in name:
        eigen = "true" if threads > 1 else "false"
        env |= {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={eigen} intra_op_parallelism_threads={count}"}
    return env
