"""The rows of Transformer layers in PyTorch."""
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, relu, scaled_dot_product_attention

BATCH, TIME, DIM, HEADS, WIDE, PAST = 32, 128, 256, 4, 1024, 64

Compile = Callable[[Callable], Callable]
Step = Callable[[], object]


def encoder(compile_: Compile, causal: bool) -> Step:
    layer = nn.TransformerEncoderLayer(DIM, HEADS, WIDE, dropout=0, batch_first=True).train()
    x = torch.empty(BATCH, TIME, DIM).uniform_(-1, 1).requires_grad_()
    seed = torch.empty(BATCH, TIME, DIM).uniform_(-1, 1)
    mask = nn.Transformer.generate_square_subsequent_mask(TIME) if causal else None
    forward = compile_(lambda x: layer(x, src_mask=mask, is_causal=causal))

    def step() -> None:
        layer.zero_grad(set_to_none=True)
        x.grad = None
        forward(x).backward(seed)

    return step


class CachedDecoderLayer(nn.TransformerDecoderLayer):
    """nn.TransformerDecoderLayer has no cache: this is its step for one position, with the keys and values so far."""

    def __init__(self) -> None:
        super().__init__(DIM, HEADS, WIDE, dropout=0, batch_first=True)

    @staticmethod
    def heads(x: Tensor) -> Tensor:
        return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)

    def step(self, x: Tensor, keys: Tensor, values: Tensor, memory_keys: Tensor, memory_values: Tensor) -> tuple[Tensor, ...]:
        own, other = self.self_attn, self.multihead_attn
        q, k, v = linear(x, own.in_proj_weight, own.in_proj_bias).chunk(3, -1)
        keys, values = torch.cat([keys, self.heads(k)], 2), torch.cat([values, self.heads(v)], 2)
        context = scaled_dot_product_attention(self.heads(q), keys, values).transpose(1, 2).flatten(2)
        x = self.norm1(x + own.out_proj(context))
        q = linear(x, other.in_proj_weight[:DIM], other.in_proj_bias[:DIM])
        context = scaled_dot_product_attention(self.heads(q), memory_keys, memory_values).transpose(1, 2).flatten(2)
        x = self.norm2(x + other.out_proj(context))
        return self.norm3(x + self.linear2(relu(self.linear1(x)))), keys, values


def decoder_step(compile_: Compile) -> Step:
    """Positions PAST to 2 PAST, one at a time."""
    layer = CachedDecoderLayer().eval()
    begin, memory = ([torch.empty(BATCH, HEADS, PAST, DIM // HEADS).uniform_(-1, 1) for _ in range(2)] for _ in range(2))
    x, forward, past = torch.empty(BATCH, 1, DIM).uniform_(-1, 1), compile_(layer.step), list(begin)

    def step() -> Tensor:
        if past[0].shape[2] == 2 * PAST:
            past[:] = begin
        with torch.inference_mode():
            y, *past[:] = forward(x, *past, *memory)
        return y

    return step


TRANSFORMER: dict[str, Callable[[Compile], Step]] = {
    "transformer/B32_T128_D256_H4": lambda c: encoder(c, causal=False),
    "transformer/B32_T128_D256_H4/causal": lambda c: encoder(c, causal=True),
    "transformer/decoder_step_B32_D256_H4": decoder_step,
}
