"""The encoder's upper layers as a TensorFlow network with low-rank changes and three heads.

Used by bot.risk.finetune only; at run time bot/risk/engine.py computes with what was learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.risk.deep import HEAD_SIGNALS, SCALE
from bot.risk.encoder import E5File, layer_names

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, together with the data."""

    cut: int = 6
    rank: int = 16
    epochs: int = 2
    rate: float = 7e-4
    batch: int = 16
    dropout: float = 0.1
    aux: float = 0.5
    seed: int = 0


class Network:
    """The encoder from layer `low` on, as TensorFlow variables."""

    def __init__(self, file: E5File, low: int, high: int, recipe: Recipe | None) -> None:
        import tensorflow as tf

        self.tf, self.low, self.high = tf, low, high
        self.width, self.heads = file.hidden, file.heads
        self.base: dict[str, Any] = {}
        self.tuned: dict[str, Any] = {}
        rng = np.random.RandomState(recipe.seed if recipe else 0)
        for layer in range(low, high):
            for name in layer_names(layer):
                value = file.tensor(name)
                if value.ndim == 2:
                    self.base[name] = tf.cast(tf.constant(value.T), tf.bfloat16)
                    if recipe:
                        a = rng.randn(value.shape[1], recipe.rank) * 0.02
                        self.tuned[name + ".A"] = tf.Variable(a.astype(np.float32))
                        self.tuned[name + ".B"] = tf.Variable(np.zeros((recipe.rank, value.shape[0]), np.float32))
                elif recipe:
                    self.tuned[name] = tf.Variable(value)
                else:
                    self.base[name] = tf.constant(value)
        self.pos = tf.constant(file.tensor("emb.pos").reshape(-1, file.hidden) + file.tensor("emb.type")[: file.hidden])
        self.norm = (tf.constant(file.tensor("emb.ln.w")), tf.constant(file.tensor("emb.ln.b")))
        n = len(HEAD_SIGNALS)
        sizes = {"o": (2 * self.width, 4), "s": (2 * self.width, n), "t": (self.width, n)}
        start = {"o": 0.0, "s": -2.0, "t": -3.0}
        self.head: dict[str, Any] = {}
        for key, size in sizes.items():
            self.head[key] = tf.Variable((rng.randn(*size) * 0.02).astype(np.float32))
            self.head[key + "b"] = tf.Variable(np.full(size[1], start[key], np.float32))

    def _get(self, name: str) -> Any:
        return self.tuned[name] if name in self.tuned else self.base[name]

    def _matmul(self, x: Any, name: str) -> Any:
        # products in bfloat16 (three times as fast where the processor has AMX), sums in float32
        tf, half = self.tf, self.tf.bfloat16
        x = tf.cast(x, half)
        out = tf.cast(tf.matmul(x, self.base[name + ".w"]), tf.float32) + self._get(name + ".b")
        if name + ".w.A" in self.tuned:
            low = tf.matmul(x, tf.cast(self.tuned[name + ".w.A"], half))
            out += SCALE * tf.cast(tf.matmul(low, tf.cast(self.tuned[name + ".w.B"], half)), tf.float32)
        return out

    def _norm(self, x: Any, w: Any, b: Any) -> Any:
        x = x - self.tf.reduce_mean(x, -1, keepdims=True)
        return x * self.tf.math.rsqrt(self.tf.reduce_mean(x * x, -1, keepdims=True) + 1e-12) * w + b

    def _gelu(self, x: Any) -> Any:
        # tf.nn.gelu(approximate=True) without its power, which costs more than the products around it
        return 0.5 * x * (1.0 + self.tf.tanh(0.7978845608 * x * (1.0 + 0.044715 * x * x)))

    def states(self, x: Any, mask: Any, dropout: float = 0.0) -> Any:
        """[batch, tokens, width] → the same after this network's layers."""
        tf, width = self.tf, self.width
        batch, length = tf.shape(x)[0], tf.shape(x)[1]
        if self.low == 0:
            x = self._norm(x + self.pos[:length], *self.norm)

        def drop(z: Any) -> Any:
            return tf.nn.dropout(z, dropout) if dropout else z

        bias = (1 - mask)[:, None, None, :] * -1e9
        size = width // self.heads
        for layer in range(self.low, self.high):
            p = f"l{layer}."
            flat = tf.reshape(x, [-1, width])
            q, k, v = (
                tf.transpose(
                    tf.reshape(self._matmul(flat, p + m), [batch, length, self.heads, size]),
                    [0, 2, 1, 3],
                )
                for m in "qkv"
            )
            weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / float(size) ** 0.5 + bias)
            mixed = tf.reshape(tf.transpose(tf.matmul(weights, v), [0, 2, 1, 3]), [-1, width])
            mixed = tf.reshape(self._matmul(mixed, p + "ao"), [batch, length, width])
            x = self._norm(x + drop(mixed), self._get(p + "aln.w"), self._get(p + "aln.b"))
            inner = self._gelu(self._matmul(tf.reshape(x, [-1, width]), p + "fi"))
            inner = tf.reshape(self._matmul(inner, p + "fo"), [batch, length, width])
            x = self._norm(x + drop(inner), self._get(p + "oln.w"), self._get(p + "oln.b"))
        return x

    def outputs(self, x: Any, mask: Any, dropout: float = 0.0) -> tuple[Any, Any, Any]:
        """Level logits, signal logits, token logits."""
        tf, h = self.tf, self.head
        x = self.states(x, mask, dropout)
        m = mask[:, :, None]
        mean = tf.reduce_sum(x * m, 1) / tf.reduce_sum(m, 1)
        top = tf.reduce_max(x * m - (1 - m) * 1e9, 1)
        pooled = tf.concat([mean, top], 1)
        if dropout:
            pooled = tf.nn.dropout(pooled, dropout)
        return pooled @ h["o"] + h["ob"], pooled @ h["s"] + h["sb"], x @ h["t"] + h["tb"]

    def adapter(self) -> dict[str, Array]:
        """What was learned, as half-precision arrays."""
        out = {k: v.numpy().astype(np.float16) for k, v in self.tuned.items()}
        out.update({f"head.{k}": v.numpy().astype(np.float16) for k, v in self.head.items()})
        return out


def traced(net: Network, function: Any, inputs: int) -> Any:
    """Compiles once for every shape: tracing anew for each length would cost more than the work."""
    spec = net.tf.TensorSpec
    n = len(HEAD_SIGNALS)
    shapes = [[None, None, net.width], [None, None], [None, 4], [None, n], [None, None, n], [None]]
    signature = [spec(s, net.tf.float32) for s in shapes[:inputs]]
    if inputs == 2:
        return net.tf.function(lambda x, m: function(x, m), input_signature=signature, autograph=False)
    return net.tf.function(function, input_signature=signature, autograph=False)
