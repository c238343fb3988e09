"""The rows of PyTorch, eager and compiled."""
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import torch_micro
from recorded import Recorded
from row import Row, fastest
from torch_models import Classifier, Greedy, Translator

SIZES = {"W2": (True, 8000, 256, 512), "W2b": (False, 8000, 256, 512), "W2s": (False, 1000, 64, 128)}
BATCHES = 8


def load_weights(model: nn.Module, recorded: Recorded) -> None:
    model.load_state_dict({name: torch.from_numpy(x) for name, x in recorded.weights.items()})


class Training:
    """Zeroes the gradients, runs forward, cross-entropy, backward and Adam, and reads the loss."""

    def __init__(self, model: nn.Module, inputs: list[Tensor], targets: Tensor, compile_: Callable, **adam: bool) -> None:
        self.inputs, self.targets, self.steps = inputs, targets, 0
        self.adam = torch.optim.Adam(model.parameters(), lr=1e-3, **adam)
        self.loss = compile_(lambda *batch: cross_entropy(model(*batch[:-1]).flatten(0, -2), batch[-1].flatten()))

    def step(self) -> float:
        i = self.steps % BATCHES
        self.steps += 1
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss(*(x[i] for x in self.inputs), self.targets[i])
        loss.backward()
        self.adam.step()
        return loss.item()


class Rows:
    def __init__(self, peer: str, threads: int, folder: Path) -> None:
        self.folder, self.compiled = folder, peer == "torch-compile"
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        self.versions = f"PyTorch {torch.__version__}" + (" torch.compile" if self.compiled else "")
        if self.compiled:
            import torch._inductor.config as inductor

            inductor.max_autotune = True
            inductor.freezing = True  # for inference: weights are packed once

    def compile(self, f: Callable) -> Callable:
        return torch.compile(f, dynamic=False) if self.compiled else f

    def make(self, name: str) -> Row:
        workload, _, what = name.partition("/")
        if what == "train":
            return fastest(self.training_candidates(workload))
        if workload in ("W1", "W1p"):
            return fastest(partial(self.prediction, workload, what, fused) for fused in self.attentions(workload))
        if workload == "GREEDY":
            return self.greedy(batch=int(what[1:]))
        if workload == "lstm":
            return self.lstm()
        return torch_micro.make(name, self.compile)

    def attentions(self, workload: str) -> list[bool]:
        """Returns whether self-attention is PyTorch's fused one."""
        return [False, True] if workload == "W1" else [False]

    def training_candidates(self, workload: str):
        for fused in self.attentions(workload):
            for adam in ["fused"] if self.compiled else ["fused", "foreach"]:
                yield partial(self.training, workload, fused, adam)

    def model(self, workload: str, recorded: Recorded, fused: bool) -> nn.Module:
        model = Translator(*SIZES[workload]) if workload in SIZES else Classifier(workload == "W1p", fused)
        load_weights(model, recorded)
        return model

    def training(self, workload: str, fused: bool, adam: str) -> Row:
        recorded = Recorded(self.folder, workload)
        names = ["source", "target", "next_words"] if workload in SIZES else ["tokens", "labels"]
        *inputs, targets = [torch.from_numpy(recorded.inputs[name]) for name in names]
        model = self.model(workload, recorded, fused)
        training = Training(model, inputs, targets, self.compile, **{adam: True})
        check = lambda: recorded.check([training.step() for _ in recorded.losses])
        return Row(training.step, check, f"adam={adam}" + (" attention=fused" if fused else ""))

    def prediction(self, workload: str, what: str, fused: bool) -> Row:
        recorded = Recorded(self.folder, workload)
        model = self.model(workload, recorded, fused).eval()
        forward = self.compile(model)
        tokens, labels = (torch.from_numpy(recorded.inputs[name]) for name in ("tokens", "labels"))
        count = 32 if what == "predict_b32" else 1
        batches = [tokens[i, :count].contiguous() for i in range(BATCHES)]
        steps = iter(range(10**12))

        def step() -> Tensor:
            with torch.inference_mode():
                return forward(batches[next(steps) % BATCHES])

        def check() -> float:
            """Compares the first loss of training, which is that of the recorded weights."""
            with torch.inference_mode():
                logits = torch.cat([forward(row) for row in tokens[0].split(count)])
            recorded.losses = recorded.losses[:1]
            return recorded.check([cross_entropy(logits, labels[0]).item()])

        return Row(step, check, "attention=fused" if fused else "")

    def greedy(self, batch: int) -> Row:
        recorded = Recorded(self.folder, "GREEDY")
        model = Translator(*SIZES["W2"]).eval()
        load_weights(model, recorded)
        decode = self.compile(Greedy(model))
        source = torch.from_numpy(recorded.inputs["source"])
        batches = [source[i, :batch].contiguous() for i in range(BATCHES)]
        steps = iter(range(10**12))

        def step() -> Tensor:
            with torch.inference_mode():
                return decode(batches[next(steps) % BATCHES])[0]

        def check() -> float:
            with torch.inference_mode():
                largest = [torch.cat([decode(rows)[1] for rows in source[i].split(batch)]) for i in range(len(recorded.losses))]
            return recorded.check([x.double().mean().item() for x in largest])

        return Row(step, check)

    def lstm(self) -> Row:
        recorded = Recorded(self.folder, "lstm")
        lstm = nn.LSTM(256, 512, batch_first=True)
        load_weights(lstm, recorded)
        x, seed = torch.from_numpy(recorded.inputs["x"]).requires_grad_(), torch.from_numpy(recorded.inputs["seed"])
        forward = self.compile(lambda x: lstm(x)[0])

        def step() -> Tensor:
            lstm.zero_grad(set_to_none=True)
            x.grad = None
            output = forward(x)
            output.backward(seed)
            return output

        def check() -> float:
            value = (step().double() * seed).sum().item()
            gradients = [x.grad, lstm.weight_hh_l0.grad]
            return recorded.check([value] + [gradient.double().square().sum().item() for gradient in gradients])

        return Row(step, check)
