"""Records the results of PyTorch and Keras for attention and layer normalisation in attention.safetensors, next to this file.

Needs torch, keras and safetensors from PyPI; the file names the versions used. Keras runs on its torch backend, whose matmul
computes in f32 for f64 layers too.
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from safetensors.numpy import save_file

rng = np.random.default_rng(7)
tensors = {}


def draw(*shape):
    return rng.uniform(-1, 1, shape)


def record(case, **values):
    for name, value in values.items():
        tensors[f"{case}.{name}"] = np.ascontiguousarray(value)


def mask_of(lengths, time):
    return np.arange(time)[None, :] < np.asarray(lengths)[:, None]


def leaf(array):
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


def gradients(result, seed, **leaves):
    """Returns the gradients of sum(result * seed), named after the leaves."""
    found = torch.autograd.grad((result * torch.tensor(seed)).sum(), list(leaves.values()))
    return {"grad_" + name: grad.numpy() for name, grad in zip(leaves, found)}


def scaled_dot_product():
    lengths = [5, 3]
    q, k, v = leaf(draw(2, 4, 6)), leaf(draw(2, 5, 6)), leaf(draw(2, 5, 3))
    mask = torch.tensor(mask_of(lengths, 5))[:, None, :]
    context = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    seed = draw(*context.shape)
    record("scaled_dot_product", query=q.detach(), key=k.detach(), value=v.detach(), lengths=lengths, seed=seed,
           context=context.detach(), **gradients(context, seed, query=q, key=k, value=v))


def multi_head():
    lengths = [5, 3]
    layer = torch.nn.MultiheadAttention(6, 3, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.tensor(draw(*parameter.shape)))
    q, k, v = leaf(draw(2, 4, 6)), leaf(draw(2, 5, 6)), leaf(draw(2, 5, 6))
    padding = torch.tensor(~mask_of(lengths, 5))
    context, weights = layer(q, k, v, key_padding_mask=padding, average_attn_weights=False)
    seed = draw(*context.shape)
    parameters = dict(layer.named_parameters())
    record("multi_head", query=q.detach(), key=k.detach(), value=v.detach(), lengths=lengths, seed=seed,
           context=context.detach(), weights=weights.detach(),
           **{name: parameter.detach() for name, parameter in parameters.items()},
           **gradients(context, seed, query=q, key=k, value=v, **parameters))


def layer_norm():
    x, weight, bias = leaf(draw(3, 4, 7)), leaf(draw(7)), leaf(draw(7))
    y = torch.nn.functional.layer_norm(x, (7,), weight, bias, eps=1e-5)
    seed = draw(*y.shape)
    record("layer_norm", x=x.detach(), weight=weight.detach(), bias=bias.detach(), seed=seed, y=y.detach(),
           **gradients(y, seed, x=x, weight=weight, bias=bias))


def keras_attention():
    lengths = [5, 3]
    q, k, v = leaf(draw(2, 4, 6)), leaf(draw(2, 5, 6)), leaf(draw(2, 5, 3))
    masks = [None, torch.tensor(mask_of(lengths, 5))]
    layers = {"keras_attention": keras.layers.Attention(dtype="float64"),
              "keras_additive_attention": keras.layers.AdditiveAttention(dtype="float64")}
    for name, layer in layers.items():
        extra = {}
        context, weights = layer([q, v, k], mask=masks, return_attention_scores=True)
        if layer.weights:
            scale = draw(6)
            layer.set_weights([scale])
            context, weights = layer([q, v, k], mask=masks, return_attention_scores=True)
            extra["scale"] = scale
        seed = draw(*context.shape)
        record(name, query=q.detach(), key=k.detach(), value=v.detach(), lengths=lengths, seed=seed, context=context.detach(),
               weights=weights.detach(), **extra, **gradients(context, seed, query=q, key=k, value=v))


torch.manual_seed(0)
scaled_dot_product()
multi_head()
layer_norm()
keras_attention()
path = pathlib.Path(__file__).with_name("attention.safetensors")
save_file(tensors, path, {"torch": torch.__version__, "keras": keras.__version__})
print(f"{path}: {len(tensors)} tensors")
