"""`zaoan train`: train what is missing or stale, and nothing else.

A model is named by the fingerprint of its inputs, so a model that is there is a
model that fits. Rasa runs as a child process: its minute of work and its gigabyte
of memory end with it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bot.cli.progress import step

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
KEEP = 3  # models kept for rolling back
#: Readers taught by examples, each a module with `stale` that trains when run: its log, what is shown, what failed.
BY_EXAMPLE = (
    (
        "bot.risk.nearest",
        "train-nearest.log",
        "known messages for explanations 判读说明用的例句 (seconds)",
        "known messages",
    ),
    ("bot.conversation.meant", "train-asked.log", "direct questions 直接的提问 (seconds)", "direct questions"),
    ("bot.conversation.counter", "train-counter.log", "shop questions 平常的问法 (seconds)", "shop questions"),
    ("bot.conversation.theirs", "train-theirs.log", "whose danger it is 谁有危险 (under a minute)", "whose danger"),
    ("bot.conversation.replied", "train-answers.log", "answers to our questions 对提问的回答 (seconds)", "answers"),
    ("bot.conversation.held", "train-held.log", "whether help is there 有没有人接住 (seconds)", "help that is there"),
    ("bot.conversation.lights", "train-lights.log", "what still holds somebody 还撑着他的 (seconds)", "what holds"),
    ("bot.conversation.stands", "train-standing.log", "who is near 身边的人在哪儿 (seconds)", "who is near"),
)

# What changes the dialogue model. The risk reader, the plan and the ladder are no inputs: they are read at start.
DIALOGUE_INPUTS = (
    "config.yml",
    "bot/domain",
    "data/nlu",
    "data/stories",
    "bot/conversation/nlu",
    "bot/conversation/intents.py",
    "bot/conversation/policies",
    "uv.lock",
)


def files_of(inputs: Iterable[str], root: Path = ROOT) -> list[Path]:
    """Every file under the inputs, in a stable order, without caches."""
    found: list[Path] = []
    for name in inputs:
        path = root / name
        if path.is_dir():
            found += [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        elif path.is_file():
            found.append(path)
    return sorted(found)


def fingerprint(inputs: Iterable[str] = DIALOGUE_INPUTS, root: Path = ROOT) -> str:
    """Twelve hex digits of SHA-256 over the names and contents of the inputs."""
    digest = hashlib.sha256()
    for path in files_of(inputs, root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def dialogue_model(root: Path = ROOT) -> Path:
    """Where the dialogue model of the present inputs is, or would be."""
    return root / "models" / f"dialogue-{fingerprint(root=root)}.tar.gz"


def risk_is_current() -> bool:
    """True when the danger reader was made from the present lexicon and utterances."""
    import json

    import numpy as np

    from bot.risk.train import artefact_path, fingerprint

    if not artefact_path().exists():
        return False
    with np.load(artefact_path(), allow_pickle=False) as kept:
        return bool(json.loads(str(kept["manifest"]))["fingerprint"] == fingerprint())


def run_logged(command: list[str], log: Path, what: str) -> None:
    """Run a training in a child process; RuntimeError with the end of its log on failure."""
    environment = {**os.environ, "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "RASA_TELEMETRY_ENABLED": "false"}
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=environment, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:])
        raise RuntimeError(f"training the {what} failed (exit {done.returncode}); log in models/{log.name}:\n{tail}")


def train_dialogue(target: Path) -> None:
    """Train the Rasa model with the project's own data; RuntimeError with the log on failure."""
    command = [sys.executable, "-m", "bot.conversation.quick_yaml", "train", "--config", "config.yml"]
    command += [
        "--domain",
        "bot/domain",
        "--data",
        "data/nlu",
        "data/stories",
        "--augmentation",
        "0",
        "--out",
        "models",
    ]
    command += ["--fixed-model-name", target.name.removesuffix(".tar.gz")]
    run_logged(command, MODELS / "train.log", "dialogue model")
    if not target.exists():
        raise RuntimeError("rasa train wrote no model; see models/train.log")


def prune(keep: int = KEEP) -> None:
    """Delete all but the newest dialogue models."""
    models = sorted(MODELS.glob("dialogue-*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in models[keep:]:
        old.unlink()


def ensure(quiet: bool = False) -> Path:
    """Train what is stale; returns the dialogue model's path."""
    MODELS.mkdir(exist_ok=True)
    if risk_is_current():
        if not quiet:
            print("danger reader is current: models/risk/reader.npz")
    else:
        with step("danger reader 风险识别模型 (about a minute)", quiet=quiet):
            run_logged([sys.executable, "-m", "bot.risk.train"], MODELS / "train-risk.log", "danger reader")
    for module, log, title, what in BY_EXAMPLE:
        if importlib.import_module(module).stale():
            with step(title, quiet=quiet):
                run_logged([sys.executable, "-m", module], MODELS / log, what)
    target = dialogue_model()
    if target.exists():
        if not quiet:
            print(f"dialogue model is current: models/{target.name}")
        return target
    with step("dialogue model 对话模型 (about 1-2 minutes)", quiet=quiet):
        train_dialogue(target)
    prune()
    return target


def main(argv: list[str]) -> int:
    """Exit 0 when the models are current, 1 when training failed."""
    parser = argparse.ArgumentParser(prog="zaoan train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train the dialogue model even if it is current")
    options = parser.parse_args(argv)
    started = time.monotonic()
    try:
        if options.force:
            dialogue_model().unlink(missing_ok=True)
        ensure()
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"models ready in {time.monotonic() - started:.1f} s")
    return 0
