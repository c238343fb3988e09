"""Records recurrent layers of PyTorch and Keras: weights, inputs, outputs, final states and gradients, in f64.

    pip install torch keras safetensors
    python3 tests/reference/record_recurrent.py tests/reference/recurrent.safetensors

Recorded with torch 2.15.0 and keras 3.15.1 on torch. Names: <case>.<what>, for PyTorch's cases <case>.gradient.<what> too: the
gradients of sum(output * seed_output) + sum(hidden_n * seed_hidden) + sum(cell_n * seed_cell).
"""
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy
import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

BATCH, TIME, INPUT, HIDDEN = 4, 6, 5, 7
LENGTHS = torch.tensor([3, 6, 1, 5])
tensors = {}


def draw(*shape):
    """Returns numbers that f32 represents exactly, so that both precisions start from the same numbers."""
    return torch.randn(*shape, dtype=torch.float32).double()


def keep(case, **named):
    for name, value in named.items():
        tensors[f"{case}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous().clone()


def record_torch(case, kind, layers, bidirectional, lengths):
    layer = kind(INPUT, HIDDEN, num_layers=layers, bidirectional=bidirectional, batch_first=True)
    layer = layer.double()
    x = draw(BATCH, TIME, INPUT).requires_grad_()
    directions = 2 if bidirectional else 1
    states = [draw(layers * directions, BATCH, HIDDEN).requires_grad_() for _ in range(2 if kind is torch.nn.LSTM else 1)]
    initial = tuple(states) if len(states) == 2 else states[0]
    if lengths is None:
        output, final = layer(x, initial)
    else:
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        output, final = layer(packed, initial)
        output, _ = pad_packed_sequence(output, batch_first=True, total_length=TIME)
        keep(case, lengths=lengths)
    finals = list(final) if len(states) == 2 else [final]
    results = dict(zip(["output", "hidden_n", "cell_n"], [output] + finals))
    seeds = {name: draw(*value.shape) for name, value in results.items()}
    sum((results[name] * seeds[name]).sum() for name in results).backward()
    keep(case, x=x, **results, **{f"seed_{name}": seed for name, seed in seeds.items()})
    keep(case, **dict(zip(["hidden_0", "cell_0"], states)), **dict(layer.named_parameters()))
    keep(f"{case}.gradient", x=x.grad, **dict(zip(["hidden_0", "cell_0"], [s.grad for s in states])))
    keep(f"{case}.gradient", **{name: p.grad for name, p in layer.named_parameters()})


def record_keras(case, kind):
    layer = kind(HIDDEN, return_sequences=True, dtype="float64")
    x = draw(BATCH, TIME, INPUT)
    layer(x)
    layer.set_weights([draw(*w.shape).numpy() * 0.5 for w in layer.get_weights()])
    kernel, recurrent_kernel, bias = (numpy.array(w) for w in layer.get_weights())
    keep(case, x=x, kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias, output=layer(x))


torch.manual_seed(20)
for name, kind in (("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU), ("rnn", torch.nn.RNN)):
    record_torch(name, kind, 1, False, None)
    record_torch(f"{name}_lengths", kind, 2, True, LENGTHS)
for name, kind in (("lstm", keras.layers.LSTM), ("gru", keras.layers.GRU), ("rnn", keras.layers.SimpleRNN)):
    record_keras(f"keras_{name}", kind)
save_file(tensors, sys.argv[1])
