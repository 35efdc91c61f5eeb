"""Rasa's predictions without the work that cannot change them.

Measured in a talk of ours (docs/decisions/0004), two thirds of a turn went into finding rules: RulePolicy turns every
event of the tracker into states, four times a turn, and holds every state against every rule, though our longest
rule looks three states back. Here only so many states are made, rules are looked up by the action and the intent
they end in, and the graph's nodes are called one after the other without a scheduler. What is predicted is the same,
event for event (tests/unit/test_quick.py holds the two against each other).
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

#: Events after which what was done before counts otherwise.
UNDOING = (ActionReverted, UserUtteranceReverted, ActiveLoop)
#: The rules that may end in a state: by the state's last action and its intent ("" where a rule does not ask for one).
Index = Mapping[tuple[str, str], Sequence[str]]


def _ends_in(state: Mapping[str, Any]) -> tuple[str, str]:
    """Last action and intent that a state, or a rule's last state, stands for; "" for none."""
    action = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME) or ""
    intent = state.get(USER, {}).get(INTENT) or ""
    return ("" if action == SHOULD_NOT_BE_SET else action), ("" if intent == SHOULD_NOT_BE_SET else intent)


def index(lookup: Mapping[str, str]) -> Index:
    """Rules by what they end in."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in lookup:
        action, intent = _ends_in(json.loads(rule)[-1])
        # where nothing was done yet, Rasa does not look at what was said
        found[(action, intent) if action else ("", "")].append(rule)
    return dict(found)


def _applied(tracker: DialogueStateTracker) -> list[Event]:
    """`tracker.applied_events()`; where nothing was taken back and no form is filled in that is what came after the
    last start, and the kinds of event are asked for once, not of each event (isinstance is slow on abstract classes).
    """
    events = list(tracker.events)
    kinds = set(map(type, events))
    if any(issubclass(kind, UNDOING) for kind in kinds):
        applied: list[Event] = tracker.applied_events()
        return applied
    starting = {kind for kind in kinds if issubclass(kind, (Restarted, SessionStarted))}
    starts = [place for place, event in enumerate(events) if type(event) in starting] if starting else []
    return events[starts[-1] + 1 :] if starts else events


def last_states(tracker: DialogueStateTracker, domain: Domain, count: int) -> list[State]:
    """The last `count` of `domain.states_for_tracker_history(tracker)`, none of the others being made."""
    replay, events = tracker.init_copy(), _applied(tracker)
    acting = {kind for kind in set(map(type, events)) if issubclass(kind, ActionExecuted)}
    skipped = sum(type(event) in acting for event in events) + 1 - count
    states: list[State] = []
    for event in events:
        if type(event) in acting:
            if skipped <= 0:
                states.append(domain.get_active_state(replay))
            skipped -= 1
        replay.events.append(event)
        event.apply_to(replay)
    states.append(domain.get_active_state(replay))
    return states


class QuickRules:
    """In place of three methods of RulePolicy; `depth` is the number of states of its longest rule."""

    @staticmethod
    def prepared(policy: RulePolicy) -> tuple[int, dict[int, Index]]:
        """Depth and indexes of the policy's rules, made on first use and again when the rules are others."""
        mark = tuple(id(policy.lookup.get(name)) for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH))
        kept = policy.__dict__.get("_zaoan_rules")
        if kept is None or kept[0] != mark:
            lookups = [policy.lookup.get(name) or {} for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]
            # one more than the longest, so that a longer talk is never taken for the whole of a short one
            depth = 1 + max((len(json.loads(rule)) for rules in lookups for rule in rules), default=1)
            kept = policy.__dict__["_zaoan_rules"] = (mark, depth, {id(rules): index(rules) for rules in lookups})
        return kept[1], kept[2]

    @staticmethod
    def states(
        policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:  # fmt: skip
        """`Policy._prediction_states`, for as many states as a rule can ask for."""
        depth, _ = QuickRules.prepared(policy)
        mark = (len(tracker.events), tracker.events[-1] if tracker.events else None, depth)
        kept = tracker.__dict__.get("_zaoan_states")
        if kept is None or kept[0][0] != mark[0] or kept[0][1] is not mark[1] or kept[0][2] != depth:
            kept = tracker.__dict__["_zaoan_states"] = (mark, last_states(tracker, domain, depth))
        # the featurizer takes text or intent out of what it is given
        states = [{kind: dict(part) for kind, part in state.items()} for state in kept[1]]
        policy.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    @staticmethod
    def possible(policy: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
        """`RulePolicy._get_possible_keys`, looking only at rules that end in the last state."""
        if not states:
            return set(lookup)
        _, indexes = QuickRules.prepared(policy)
        found = indexes.get(id(lookup)) or index(lookup)
        action, intent = _ends_in(states[-1])
        near = {(action, intent), (action, ""), ("", "")}
        keys = [rule for pair in near for rule in found.get(pair, ())]
        for turn, state in enumerate(reversed(states)):
            if not keys:
                break
            keys = [rule for rule in keys if policy._is_rule_applicable(rule, turn, state)]
        return set(keys)


class QuickGraph:
    """In place of the graph runner's `run`: the same nodes in the same dependence, one after the other."""

    @staticmethod
    def order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[tuple[str, Any, tuple[str, ...]]]:
        """Name, node and needs of every node that the targets rest on, each after what it needs."""
        plans = runner.__dict__.setdefault("_zaoan_plans", {})
        if targets not in plans:
            nodes = runner._graph_schema.minimal_graph_schema(list(targets)).nodes
            left, made = deque(nodes), []
            placed: set[str] = set()
            while left:
                name = left.popleft()
                needs = tuple(nodes[name].needs.values())
                if any(need in nodes and need not in placed for need in needs):
                    left.append(name)
                    continue
                placed.add(name)
                made.append((name, runner._instantiated_nodes[name], needs))
            plans[targets] = made
        found: list[tuple[str, Any, tuple[str, ...]]] = plans[targets]
        return found

    @staticmethod
    def run(
        runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """`DaskGraphRunner.run`."""
        wanted = tuple(targets or runner._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, node, needs in QuickGraph.order(runner, wanted):
                done[name] = node(*(done.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {name: done[name][1] for name in wanted}


def _spell(states: list[State]) -> str:
    """What the policy would write to its log at DEBUG, which is off (it would hold the customer's words)."""
    return ""


#: Rasa's own, for the test that holds both against each other.
STOCK = {
    "states": Policy._prediction_states, "possible": RulePolicy._get_possible_keys, "run": DaskGraphRunner.run,
    "spell": Policy.format_tracker_states,
}  # fmt: skip


def quicken() -> None:
    """Put all of it in place, for this process."""
    RulePolicy._prediction_states = QuickRules.states
    RulePolicy._get_possible_keys = QuickRules.possible
    RulePolicy.format_tracker_states = staticmethod(_spell)
    DaskGraphRunner.run = QuickGraph.run
