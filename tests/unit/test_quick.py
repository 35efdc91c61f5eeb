"""Rasa's shortened way to a prediction is held against Rasa's own: what the bot does next must be the same."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation import quick

INTENTS, UTTERS = ["ask", "tell", "bye"], ["utter_a", "utter_b", "action_note"]
DOMAIN = Domain.from_dict(
    {
        "intents": INTENTS,
        "entities": ["mode"],
        "slots": {
            "mode": {"type": "categorical", "values": ["service", "care"], "mappings": [{"type": "custom"}]},
            "step": {"type": "categorical", "values": ["none", "way"], "mappings": [{"type": "custom"}]},
            "free": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]},
        },
        "actions": ["action_note"],
        "responses": {"utter_a": [{"text": "a"}], "utter_b": [{"text": "b"}]},
    }
)


def talk(dice: random.Random, turns: int) -> DialogueStateTracker:
    """A random conversation, stopped at a place where an action is to be predicted."""
    tracker = DialogueStateTracker("shop:chat", DOMAIN.slots)
    events: list[Event] = []
    if dice.random() < 0.7:
        events += [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    for _ in range(turns):
        intent = {"name": dice.choice(INTENTS), "confidence": 1.0}
        entities = [{"entity": "mode", "value": "care"}] if dice.random() < 0.5 else []
        events.append(UserUttered("话", intent, entities))
        for slot, values in (("mode", ["service", "care", None]), ("step", ["none", "way"])):
            if dice.random() < 0.5:
                events.append(SlotSet(slot, dice.choice(values)))
        for _ in range(dice.randrange(3)):
            events += [ActionExecuted(dice.choice(UTTERS)), BotUttered("a")]
        if dice.random() < 0.9:
            events.append(ActionExecuted("action_listen"))
        events += [dice.choice([Restarted(), UserUtteranceReverted(), SessionStarted()])] * (dice.random() < 0.05)
    for event in events[: len(events) - dice.randrange(3)] if turns else events:
        tracker.update(event, DOMAIN)
    return tracker


def rules_of(dice: random.Random, count: int) -> dict[str, str]:
    """Rules cut out of random talks: their last one to three states, thinned, some asking for an empty slot."""
    rules: dict[str, str] = {}
    while len(rules) < count:
        states = talk(dice, dice.randrange(1, 4)).past_states(DOMAIN)[-dice.randrange(1, 4) :]
        for state in states:
            if "user" in state:
                state["user"].pop("text", None)
                if dice.random() < 0.3:
                    state.pop("user")
            if dice.random() < 0.5:
                state.pop("slots", None)
            elif "slots" in state and dice.random() < 0.3:
                state["slots"]["mode"] = "should_not_be_set"
        rules[json.dumps([s for s in states if s] or states, sort_keys=True)] = dice.choice([*UTTERS, "action_listen"])
    return rules


def policy_of(lookup: dict[str, str]) -> RulePolicy:
    made = RulePolicy(RulePolicy.get_default_config(), None, None, ExecutionContext(None))  # type: ignore[arg-type]
    made.lookup = {RULES: lookup, RULES_FOR_LOOP_UNHAPPY_PATH: {}}
    return made


def by_rasa(policy: RulePolicy, tracker: DialogueStateTracker, text: bool) -> set[str]:
    """The rules that apply, found by Rasa itself."""
    states = quick.STOCK["states"](policy, tracker, DOMAIN, text)
    found: set[str] = quick.STOCK["possible"](policy, policy.lookup[RULES], states)
    return found


def by_us(policy: RulePolicy, tracker: DialogueStateTracker, text: bool) -> set[str]:
    """The same, found quickly."""
    states = quick.QuickRules.states(policy, tracker, DOMAIN, text)
    return quick.QuickRules.possible(policy, policy.lookup[RULES], states)


def test_rules_found_quickly_are_those_that_rasa_finds() -> None:
    """The bot would answer with the words of another rule, or with none."""
    dice, applied = random.Random(7), 0
    for _ in range(12):
        policy = policy_of(rules_of(dice, 40))
        for _ in range(40):
            tracker = talk(dice, dice.randrange(0, 7))
            for event in (None, ActionExecuted("utter_a"), SlotSet("mode", "care")):
                if event is not None:  # what is kept with the tracker must not be kept too long
                    tracker.update(event, DOMAIN)
                for text in (False, True, False):
                    wanted = by_rasa(policy, tracker, text)
                    assert by_us(policy, tracker, text) == wanted
                    applied += bool(wanted)
    assert applied > 100


def test_the_last_states_are_the_last_of_all() -> None:
    """A rule would be held against a state of the talk that never was."""
    dice = random.Random(3)
    for _ in range(60):
        tracker = talk(dice, dice.randrange(0, 8))
        for count in (1, 2, 4, 50):
            assert quick.last_states(tracker, DOMAIN, count) == tracker.past_states(DOMAIN)[-count:]


class Node:
    """A node of a graph: notes that it ran and hands on what it was given."""

    def __init__(self, name: str, ran: list[str]) -> None:
        self.name, self.ran = name, ran

    def __call__(self, *inputs: Any) -> tuple[str, Any]:
        self.ran.append(self.name)
        return self.name, [self.name, *(i[1] if isinstance(i, tuple) else i for i in inputs)]


def graph(ran: list[str]) -> DaskGraphRunner:
    def node(**needs: str) -> SchemaNode:
        return SchemaNode(needs, object, "", "", {})  # type: ignore[arg-type]

    made = DaskGraphRunner.__new__(DaskGraphRunner)
    nodes = {"end": node(a="one", b="two"), "two": node(x="one", y="__message__"), "one": node(x="__message__"),
             "aside": node(x="one")}  # fmt: skip
    made._graph_schema = GraphSchema(nodes)
    made._instantiated_nodes = {name: Node(name, ran) for name in nodes}
    made._execution_context = None  # type: ignore[assignment]
    return made


def test_nodes_run_once_each_and_after_what_they_need() -> None:
    """A message would be answered before it was understood."""
    ran: list[str] = []
    runner, inputs = graph(ran), {"__message__": ["在吗"]}
    wanted = quick.STOCK["run"](runner, dict(inputs), ["end"])
    assert quick.QuickGraph.run(runner, dict(inputs), ["end"]) == wanted
    assert ran[3:] == ["one", "two", "end"]


def test_a_node_that_fails_is_no_answer() -> None:
    """A customer would be answered without their message having been read for danger."""

    def broken(*_: Any) -> Any:
        raise RuntimeError("weights")

    runner = graph([])
    runner._instantiated_nodes["two"] = broken  # type: ignore[assignment]
    with pytest.raises(Exception, match="running runner"):
        quick.QuickGraph.run(runner, {"__message__": ["在吗"]}, ["end"])
