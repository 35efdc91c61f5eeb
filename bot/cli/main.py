"""`zaoan`: finds the subcommand and runs it.

Each subcommand is a module with `main(argv) -> int`, imported on demand, so that
`zaoan screen` starts without Rasa, Redis or Sanic.
"""

from __future__ import annotations

import importlib
import os
import sys

COMMANDS = {
    "up": ("bot.cli.up", "start all that one machine needs"),
    "doctor": ("bot.cli.doctor", "check settings and every part, name each fix"),
    "screen": ("bot.cli.screen", "read messages on stdin, write verdicts on stdout"),
    "say": ("bot.cli.say", "send one customer message to the running server"),
    "replay": ("bot.cli.replay", "play dialogues through the running server"),
    "check": ("bot.cli.check", "seconds: domain, stories, wording, lexicon, hotlines"),
    "gate": ("bot.cli.gate", "minutes: may this model be shipped?"),
    "train": ("bot.cli.train", "train the models whose inputs changed"),
    "claims": ("bot.cli.claims", "export the merchants' claims for held orders"),
    "proposals": ("bot.cli.proposals", "what colleagues sent instead of suggestions, for trainers"),
    "person": ("bot.cli.person", "hand out or remove one person's data, read the audit trail"),
}


def usage() -> str:
    """The help text: a line a command."""
    lines = ["zaoan 早安 — usage: zaoan COMMAND [options]", ""]
    lines += [f"  {name:<9} {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join([*lines, "", "zaoan COMMAND --help tells more."])


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; returns its exit code (2 for an unknown command)."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    name, *rest = argv
    if name not in COMMANDS:
        print(f"zaoan: no command '{name}'\n\n{usage()}", file=sys.stderr)
        return 2
    module = importlib.import_module(COMMANDS[name][0])
    try:
        return int(module.main(rest))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `zaoan screen | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
