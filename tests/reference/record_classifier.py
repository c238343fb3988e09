"""Records the attention classifier as PyTorch computes it: weights, logits, loss, gradients, and the weights after one Adam step.

    pip install torch safetensors
    python3 tests/reference/record_classifier.py tests/reference/classifier.safetensors

Recorded with torch 2.15.0, in f32. Names: <self|pooling>.<what>, weights under the paths that the model gives them.
"""
import sys

import torch
from safetensors.torch import save_file

VOCABULARY, DIM, CLASSES = 30, 8, 4
TOKENS = torch.tensor([[4, 9, 3, 7, 0], [7, 7, 2, 29, 5], [1, 0, 0, 0, 0]])
LENGTHS = torch.tensor([4, 5, 1])
LABELS = torch.tensor([0, 3, 2])


class Classifier(torch.nn.Module):
    def __init__(self, pooling):
        super().__init__()
        self.embedding = torch.nn.Embedding(VOCABULARY, DIM)
        self.dense = torch.nn.Linear(DIM, CLASSES)
        if pooling:
            self.pooling = torch.nn.Module()
            self.pooling.projection = torch.nn.Linear(DIM, DIM)
            self.pooling.v = torch.nn.Parameter(torch.randn(DIM))

    def forward(self, tokens, lengths):
        x = self.embedding(tokens)  # [batch, time, dim]
        inside = torch.arange(tokens.shape[1]) < lengths[:, None]  # [batch, time]
        if hasattr(self, "pooling"):
            scores = torch.tanh(self.pooling.projection(x)) @ self.pooling.v
            weights = scores.masked_fill(~inside, -torch.inf).softmax(-1)
            return self.dense((weights[:, :, None] * x).sum(1))
        scores = x @ x.transpose(1, 2)
        weights = scores.masked_fill(~inside[:, None, :], -torch.inf).softmax(-1)
        y = (weights @ x) * inside[:, :, None]
        return self.dense(y.sum(1) / lengths[:, None])


tensors = {"tokens": TOKENS, "lengths": LENGTHS, "labels": LABELS}


def record(case, pooling):
    torch.manual_seed(1)
    model = Classifier(pooling)
    for name, value in model.named_parameters():
        tensors[f"{case}.before.{name}"] = value.detach().clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    logits = model(TOKENS, LENGTHS)
    loss = torch.nn.functional.cross_entropy(logits, LABELS)
    loss.backward()
    tensors[f"{case}.logits"] = logits.detach()
    tensors[f"{case}.loss"] = loss.detach()
    for name, value in model.named_parameters():
        tensors[f"{case}.gradient.{name}"] = value.grad.clone()
    optimizer.step()
    for name, value in model.named_parameters():
        tensors[f"{case}.after.{name}"] = value.detach().clone()


record("self", False)
record("pooling", True)
save_file(tensors, sys.argv[1])
