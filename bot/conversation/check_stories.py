"""The part of `zaoan check` that walks through every story: rules and ladder as the model would, in seconds. Pure.

A story says what the customer does (`intent`), what is known (`slot_was_set`), and which replies follow.
The rules answer first, the ladder's step follows or outranks them (:func:`bot.conversation.ladder.next_action`),
which is all that the trained policies do. So a story that contradicts a rule, or that nothing can reach,
is named with both lines before anything is trained. `zaoan gate` runs the same stories on the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversation.check_rules import Row, Rule
from bot.conversation.ladder import LISTEN, Ladder, next_action
from bot.conversation.lined import Lined

#: More actions than any turn can have.
MOST = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One turn of a story: where it stands, what the customer does, what is known, what should follow."""

    file: str
    line: int
    story: str
    intent: str
    slots: Mapping[str, str]
    actions: tuple[str, ...]


def check_stories(files: Mapping[str, Lined], rules: Sequence[Rule], stairs: Ladder) -> Iterator[Row]:
    """Findings of all stories in data/stories and tests/stories."""
    names: dict[str, tuple[str, int]] = {}
    for name, tree in files.items():
        if not name.startswith(("data/stories/", "tests/stories/")):
            continue
        for row in tree.get("stories") or ():
            title = str((row.get("story") or Lined("", row.line)).value)
            if title in names:
                yield name, row.line, f"故事“{title}”和 {names[title][0]}:{names[title][1]} 同名", "error"
            names.setdefault(title, (name, row.line))
            for turn in turns(name, title, row):
                yield from _judge(turn, rules, stairs)


def turns(name: str, title: str, row: Lined) -> Iterator[Told]:
    """The turns of a story; slots stay set until a later turn sets them anew."""
    slots: dict[str, str] = {}
    intent, line = "", row.line
    actions: list[str] = []
    for step in row.get("steps") or ():
        if (one := step.get("intent")) is not None:
            if intent:
                yield Told(name, line, title, intent, dict(slots), tuple(actions))
            intent, line, actions = str(one.value), step.line, []
        for pair in step.get("slot_was_set") or ():
            slots |= {key: str(value.value) for key, value in pair.items()}
        if (one := step.get("action")) is not None:
            actions.append(str(one.value))
    if intent:
        yield Told(name, line, title, intent, dict(slots), tuple(actions))


def matching(turn: Told, rules: Sequence[Rule]) -> Rule | None:
    """The rule that answers this turn: all its conditions hold, the most telling first."""
    fitting = [r for r in rules if turn.intent in r.intents and all(turn.slots.get(k) == v for k, v in r.when)]
    return max(fitting, key=lambda r: len(r.when), default=None)


def walk(turn: Told, rule: Rule | None, stairs: Ladder) -> list[str]:
    """The actions that rules and ladder would take."""
    done: list[str] = []
    step, mode = turn.slots.get("step"), turn.slots.get("mode")
    while len(done) < MOST:
        wish, certain = next_action(step, mode, done, stairs)
        begun = rule is not None and tuple(done) == rule.actions[: len(done)]
        if certain:
            following = wish
        elif rule is not None and begun and len(done) < len(rule.actions):
            following = rule.actions[len(done)]
        elif rule is not None and begun and rule.waits:
            following = LISTEN
        else:
            following = wish
        if following in {None, LISTEN}:
            return done
        done.append(str(following))
    return done


def _judge(turn: Told, rules: Sequence[Rule], stairs: Ladder) -> Iterator[Row]:
    error: Literal["error"] = "error"
    rule = matching(turn, rules)
    would = walk(turn, rule, stairs)
    if not would and rule is None:
        known = "，".join(f"{k}={v}" for k, v in turn.slots.items())
        yield turn.file, turn.line, f"故事“{turn.story}”走不到：{turn.intent}（{known}）没有规则接话", error
        return
    if would != list(turn.actions):
        where = f"规则“{rule.name}”（{rule.file}:{rule.line}）" if rule else "没有规则"
        yield (
            turn.file, turn.line,
            f"故事“{turn.story}”和{where}对不上：客户 {turn.intent}、步骤 {turn.slots.get('step', 'none')} 时"
            f"会走 {' → '.join(would) or '（不回）'}，故事写的是 {' → '.join(turn.actions) or '（不回）'}",
            error,
        )  # fmt: skip
