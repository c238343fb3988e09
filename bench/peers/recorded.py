"""The numbers that weft recorded for a workload (bench/record.h), and the comparison of a peer's losses with them."""
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

DTYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}


def load_tensors(path: Path) -> dict[str, np.ndarray]:
    """Reads a safetensors file: 8 bytes of header length, a JSON header, the elements."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        elements = np.frombuffer(data[start + first : start + last], DTYPES[entry["dtype"]])
        tensors[name] = elements.reshape(entry["shape"]).copy()
    return tensors


class Recorded:
    """One workload: weights by their paths, inputs by their names, losses in order."""

    def __init__(self, folder: Path, workload: str) -> None:
        tensors = load_tensors(folder / f"{workload}.safetensors")
        self.workload = workload
        self.weights = {name.removeprefix("weights."): x for name, x in tensors.items() if name.startswith("weights.")}
        self.inputs = {name.removeprefix("inputs."): x for name, x in tensors.items() if name.startswith("inputs.")}
        self.losses = [float(loss) for loss in tensors["losses"]]

    def check(self, losses: Sequence[float], tolerance: float = 1e-4) -> float:
        """Returns the largest relative difference from weft's losses. Raises ValueError above the tolerance."""
        worst = 0.0
        for step, (ours, theirs) in enumerate(zip(self.losses, losses, strict=True)):
            difference = abs(ours - theirs) / abs(ours)
            if not math.isfinite(theirs) or difference > tolerance:
                raise ValueError(f"{self.workload}: loss {step} is {theirs:.8g}, weft's is {ours:.8g}: {difference:.2g} apart, allowed are {tolerance:g}")
            worst = max(worst, difference)
        return worst
