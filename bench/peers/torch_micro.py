"""The MICRO rows in PyTorch. Each is a function that makes its data and returns the step."""
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from row import Row, Skipped
from torch_transformer import TRANSFORMER

Compile = Callable[[Callable], Callable]
Step = Callable[[], object]
MANY = 1 << 24


def uniform(*shape: int, low: float = -1, high: float = 1) -> Tensor:
    return torch.empty(shape).uniform_(low, high)


def inference(f: Callable[..., Tensor], compile_: Compile, *inputs: Tensor) -> Step:
    compiled = compile_(f)

    def step() -> Tensor:
        with torch.inference_mode():
            return compiled(*inputs)

    return step


def with_gradients(f: Callable[..., Tensor], compile_: Compile, *leaves: Tensor, seed: Tensor | None = None) -> Step:
    compiled = compile_(f)
    for leaf in leaves:
        leaf.requires_grad_()

    def step() -> None:
        for leaf in leaves:
            leaf.grad = None
        compiled(*leaves).backward(seed)

    return step


def add_forward_grad(compile_: Compile) -> Step:
    a, b, add = torch.ones(16, requires_grad=True), torch.ones(16, requires_grad=True), compile_(torch.add)
    return lambda: add(a, b)


def embedding(compile_: Compile) -> Step:
    zipf = 1 / torch.arange(1, 10001)
    table, ids, seed = uniform(10000, 128), torch.multinomial(zipf, 6400, replacement=True), uniform(6400, 128)
    return with_gradients(lambda table: functional.embedding(ids, table), compile_, table, seed=seed)


def layer_norm(compile_: Compile) -> Step:
    leaves = uniform(1600, 512), torch.ones(512), torch.zeros(512)
    return with_gradients(lambda x, w, b: functional.layer_norm(x, (512,), w, b), compile_, *leaves, seed=uniform(1600, 512))


def cross_entropy(compile_: Compile) -> Step:
    targets = torch.randint(0, 8000, (1600,))
    return with_gradients(lambda x: functional.cross_entropy(x, targets), compile_, uniform(1600, 8000, low=-3, high=3))


def adam(compile_: Compile) -> Step:
    weight = uniform(10_000_000).requires_grad_()
    weight.grad = uniform(10_000_000)
    return torch.optim.Adam([weight], lr=1e-3, fused=True).step


MICRO: dict[str, Callable[[Compile], Step]] = {
    "add16/forward": lambda c: inference(torch.add, c, torch.ones(16), torch.ones(16)),
    "add16/forward_grad": add_forward_grad,
    "add16/forward_backward": lambda c: with_gradients(torch.add, c, torch.ones(16), torch.ones(16), seed=torch.ones(16)),
    "tanh_muladd/16M": lambda c: inference(lambda x, y, z: torch.tanh(x * y + z), c, uniform(MANY), uniform(MANY), uniform(MANY)),
    "exp/16M": lambda c: inference(torch.exp, c, uniform(MANY, low=-3, high=3)),
    "softmax/6400x200": lambda c: inference(lambda x: torch.softmax(x, -1), c, uniform(6400, 200, low=-3, high=3)),
    "layer_norm/1600x512": layer_norm,
    "cross_entropy/1600x8000": cross_entropy,
    "matmul/64x512x2048": lambda c: inference(functional.linear, c, uniform(64, 512), uniform(2048, 512)),
    "matmul/batched_32x200x128x200": lambda c: inference(torch.bmm, c, uniform(32, 200, 128), uniform(32, 128, 200)),
    "embedding/6400x128": embedding,
    "adam/10M": adam,
    "sum_axis0/4096": lambda c: inference(lambda x: x.sum(0), c, uniform(4096, 4096)),
    "max_index_axis0/4096": lambda c: inference(lambda x: x.max(0)[1], c, uniform(4096, 4096)),
    "transpose_copy/4096": lambda c: inference(lambda x: x.t().contiguous(), c, uniform(4096, 4096)),
}


def make(name: str, compile_: Compile) -> Row:
    rows = MICRO | TRANSFORMER
    if name not in rows:
        raise Skipped(f"no row {name}")
    return Row(rows[name](compile_))
