"""Records encoder-decoders of PyTorch: weights, a batch, logits, loss and the weights after one Adam step, in f64.

    pip install torch safetensors
    python3 tests/reference/record_seq2seq.py tests/reference/seq2seq.safetensors

Recorded with torch 2.15.0. Names: <case>.<path> are the weights under the paths of our model, <case>.after.<path> those after
the step, <case>.logits, <case>.weights (of attention) and <case>.loss; the batch is source, source_lengths, target,
target_lengths and target_out, where padding is -100. Adam: lr 0.001 and its other defaults.
"""
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SOURCE_WORDS, TARGET_WORDS, EMBEDDING, HIDDEN = 11, 9, 5, 6


class General(nn.Module):
    def __init__(self):
        super().__init__()
        self.key_projection = nn.Linear(HIDDEN, HIDDEN, bias=False)

    def forward(self, query, keys):
        return query @ self.key_projection(keys).transpose(1, 2)


class Dot(nn.Module):
    def forward(self, query, keys):
        return query @ keys.transpose(1, 2)


class Additive(nn.Module):
    def __init__(self):
        super().__init__()
        self.query_projection = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.key_projection = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.v = nn.Parameter(torch.randn(HIDDEN))

    def forward(self, query, keys):
        return torch.tanh(self.query_projection(query)[:, :, None] + self.key_projection(keys)[:, None]) @ self.v


class Encoder(nn.Module):
    def __init__(self, kind, directions):
        super().__init__()
        self.embedding = nn.Embedding(SOURCE_WORDS, EMBEDDING)
        self.rnn = kind(EMBEDDING, HIDDEN // directions, bidirectional=directions == 2, batch_first=True)

    def forward(self, source, lengths):
        packed = pack_padded_sequence(self.embedding(source), lengths, batch_first=True, enforce_sorted=False)
        output, final = self.rnn(packed)
        output, _ = pad_packed_sequence(output, batch_first=True, total_length=source.shape[1])
        finals = final if isinstance(final, tuple) else (final,)
        return output, [torch.cat(list(state), dim=-1) for state in finals]


class Bridge(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.hidden = nn.Linear(HIDDEN, HIDDEN)
        if count == 2:
            self.cell = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, finals):
        return [torch.tanh(layer(state)) for layer, state in zip(self.children(), finals)]


class Decoder(nn.Module):
    def __init__(self, kind, attention, wiring, input_feeding, starts_only):
        super().__init__()
        self.wiring, self.input_feeding, self.starts_only = wiring, input_feeding, starts_only
        beside = wiring == "bahdanau" or input_feeding or (attention is None and not starts_only)
        self.embedding = nn.Embedding(TARGET_WORDS, EMBEDDING)
        self.rnn = kind(EMBEDDING + (HIDDEN if beside else 0), HIDDEN, batch_first=True)
        if attention is not None:
            self.attention = attention()
            if wiring == "luong":
                self.combine = nn.Linear(2 * HIDDEN, HIDDEN)
        self.output = nn.Linear(HIDDEN, TARGET_WORDS)

    def look(self, query, memory, lengths):
        scores = self.attention(query, memory)
        mask = torch.arange(memory.shape[1])[None, None] >= lengths[:, None, None]
        weights = torch.softmax(scores.masked_fill(mask, -torch.inf), dim=-1)
        return weights @ memory, weights

    def forward(self, target, memory, lengths, context, finals):
        state = tuple(s[None] for s in finals) if len(finals) == 2 else finals[0][None]
        words = self.embedding(target)
        vectors, all_weights = [], []
        fed = torch.zeros(len(target), 1, HIDDEN, dtype=words.dtype)
        for t in range(target.shape[1]):
            x = words[:, t : t + 1]
            if self.wiring == "bahdanau":
                query = (state[0] if isinstance(state, tuple) else state)[-1][:, None]
                seen, weights = self.look(query, memory, lengths)
                vector, state = self.rnn(torch.cat([x, seen], -1), state)
            elif self.wiring == "luong":
                out, state = self.rnn(torch.cat([x, fed], -1) if self.input_feeding else x, state)
                seen, weights = self.look(out, memory, lengths)
                vector = fed = torch.tanh(self.combine(torch.cat([seen, out], -1)))
            else:
                weights = None
                vector, state = self.rnn(x if self.starts_only else torch.cat([x, context[:, None]], -1), state)
            vectors.append(vector)
            all_weights.append(weights)
        weights = None if self.wiring is None else torch.cat(all_weights, 1)
        return self.output(torch.cat(vectors, 1)), weights


class Seq2Seq(nn.Module):
    def __init__(self, kind=nn.LSTM, attention=None, wiring=None, input_feeding=False, starts_only=False, directions=1):
        super().__init__()
        self.encoder = Encoder(kind, directions)
        if directions == 2:
            self.bridge = Bridge(2 if kind is nn.LSTM else 1)
        self.decoder = Decoder(kind, attention, wiring, input_feeding, starts_only)

    def forward(self, source, lengths, target):
        memory, finals = self.encoder(source, lengths)
        start = self.bridge(finals) if hasattr(self, "bridge") else finals
        return self.decoder(target, memory, lengths, finals[0], start)


def pad(sequences, value):
    return nn.utils.rnn.pad_sequence([torch.tensor(s) for s in sequences], batch_first=True, padding_value=value)


def main(path):
    torch.manual_seed(1)
    sources = [torch.randint(3, SOURCE_WORDS, (n,)).tolist() for n in (7, 3, 1, 5)]
    words = [torch.randint(4, TARGET_WORDS, (n,)).tolist() for n in (4, 6, 3, 2)]
    source, lengths = pad(sources, 0), torch.tensor([len(s) for s in sources])
    target, target_out = pad([[2] + w for w in words], 0), pad([w + [3] for w in words], -100)
    target_lengths = torch.tensor([len(w) + 1 for w in words])
    tensors = dict(source=source, source_lengths=lengths, target=target, target_lengths=target_lengths, target_out=target_out)
    cases = {
        "none_cho": dict(),
        "none_sutskever": dict(starts_only=True),
        "dot_luong": dict(attention=Dot, wiring="luong"),
        "general_luong": dict(attention=General, wiring="luong"),
        "additive_luong": dict(attention=Additive, wiring="luong"),
        "general_luong_feeding": dict(attention=General, wiring="luong", input_feeding=True),
        "dot_bahdanau": dict(attention=Dot, wiring="bahdanau"),
        "general_bahdanau": dict(attention=General, wiring="bahdanau"),
        "additive_bahdanau": dict(attention=Additive, wiring="bahdanau"),
        "additive_bahdanau_two_directions": dict(attention=Additive, wiring="bahdanau", directions=2),
        "general_luong_gru_two_directions": dict(kind=nn.GRU, attention=General, wiring="luong", directions=2),
    }
    for case, arguments in cases.items():
        # Numbers that f32 represents exactly, so that both precisions start from the same numbers.
        model = Seq2Seq(**arguments).float().double()
        for name, parameter in model.named_parameters():
            tensors[f"{case}.{name}"] = parameter.detach().clone()
        logits, weights = model(source, lengths, target)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), target_out.flatten())
        adam = torch.optim.Adam(model.parameters(), lr=0.001)
        loss.backward()
        adam.step()
        tensors[f"{case}.logits"], tensors[f"{case}.loss"] = logits.detach(), loss.detach()
        if weights is not None:
            tensors[f"{case}.weights"] = weights.detach()
        for name, parameter in model.named_parameters():
            tensors[f"{case}.after.{name}"] = parameter.detach().clone()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)


main(sys.argv[1])
