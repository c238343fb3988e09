"""The models of the workloads in PyTorch, with the parameter paths of weft."""
import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class SelfAttention(nn.Module):
    """softmax(x x^T) x, followed by the mean over time, either as products or by PyTorch's fused attention."""

    def __init__(self, fused: bool) -> None:
        super().__init__()
        self.fused = fused

    def forward(self, x: Tensor) -> Tensor:
        if self.fused:
            x4 = x[:, None]
            return scaled_dot_product_attention(x4, x4, x4, scale=1.0)[:, 0].mean(1)
        return torch.bmm(torch.softmax(torch.bmm(x, x.transpose(1, 2)), -1), x).mean(1)


class AttentionPooling(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.projection = nn.Linear(dim, dim)
        self.v = nn.Parameter(torch.empty(dim))

    def forward(self, x: Tensor) -> Tensor:
        weights = torch.softmax(torch.tanh(self.projection(x)) @ self.v, -1)  # [batch, time]
        return torch.bmm(weights[:, None], x)[:, 0]


class Classifier(nn.Module):
    def __init__(self, pooling: bool, fused: bool, rows: int = 10000, dim: int = 128, classes: int = 10) -> None:
        super().__init__()
        self.embedding = nn.Embedding(rows, dim)
        self.pooling = AttentionPooling(dim) if pooling else SelfAttention(fused)
        self.dense = nn.Linear(dim, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.dense(self.pooling(self.embedding(tokens)))


class Encoder(nn.Module):
    def __init__(self, vocabulary: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.LSTM(embedding, hidden, batch_first=True)

    def forward(self, source: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        return self.rnn(self.embedding(source))


class GeneralAttention(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.key_projection = nn.Linear(hidden, hidden, bias=False)


class LuongDecoder(nn.Module):
    """Scores of all steps at once; h~ = tanh(W [context; state])."""

    def __init__(self, vocabulary: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.LSTM(embedding, hidden, batch_first=True)
        self.attention = GeneralAttention(hidden)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.output = nn.Linear(hidden, vocabulary)

    def keys(self, encoded: Tensor) -> Tensor:
        return self.attention.key_projection(encoded)

    def attend(self, states: Tensor, encoded: Tensor, keys: Tensor) -> Tensor:
        weights = torch.softmax(torch.bmm(states, keys.transpose(1, 2)), -1)  # [batch, target time, source time]
        return self.output(torch.tanh(self.combine(torch.cat([torch.bmm(weights, encoded), states], -1))))

    def forward(self, target: Tensor, encoded: Tensor, state: tuple[Tensor, Tensor]) -> Tensor:
        states, _ = self.rnn(self.embedding(target), state)
        return self.attend(states, encoded, self.keys(encoded))


class AdditiveAttention(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.query_projection = nn.Linear(hidden, hidden, bias=False)
        self.key_projection = nn.Linear(hidden, hidden, bias=False)
        self.v = nn.Parameter(torch.empty(hidden))

    def forward(self, query: Tensor, encoded: Tensor, keys: Tensor) -> Tensor:
        weights = torch.softmax(torch.tanh(self.query_projection(query)[:, None] + keys) @ self.v, -1)  # [batch, time]
        return torch.bmm(weights[:, None], encoded)[:, 0]


class LSTMCellParameters(nn.Module):
    """One step of an LSTM, whose parameters have the names of nn.LSTM."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * hidden, inputs))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * hidden, hidden))
        self.bias_ih_l0 = nn.Parameter(torch.empty(4 * hidden))
        self.bias_hh_l0 = nn.Parameter(torch.empty(4 * hidden))

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return torch.lstm_cell(x, state, self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0, self.bias_hh_l0)


class BahdanauDecoder(nn.Module):
    """Runs step by step; the keys and the logits are computed for all steps at once."""

    def __init__(self, vocabulary: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = LSTMCellParameters(embedding + hidden, hidden)
        self.attention = AdditiveAttention(hidden)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, target: Tensor, encoded: Tensor, state: tuple[Tensor, Tensor]) -> Tensor:
        keys = self.attention.key_projection(encoded)
        hidden, cell = state[0][0], state[1][0]
        states = []
        for word in self.embedding(target).unbind(1):
            context = self.attention(hidden, encoded, keys)
            hidden, cell = self.rnn(torch.cat([word, context], -1), (hidden, cell))
            states.append(hidden)
        return self.output(torch.stack(states, 1))


class Translator(nn.Module):
    def __init__(self, luong: bool, vocabulary: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, embedding, hidden)
        self.decoder = (LuongDecoder if luong else BahdanauDecoder)(vocabulary, embedding, hidden)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        encoded, state = self.encoder(source)
        return self.decoder(target, encoded, state)


class Greedy(nn.Module):
    """Writes the most likely word of a Luong translator 25 times. Also returns the largest logits of each step."""

    def __init__(self, model: Translator, steps: int = 25, start: int = 2) -> None:
        super().__init__()
        self.model, self.steps, self.start = model, steps, start

    def forward(self, source: Tensor) -> tuple[Tensor, Tensor]:
        decoder = self.model.decoder
        encoded, state = self.model.encoder(source)
        keys = decoder.keys(encoded)
        ids = torch.full((source.shape[0], 1), self.start)
        largest = []
        for _ in range(self.steps):
            states, state = decoder.rnn(decoder.embedding(ids), state)
            value, ids = decoder.attend(states, encoded, keys).max(-1)
            largest.append(value)
        return ids, torch.cat(largest, 1)
