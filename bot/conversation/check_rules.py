"""The part of `zaoan check` that reads rules and stories: references, contradictions, gaps. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.conversation.ladder import Ladder
from bot.conversation.lined import Lined
from bot.conversation.moves import MOVES
from bot.conversation.shop_plan import SHOP

Row = tuple[str, int, str, Literal["error", "warning"]]

#: Modes in which the ladder follows the rule, so that a rule must leave the turn open.
WATCHED = ("care", "ask", "other")
#: Intents that the program derives in a dangerous talk; each needs an answer there.
DERIVED = frozenset({"answer", "open_up", "tell", "threat", "means_question", "shop_in_care", "disclose"})
OTHER_ONLY = frozenset({"caller_shaken", "guilt_caller", "ask_identify"})


@dataclass(frozen=True, slots=True)
class Domain:
    """What wording and rules may refer to; positions are (file, line)."""

    intents: Mapping[str, tuple[str, int]]
    responses: Mapping[str, tuple[str, int]]
    actions: Mapping[str, tuple[str, int]]
    slots: Mapping[str, set[str]]
    topics: set[str]
    moves: set[str]
    ladder: Mapping[str, Any]
    about: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with the intents it answers."""

    file: str
    line: int
    name: str
    when: frozenset[tuple[str, str]]
    intents: tuple[str, ...]
    actions: tuple[str, ...]
    waits: bool


def check_rules(files: Mapping[str, Lined], domain: Domain, stairs: Ladder | None = None) -> Iterator[Row]:
    """Findings of all rules, and of all stories when the ladder can be read."""
    rules: list[Rule] = []
    used: set[str] = {a for s in domain.ladder.get("steps", {}).values() for a in s.get("say", ())}
    for name, tree in files.items():
        if not name.startswith(("data/stories/", "tests/stories/")):
            continue
        for kind in ("rules", "stories"):
            for row in tree.get(kind) or ():
                rule = _rule(name, row, kind)
                used.update(rule.actions)
                yield from _references(rule, domain)
                if kind == "rules":
                    rules.append(rule)
    yield from _contradictions(rules)
    yield from _open_ends(rules)
    yield from _gaps(rules)
    if stairs is not None:
        from bot.conversation.check_stories import check_stories

        yield from check_stories(files, rules, stairs)
    for utter, (file, line) in domain.responses.items():
        if utter not in used and not utter.startswith(("utter_suggest_", "utter_welcome", "utter_take_up")):
            yield file, line, f"{utter} 没有任何规则、故事或步骤用到", "warning"


def _rule(name: str, row: Lined, kind: str) -> Rule:
    title = str((row.get(kind.removesuffix("s").replace("storie", "story")) or Lined("", row.line)).value)
    when: set[tuple[str, str]] = set()
    for condition in row.get("condition") or ():
        for pair in condition.get("slot_was_set") or ():
            when.update((k, str(v.value)) for k, v in pair.items())
    intents: list[str] = []
    actions: list[str] = []
    for step in row.get("steps") or ():
        if (one := step.get("intent")) is not None:
            intents.append(str(one.value))
        for choice in step.get("or") or ():
            if (one := choice.get("intent")) is not None:
                intents.append(str(one.value))
        if (one := step.get("action")) is not None:
            actions.append(str(one.value))
    waits = row.get("wait_for_user_input")
    return Rule(
        name, row.line, title, frozenset(when), tuple(intents), tuple(actions), waits is None or bool(waits.value)
    )


def _references(rule: Rule, domain: Domain) -> Iterator[Row]:
    for intent in rule.intents:
        if intent not in domain.intents:
            yield rule.file, rule.line, f"“{rule.name}”用到的意图 {intent} 没有定义", "error"
    for action in rule.actions:
        if action not in domain.responses and action not in domain.actions and action != "action_listen":
            yield rule.file, rule.line, f"“{rule.name}”用到的 {action} 没有定义", "error"
    for slot, value in rule.when:
        if slot not in domain.slots:
            yield rule.file, rule.line, f"“{rule.name}”的条件 {slot} 没有定义", "error"
        elif domain.slots[slot] and value not in domain.slots[slot]:
            yield rule.file, rule.line, f"“{rule.name}”的条件 {slot}: {value} 不是可用的值", "error"


def _contradictions(rules: list[Rule]) -> Iterator[Row]:
    """Two rules that may hold together, equally specific, and answer differently."""
    for index, one in enumerate(rules):
        for two in rules[index + 1 :]:
            both = set(one.intents) & set(two.intents)
            if not both or one.actions == two.actions or len(one.when) != len(two.when):
                continue
            first, second = dict(one.when), dict(two.when)
            if all(first[k] == second[k] for k in first.keys() & second.keys()):
                yield (
                    two.file, two.line,
                    f"“{two.name}”和“{one.name}”（{one.file}:{one.line}）矛盾："
                    f"同样的情形、同一个意图 {sorted(both)[0]}，回应不同",
                    "error",
                )  # fmt: skip


def _open_ends(rules: list[Rule]) -> Iterator[Row]:
    for rule in rules:
        mode = dict(rule.when).get("mode")
        if mode in WATCHED and rule.waits:
            yield (
                rule.file,
                rule.line,
                f"“{rule.name}”要以 wait_for_user_input: false 结尾，否则后面该走的一步会被挡住",
                "error",
            )
        if sum(a.startswith("utter_") for a in rule.actions) > 2 and mode in WATCHED:
            yield rule.file, rule.line, f"“{rule.name}”接话超过两条，后面的一步会放不下", "error"
        if mode in WATCHED and any(a.startswith("utter_ask_") for a in rule.actions):
            yield rule.file, rule.line, f"“{rule.name}”自己问了问题；问什么由阶梯定，免得一轮两问", "error"


def _gaps(rules: list[Rule]) -> Iterator[Row]:
    """Every move needs an answer in every mode in which it can occur."""
    need = {
        "care": (MOVES | DERIVED) - OTHER_ONLY, "ask": (MOVES | DERIVED) - OTHER_ONLY,
        "other": MOVES | {"tell"},
        "service": SHOP
        | {"unclear", "ask_bot", "ask_human", "ask_who_reads", "hold_complaint", "swallowed", "ask_helpline"},
        "support": SHOP - {"greet", "ack"} | {"tell_distress", "tell_grief"},
    }  # fmt: skip
    for mode, intents in need.items():
        have = {i for r in rules if dict(r.when).get("mode") == mode for i in r.intents}
        for intent in sorted(intents - have):
            yield "data/stories", 1, f"客户 {intent}（mode: {mode}）时没有任何规则接话", "error"
