"""Records six steps of each optimizer of PyTorch, and the norm that its clipping computes.

    pip install torch safetensors
    python3 tests/reference/record_optimizers.py tests/reference/optimizers.safetensors

Recorded with torch 2.15.0, in f64. Names: <case>.<what>; `first` and `second` are two parameters in groups of their own, the
second with half the rate and a weight decay of 0.2. The second has no gradient in the first and the fourth step. `gradients` are
those of all cases: [step, ..]. `after_*` are the parameters after each step.
"""
import sys

import torch
from safetensors.torch import save_file

STEPS, SKIPPED = 6, (0, 3)
torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
start = {"first": torch.randn(3, 5), "second": torch.randn(7)}
gradients = {name: torch.randn(STEPS, *value.shape) for name, value in start.items()}
tensors = {}
for name in start:
    tensors[f"all.start_{name}"] = start[name]
    tensors[f"all.gradients_{name}"] = gradients[name]


def record(case, make, lr):
    parameters = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizer = make(
        [
            {"params": [parameters["first"]]},
            {"params": [parameters["second"]], "lr": lr / 2, "weight_decay": 0.2},
        ]
    )
    after = {name: [] for name in start}
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = gradients[name][step].clone()
        if step in SKIPPED:
            parameters["second"].grad = None
        optimizer.step()
        for name, parameter in parameters.items():
            after[name].append(parameter.detach().clone())
    for name in start:
        tensors[f"{case}.after_{name}"] = torch.stack(after[name])


optim = torch.optim
record("sgd", lambda groups: optim.SGD(groups, lr=0.1), 0.1)
record("sgd_decay", lambda groups: optim.SGD(groups, lr=0.1, weight_decay=0.05), 0.1)
record("momentum", lambda groups: optim.SGD(groups, lr=0.1, momentum=0.9, weight_decay=0.05), 0.1)
record("nesterov", lambda groups: optim.SGD(groups, lr=0.1, momentum=0.8, nesterov=True), 0.1)
record("adagrad", lambda groups: optim.Adagrad(groups, lr=0.2, weight_decay=0.05), 0.2)
record("rmsprop", lambda groups: optim.RMSprop(groups, lr=0.02, alpha=0.9, weight_decay=0.05), 0.02)
record("adam", lambda groups: optim.Adam(groups, lr=0.05), 0.05)
record("adam_decay", lambda groups: optim.Adam(groups, lr=0.05, betas=(0.7, 0.95), eps=1e-4, weight_decay=0.05), 0.05)
record("adamw", lambda groups: optim.AdamW(groups, lr=0.05), 0.05)
record("adamw_decay", lambda groups: optim.AdamW(groups, lr=0.05, betas=(0.7, 0.95), weight_decay=0.3), 0.05)

parameters = [torch.nn.Parameter(value.clone()) for value in start.values()]
for parameter, gradient in zip(parameters, gradients.values()):
    parameter.grad = gradient[0].clone()
tensors["clip.norm"] = torch.nn.utils.clip_grad_norm_(parameters, 0.5)
for name, parameter in zip(start, parameters):
    tensors[f"clip.{name}"] = parameter.grad

# Learning rates of schedules that begin at 1.
parameter = torch.nn.Parameter(torch.zeros(1))
for name, make in {
    "step_decay": lambda o: optim.lr_scheduler.StepLR(o, step_size=3, gamma=0.5),
    "exponential": lambda o: optim.lr_scheduler.ExponentialLR(o, gamma=0.9),
    "cosine": lambda o: optim.lr_scheduler.CosineAnnealingLR(o, T_max=10, eta_min=0.1),
}.items():
    optimizer = optim.SGD([parameter], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for _ in range(11):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    tensors[f"schedule.{name}"] = torch.tensor(rates)

# ReduceLROnPlateau: the rate after each observation.
for name, mode, values in (
    ("smaller", "min", [5, 4, 4, 3.9999, 4.1, 3, 3, 3, 3, 3, 3, 2.9999, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]),
    ("larger", "max", [0.1, 0.2, 0.2, 0.200001, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]),
):
    optimizer = optim.SGD([parameter], lr=1.0)
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode=mode, factor=0.5, patience=1, min_lr=0.2)
    rates = []
    for value in values:
        scheduler.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    tensors[f"plateau.{name}_values"] = torch.tensor(values)
    tensors[f"plateau.{name}"] = torch.tensor(rates)

save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, sys.argv[1])
