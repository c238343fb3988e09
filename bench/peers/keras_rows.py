"""Keras 3: W1 and the LSTM layer, on JAX or PyTorch."""
import os
import sys
from collections.abc import Callable
from pathlib import Path

BACKEND = sys.argv[1].removeprefix("keras-")
os.environ["KERAS_BACKEND"] = BACKEND

import keras
import numpy as np
from keras import layers

from recorded import Recorded
from row import Row, Skipped

BATCHES = 8


def classifier() -> keras.Model:
    tokens = keras.Input((200,), dtype="int32")
    x = layers.Embedding(10000, 128)(tokens)
    y = layers.GlobalAveragePooling1D()(layers.Attention()([x, x]))
    return keras.Model(tokens, layers.Dense(10)(y))


def transposed(x: np.ndarray) -> np.ndarray:
    """Converts a weight to the layout of Keras. Its gate order i, f, c, o is PyTorch's i, f, g, o."""
    return np.ascontiguousarray(x.T)


class Rows:
    def __init__(self, peer: str, threads: int, folder: Path) -> None:
        self.folder = folder
        backend = __import__(BACKEND)
        if BACKEND == "torch":
            backend.set_num_threads(threads)
            backend.set_flush_denormal(True)
        self.versions = f"Keras {keras.__version__} on {BACKEND} {backend.__version__}"

    def make(self, name: str) -> Row:
        makers: dict[str, Callable[[], Row]] = {
            "W1/train": self.training,
            "W1/predict_b32": lambda: self.prediction(32),
            "W1/predict_b1": lambda: self.prediction(1),
            "lstm/T25_B64_I256_H512": self.lstm,
        }
        if name not in makers:
            raise Skipped(f"no row {name}")
        return makers[name]()

    def classifier(self, recorded: Recorded) -> keras.Model:
        model = classifier()
        w = recorded.weights
        model.set_weights([w["embedding.weight"], w["dense.weight"].T, w["dense.bias"]])
        return model

    def training(self) -> Row:
        """Calls train_on_batch, which does the same as fit does with a batch."""
        recorded = Recorded(self.folder, "W1")
        model = self.classifier(recorded)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        # Keras adds epsilon before the correction of v, PyTorch after it. This epsilon equals PyTorch's 1e-8 at the first step.
        adam = keras.optimizers.Adam(1e-3, epsilon=1e-8 * 0.001**0.5)
        model.compile(optimizer=adam, loss=loss, jit_compile=BACKEND == "jax")
        tokens, labels = (recorded.inputs[name].astype(np.int32) for name in ("tokens", "labels"))
        steps = iter(range(10**12))

        def step() -> float:
            i = next(steps) % BATCHES
            value = model.train_on_batch(tokens[i], labels[i])
            model.reset_metrics()
            return float(value)

        return Row(step, lambda: recorded.check([step() for _ in recorded.losses]), "train_on_batch")

    def prediction(self, count: int) -> Row:
        recorded = Recorded(self.folder, "W1")
        model = self.classifier(recorded)
        model.compile(jit_compile=BACKEND == "jax")
        tokens, labels = recorded.inputs["tokens"].astype(np.int32), recorded.inputs["labels"]
        steps = iter(range(10**12))

        def check() -> float:
            logits = np.concatenate([model.predict_on_batch(tokens[0, i : i + count]) for i in range(0, 32, count)])
            recorded.losses = recorded.losses[:1]
            shifted = logits - logits.max(-1, keepdims=True)
            picked = shifted[np.arange(32), labels[0]] - np.log(np.exp(shifted).sum(-1))
            return recorded.check([-float(picked.mean())])

        return Row(lambda: model.predict_on_batch(tokens[next(steps) % BATCHES, :count]), check, "predict_on_batch")

    def lstm(self) -> Row:
        recorded = Recorded(self.folder, "lstm")
        w = recorded.weights
        layer = layers.LSTM(512, return_sequences=True)
        layer.build((64, 25, 256))
        layer.set_weights([transposed(w["weight_ih_l0"]), transposed(w["weight_hh_l0"]), w["bias_ih_l0"] + w["bias_hh_l0"]])
        return (self.lstm_jax if BACKEND == "jax" else self.lstm_torch)(layer, recorded)

    def lstm_jax(self, layer: layers.LSTM, recorded: Recorded) -> Row:
        import jax

        x, seed = (jax.numpy.asarray(recorded.inputs[name]) for name in ("x", "seed"))
        weights = [v.value for v in layer.trainable_variables]
        forward = lambda weights, x: layer.stateless_call(weights, [v.value for v in layer.non_trainable_variables], x)[0]

        @jax.jit
        def run(weights: list, x: jax.Array) -> tuple:
            output, backward = jax.vjp(forward, weights, x)
            return output, *backward(seed)

        def check() -> float:
            output, gradients, dx = run(weights, x)
            return recorded.check([float((output * seed).sum())] + [float((g * g).sum()) for g in (dx, gradients[1])])

        return Row(lambda: jax.block_until_ready(run(weights, x)), check)

    def lstm_torch(self, layer: layers.LSTM, recorded: Recorded) -> Row:
        import torch

        x, seed = torch.from_numpy(recorded.inputs["x"]).requires_grad_(), torch.from_numpy(recorded.inputs["seed"])
        weights = [v.value for v in layer.trainable_variables]

        def step() -> torch.Tensor:
            for leaf in (x, *weights):
                leaf.grad = None
            output = layer(x)
            output.backward(seed)
            return output

        def check() -> float:
            value = (step().double() * seed).sum().item()
            return recorded.check([value] + [g.double().square().sum().item() for g in (x.grad, weights[1].grad)])

        return Row(step, check)
