"""JAX: W1 and the LSTM layer, each jitted as a whole, with donated buffers."""
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
from jax import Array

from recorded import Recorded
from row import Row, Skipped

BATCHES = 8
Parameters = dict[str, Array]


def classify(p: Parameters, tokens: Array) -> Array:
    x = p["embedding.weight"][tokens]  # [batch, time, dim]
    weights = jax.nn.softmax(jnp.einsum("btd,bsd->bts", x, x), axis=-1)
    text = jnp.einsum("bts,bsd->btd", weights, x).mean(1)
    return text @ p["dense.weight"].T + p["dense.bias"]


def cross_entropy(logits: Array, labels: Array) -> Array:
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=-1).mean()


def adam(p: Array, g: Array, m: Array, v: Array, step: Array) -> tuple[Array, Array, Array]:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    update = (m / (1 - 0.9**step)) / (jnp.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return p - 1e-3 * update, m, v


def train_step(state: tuple, tokens: Array, labels: Array) -> tuple[tuple, Array]:
    p, m, v, step = state
    loss, gradients = jax.value_and_grad(lambda p: cross_entropy(classify(p, tokens), labels))(p)
    step = step + 1
    updated = {name: adam(p[name], gradients[name], m[name], v[name], step) for name in p}
    return tuple({name: u[k] for name, u in updated.items()} for k in range(3)) + (step,), loss


def lstm(p: Parameters, x: Array) -> Array:
    """x [batch, time, input] -> [batch, time, hidden]; the inputs of all steps are projected at once. Gates i, f, g, o."""
    projected = x.swapaxes(0, 1) @ p["weight_ih_l0"].T + (p["bias_ih_l0"] + p["bias_hh_l0"])
    recurrent = p["weight_hh_l0"].T

    def step(state: tuple[Array, Array], projected: Array) -> tuple[tuple[Array, Array], Array]:
        hidden, cell = state
        i, f, g, o = jnp.split(projected + hidden @ recurrent, 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
        return (hidden, cell), hidden

    start = jnp.zeros((x.shape[0], recurrent.shape[0]))
    return jax.lax.scan(step, (start, start), projected)[1].swapaxes(0, 1)


class Rows:
    def __init__(self, peer: str, threads: int, folder: Path) -> None:
        self.folder, self.versions = folder, f"JAX {jax.__version__}"

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

    def training(self) -> Row:
        recorded = Recorded(self.folder, "W1")
        p = {name: jnp.asarray(x) for name, x in recorded.weights.items()}
        self.state = (p, jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p), jnp.float32(0))
        tokens = [jnp.asarray(x, jnp.int32) for x in recorded.inputs["tokens"]]
        labels = [jnp.asarray(x, jnp.int32) for x in recorded.inputs["labels"]]
        jitted = jax.jit(train_step, donate_argnums=0)
        steps = iter(range(10**12))

        def step() -> float:
            i = next(steps) % BATCHES
            self.state, loss = jitted(self.state, tokens[i], labels[i])
            jax.block_until_ready(self.state)
            return float(loss)

        return Row(step, lambda: recorded.check([step() for _ in recorded.losses]))

    def prediction(self, count: int) -> Row:
        recorded = Recorded(self.folder, "W1")
        p = {name: jnp.asarray(x) for name, x in recorded.weights.items()}
        tokens, labels = (jnp.asarray(recorded.inputs[name], jnp.int32) for name in ("tokens", "labels"))
        batches = [x[:count] for x in tokens]
        forward = jax.jit(classify)
        steps = iter(range(10**12))

        def check() -> float:
            logits = jnp.concatenate([forward(p, tokens[0, i : i + count]) for i in range(0, 32, count)])
            recorded.losses = recorded.losses[:1]
            return recorded.check([float(cross_entropy(logits, labels[0]))])

        return Row(lambda: forward(p, batches[next(steps) % BATCHES]).block_until_ready(), check)

    def lstm(self) -> Row:
        recorded = Recorded(self.folder, "lstm")
        p = {name: jnp.asarray(x) for name, x in recorded.weights.items()}
        x, seed = (jnp.asarray(recorded.inputs[name]) for name in ("x", "seed"))

        @jax.jit
        def run(p: Parameters, x: Array) -> tuple:
            output, backward = jax.vjp(lstm, p, x)
            return output, *backward(seed)

        def check() -> float:
            output, gradients, dx = run(p, x)
            squares = [float(jnp.square(g).sum()) for g in (dx, gradients["weight_hh_l0"])]
            return recorded.check([float((output * seed).sum()), *squares])

        return Row(lambda: jax.block_until_ready(run(p, x)), check)
