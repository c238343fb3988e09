"""Records the results of PyTorch for masks and Transformer layers in transformer.safetensors, next to this file.

Needs torch and safetensors from PyPI; the file names the version used. A gradient is that of sum(result * seed).
"""

import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

rng = np.random.default_rng(18)
tensors = {}
LENGTHS = [5, 3]


def draw(*shape):
    return rng.uniform(-1, 1, shape)


def leaf(*shape):
    return torch.tensor(draw(*shape), dtype=torch.float64, requires_grad=True)


def forbidden(time):
    """Returns PyTorch's key_padding_mask: true after the lengths."""
    return torch.arange(time)[None, :] >= torch.tensor(LENGTHS)[:, None]


def causal(time):
    """Returns PyTorch's causal attn_mask: true for later keys."""
    return torch.ones(time, time, dtype=torch.bool).triu(1)


def record(case, result, leaves, **others):
    seed = draw(*result.shape)
    grads = torch.autograd.grad((result * torch.tensor(seed)).sum(), list(leaves.values()))
    values = {"result": result, "seed": seed, "lengths": np.array(LENGTHS), **others, **leaves}
    values.update({"grad_" + name: grad for name, grad in zip(leaves, grads)})
    for name, value in values.items():
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        tensors[f"{case}.{name}"] = np.ascontiguousarray(value)


def parameters_of(layer):
    """Gives the parameters numbers that are all different, and returns them by name."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.tensor(draw(*parameter.shape)))
    return dict(layer.named_parameters())


def scaled_dot_product():
    def case(name, key_heads, **options):
        q, k, v = leaf(2, 4, 3, 6), leaf(2, key_heads, 5, 6), leaf(2, key_heads, 5, 2)
        y = nn.functional.scaled_dot_product_attention(q, k, v, enable_gqa=key_heads < 4, **options)
        mask = options.get("attn_mask")
        others = {} if mask is None else {"mask": mask}
        record(name, y, {"query": q, "key": k, "value": v}, **others)

    case("causal", 4, is_causal=True)
    case("bool_mask", 4, attn_mask=torch.tensor(rng.random((2, 1, 3, 5)) < 0.7))
    case("float_mask", 4, attn_mask=torch.tensor(draw(4, 3, 5)), scale=0.3)
    case("grouped_heads", 2, is_causal=True)


def multi_head_sizes():
    layer = nn.MultiheadAttention(6, 3, kdim=4, vdim=5, batch_first=True, dtype=torch.float64)
    parameters = parameters_of(layer)
    q, k, v = leaf(2, 5, 6), leaf(2, 5, 4), leaf(2, 5, 5)
    y, weights = layer(q, k, v, key_padding_mask=forbidden(5), attn_mask=causal(5), average_attn_weights=False)
    record("multi_head_sizes", y, {"query": q, "key": k, "value": v, **parameters}, weights=weights)


def encoder():
    def layer_of(**options):
        return nn.TransformerEncoderLayer(6, 2, 8, dropout=0, batch_first=True, dtype=torch.float64, **options)

    for name, options in {"encoder_layer": {}, "encoder_layer_pre": {"norm_first": True, "activation": "gelu"},
                          "encoder_layer_no_bias": {"bias": False}}.items():
        layer = layer_of(**options)
        parameters, x = parameters_of(layer), leaf(2, 5, 6)
        record(name, layer(x, src_key_padding_mask=forbidden(5)), {"x": x, **parameters})
    stack = nn.TransformerEncoder(layer_of(norm_first=True), 2, norm=nn.LayerNorm(6, dtype=torch.float64),
                                  enable_nested_tensor=False)
    parameters, x = parameters_of(stack), leaf(2, 5, 6)
    record("encoder", stack(x, mask=causal(5)), {"x": x, **parameters})


def decoder():
    def layer_of(**options):
        return nn.TransformerDecoderLayer(6, 3, 8, dropout=0, batch_first=True, dtype=torch.float64, **options)

    for name, options in {"decoder_layer": {}, "decoder_layer_pre": {"norm_first": True}}.items():
        layer = layer_of(**options)
        parameters, x, memory = parameters_of(layer), leaf(2, 4, 6), leaf(2, 5, 6)
        y = layer(x, memory, tgt_mask=causal(4), memory_key_padding_mask=forbidden(5))
        record(name, y, {"x": x, "memory": memory, **parameters})
    stack = nn.TransformerDecoder(layer_of(), 2, norm=nn.LayerNorm(6, dtype=torch.float64))
    parameters, x, memory = parameters_of(stack), leaf(2, 4, 6), leaf(2, 5, 6)
    record("decoder", stack(x, memory, tgt_mask=causal(4), memory_key_padding_mask=forbidden(5)),
           {"x": x, "memory": memory, **parameters})


scaled_dot_product()
multi_head_sizes()
encoder()
decoder()
path = pathlib.Path(__file__).with_name("transformer.safetensors")
save_file(tensors, path, {"torch": torch.__version__})
print(f"{path}: {len(tensors)} tensors")
