"""Training steps of PyTorch's DistributedDataParallel with gloo, beside `bench --ranks`.

    torchrun --nproc_per_node 2 torch_ddp.py WORKLOAD STEPS FOLDER      FOLDER holds what weft recorded (bench --record=FOLDER)

Each process takes its part of every batch. The first one prints the median time of a step and its first losses.
"""
import os
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from recorded import Recorded
from torch_models import Classifier, Translator
from torch_rows import BATCHES, SIZES, load_weights

WARM_UP = 3


def part(x: torch.Tensor, rank: int, ranks: int) -> torch.Tensor:
    """Returns a rank's examples of all batches, [batches, examples, ..]."""
    count = x.shape[1] // ranks
    return x[:, rank * count : (rank + 1) * count].contiguous()


def main() -> None:
    workload, steps, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.set_flush_denormal(True)
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()
    recorded = Recorded(folder, workload)
    names = ["source", "target", "next_words"] if workload in SIZES else ["tokens", "labels"]
    *inputs, targets = [part(torch.from_numpy(recorded.inputs[name]), rank, ranks) for name in names]
    model = Translator(*SIZES[workload]) if workload in SIZES else Classifier(workload == "W1p", fused=True)
    load_weights(model, recorded)
    replicated = DistributedDataParallel(model, gradient_as_bucket_view=True)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    times, losses = [], []
    for step in range(steps + WARM_UP):
        i = step % BATCHES
        start = time.perf_counter()
        adam.zero_grad(set_to_none=True)
        loss = cross_entropy(replicated(*(x[i] for x in inputs)).flatten(0, -2), targets[i].flatten())
        loss.backward()
        adam.step()
        value = loss.detach()
        dist.all_reduce(value)
        losses.append(value.item() / ranks)
        times.append(1000 * (time.perf_counter() - start))
    if rank == 0:
        same = recorded.check(losses[: len(recorded.losses)])
        print(f"{workload}: {ranks} ranks, {torch.get_num_threads()} threads, PyTorch {torch.__version__} DDP gloo: "
              f"{statistics.median(times[WARM_UP:]):.2f} ms a step (fastest {min(times[WARM_UP:]):.2f}); losses within {same:.2g} of weft's")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
