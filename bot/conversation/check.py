"""What `zaoan check` looks at: wording, rules, intents, ladder, hotlines. Seconds, no model, no Rasa.

Every finding names the file and the line and says in plain Chinese what is wrong and what
to do, for a trainer who does not read Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.conversation import check_cards as cards
from bot.conversation import check_shop as shop
from bot.conversation import reach
from bot.conversation import variants as var
from bot.conversation.answered import ANSWERS
from bot.conversation.check_answers import check_answers, check_examples
from bot.conversation.check_effects import check_danger
from bot.conversation.check_lexicon import Row
from bot.conversation.check_rules import Domain, check_rules
from bot.conversation.guard import SAFE_MORE, SAFE_TEXT, Guard, load_never_say
from bot.conversation.hearing import compile_patterns
from bot.conversation.ladder import Ladder
from bot.conversation.ladder import parse as parse_ladder
from bot.conversation.lined import Lined, read
from bot.conversation.named import things
from bot.conversation.plan import LASTING
from bot.conversation.questions import OPEN, ORDER, questions
from bot.conversation.replies import values as reply_values
from bot.referral import BadRegistry, Registry, load

Severity = Literal["error", "warning"]

#: Acts whose wording carries a crisis talk; each needs six general variants (field notes 7.12).
KEY_ACTS = (
    "utter_normal_service", "utter_ask_purpose", "utter_reflect_feeling", "utter_thank_disclosure",
    "utter_ask_suicide_directly", "utter_ask_way", "utter_ask_safety_now", "utter_ask_means_access",
    "utter_ask_companion", "utter_ask_location", "utter_ask_when", "utter_ask_past", "utter_ask_called",
    "utter_refer_hotline", "utter_refer_emergency", "utter_stay_with", "utter_promise_followup",
    "utter_support_third_party", "utter_no_order_talk", "utter_refuse_means", "utter_welcome",
)  # fmt: skip
FEWEST = 6
#: Replies that each further language must have (the rest of a talk may be left out or said in Chinese).
LANGUAGE_ACTS = (
    "utter_welcome", "utter_ask_suicide_directly", "utter_ask_way", "utter_ask_safety_now", "utter_ask_companion",
    "utter_refer_hotline", "utter_refer_emergency", "utter_stay_with", "utter_normal_service",
    "utter_reflect_feeling", "utter_thank_disclosure", "utter_promise_followup", "utter_support_third_party",
    "utter_no_order_talk", "utter_refuse_means", "utter_ask_location", "utter_ask_purpose",
)  # fmt: skip
LANGUAGES = "data/wording/"
#: What each sentence of the imminent path must do, by utterance (see bot/cli/must_acts.py).
IMMINENT = {
    ("utter_stay_with", "emergency"): {"keep_distance", "ask_companion"},
    ("utter_ask_safety_now", "emergency"): {"ask_location"},
    ("utter_support_third_party", "other_emergency"): {"keep_distance", "ask_companion"},
}
EXAMPLES = 15
SINGLE = ("data/heard.yml", "data/regions.yml", reach.NAME, "data/hotlines.yml", "data/never_say.yml", shop.TALK,
          cards.FILE, cards.COUNTER, shop.FACTS_FILE, "bot/conversation/ladder.yml", "config.yml",
          "endpoints.yml")  # fmt: skip
#: Topics that hearing adds by itself (data/whose.yml).
ADDED_TOPICS = frozenset({"is_me"})
#: As long as the words of a customer that are said back may be.
SAMPLE, QUESTION = "屋里太静了我一个人听钟响着", "站长知道了以后会不会另外找人"
#: Values that a condition may take; the rest is looked up (topics, intents, steps).
FIXED = {
    "who": {"self", "other"}, "age": {"child", "teen", "adult", "elder"}, "night": {"yes", "no"},
    "goods": {"yes", "no"},
    "mode": {"service", "support", "ask", "care", "other"},
    "danger": {"calm", "distress", "ideation", "high", "imminent"},
    "need": {"line", "line2", "person", "mention", "far", "helper", "beside", "key", "spot", "echo", "pain", "asked",
             "police", "order_status", "child", *reach.FILL, *shop.FILL},
    "asks": {OPEN, ORDER, *(k.name for k in questions().kinds)}, "reply": set(reply_values()), "brief": {"yes", "no"},
    **reach.conditions(),
    "told": set(ANSWERS), "lasting": set(LASTING), "reach": {"near", "far", "unknown"},
    **shop.FIXED,
}  # fmt: skip
FILL = ("line", "line_name", "hours", "if_no_answer", "line2", "line2_name", "emergency", "ambulance",
        "emergency_both", "emergency_both_en", "emergency_named", "police", "main_line", "main_name", "main_hours",
        "person", "far", "helper", "beside", "key", "spot", "echo", "pain", "asked", "mention", "order_status",
        "child", *reach.FILL, *shop.FILL)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a trainer should see; `file` is relative to the project."""

    file: str
    line: int
    message_zh: str
    severity: Severity = "error"


def check(root: Path, today: date | None = None, danger: Callable[[Path], list[Row]] = check_danger) -> list[Finding]:
    """All findings of the project at `root`, in the order of files; `danger` looks at the lexicon."""
    found: list[Finding] = []
    files: dict[str, Lined] = {}
    for path in _yaml_files(root):
        name = path.relative_to(root).as_posix()
        try:
            files[name] = read(path)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            found.append(
                Finding(
                    name, mark.line + 1 if mark else 1, f"这个文件读不了，格式不对：{getattr(error, 'problem', error)}"
                )
            )
    registry = _registry(root, found, today)
    guard = _guard(root, found, registry)
    if registry is None or guard is None:
        return found
    domain, places = _domain(files), every_place(registry)
    found += _hearing(files, domain)
    found += _ladder(files, domain)
    for name, tree in files.items():
        if name.startswith(("bot/domain/", LANGUAGES)) and tree.get("responses"):
            found += _responses(name, tree, guard, places, domain)
        if name.startswith(("data/nlu/", "data/stories/", "bot/domain/", LANGUAGES)):
            found += _blocked(name, root, registry)
    found += _counts(files)
    found += _languages(files)
    found += _examples(files, domain)
    found += [Finding(f, n, m) for f, n, m in (*check_answers(root, files), *check_examples(root))]
    found += [Finding(f, n, m, s) for f, n, m, s in check_rules(files, domain, _stairs(files))]
    found += [Finding(f, n, m, "error" if s == "error" else "warning") for f, n, m, s in shop.check_shop(files, guard)]
    rows = [*cards.check_cards(files, guard, shop.names_of(files))]
    rows += cards.check_counter(files, guard, root / "data" / "counter")
    found += [Finding(f, n, m, "error" if s == "error" else "warning") for f, n, m, s in rows]
    found += [Finding(f, n, m, s) for f, n, m, s in danger(root)]
    for level, first in SAFE_TEXT.items():
        for text in (first, *SAFE_MORE[level]):
            if not guard.judge(text, level).ok:
                found.append(Finding("bot/conversation/guard.py", 1, f"备用的话“{text}”过不了检查"))
    return sorted(found, key=lambda f: (f.file, f.line))


def _yaml_files(root: Path) -> Iterator[Path]:
    for folder in ("bot/domain", "data/nlu", "data/stories", "data/lexicon", "data/wording", "tests/stories"):
        yield from sorted((root / folder).rglob("*.yml")) if (root / folder).is_dir() else ()
    for name in SINGLE:
        if (root / name).exists():
            yield root / name


def _registry(root: Path, found: list[Finding], today: date | None) -> Registry | None:
    name = "data/hotlines.yml"
    try:
        registry = load(root / name)
    except (BadRegistry, OSError, KeyError, ValueError, yaml.YAMLError) as error:
        found.append(Finding(name, 1, f"热线登记表不能用：{error}"))
        return None
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    for line in registry.stale(today or date.today()):
        at = next((i for i, t in enumerate(lines, 1) if t.strip() == f"- id: {line.id}"), 1)
        found.append(
            Finding(
                name, at, f"{line.name}（{line.id}）超过 {registry.max_age_days} 天没有核对，请核对后改 last_verified"
            )
        )
    national = registry.line("mental_health_cn")
    if re.search(r"24|二十四|全天", national.hours_text):
        found.append(Finding(name, 1, "全国心理援助热线不许说成全天：规定只保证十八小时"))
    return registry


def _guard(root: Path, found: list[Finding], registry: Registry | None) -> Guard | None:
    try:
        never = load_never_say(root / "data" / "never_say.yml")
    except (OSError, KeyError, TypeError, re.error, yaml.YAMLError) as error:
        found.append(Finding("data/never_say.yml", 1, f"绝对不说的清单读不了：{error}"))
        return None
    if len(never) < 80:
        found.append(Finding("data/never_say.yml", 1, f"只有 {len(never)} 条，至少要 80 条"))
    return Guard(never, registry.numbers() if registry else ())


def _domain(files: dict[str, Lined]) -> Domain:
    intents: dict[str, tuple[str, int]] = {}
    responses: dict[str, tuple[str, int]] = {}
    actions: dict[str, tuple[str, int]] = {}
    slots: dict[str, set[str]] = {}
    for name, tree in files.items():
        if not name.startswith("bot/domain/"):
            continue
        for row in tree.get("intents") or ():
            intents[str(row.plain())] = (name, row.line)
        for row in tree.get("actions") or ():
            actions[str(row.plain())] = (name, row.line)
        if (tree_slots := tree.get("slots")) is not None:
            for slot, spec in tree_slots.items():
                slots[slot] = {str(v) for v in (spec.plain() or {}).get("values", ())}
        if (tree_responses := tree.get("responses")) is not None:
            for utter, _ in tree_responses.items():
                responses[utter] = (name, tree_responses.keys[utter])
    heard = files.get("data/heard.yml")
    topics = set(heard.plain().get("topics", {})) if heard and isinstance(heard.plain(), dict) else set()
    moves = set(heard.plain().get("moves", {})) if heard and isinstance(heard.plain(), dict) else set()
    ladder = files.get("bot/conversation/ladder.yml")
    steps = ladder.plain() if ladder else {}
    steps = steps if isinstance(steps, dict) else {}
    return Domain(intents, responses, actions, slots, topics, moves, steps, shop.names_of(files))


def _hearing(files: dict[str, Lined], domain: Domain) -> list[Finding]:
    name = "data/heard.yml"
    if name not in files:
        return [Finding(name, 1, "缺少这个文件")]
    found = []
    for group in ("moves", "facts", "topics"):
        part = files[name].get(group)
        for key, rows in part.items() if part else ():
            for row in rows:
                try:
                    re.compile(str(row.value))
                except re.error as error:
                    found.append(Finding(name, row.line, f"{group}.{key} 的写法不对：{error}"))
            if group == "moves" and key not in domain.intents:
                found.append(
                    Finding(name, part.keys[key] if part else 1, f"动作 {key} 不在意图表 bot/domain/intents.yml 里")
                )
    if not found:
        try:
            compile_patterns(files[name].plain(), files["data/regions.yml"].plain())
        except (KeyError, re.error) as error:
            found.append(Finding(name, 1, f"读不了：{error}"))
    return found


def _stairs(files: dict[str, Lined]) -> Ladder | None:
    try:
        return parse_ladder(files["bot/conversation/ladder.yml"].plain())
    except (KeyError, TypeError, ValueError):
        return None  # said by _ladder


def _ladder(files: dict[str, Lined], domain: Domain) -> list[Finding]:
    name = "bot/conversation/ladder.yml"
    if name not in files:
        return [Finding(name, 1, "缺少这个文件")]
    try:
        parse_ladder(files[name].plain())
    except (KeyError, TypeError, ValueError) as error:
        return [Finding(name, 1, f"阶梯写得不对：{error}")]
    found = []
    steps = files[name].get("steps")
    for key, step in steps.items() if steps else ():
        say = step.get("say")
        asks = 0
        for row in say or ():
            asks += str(row.value).startswith("utter_ask_")
            if row.value not in domain.responses and row.value not in domain.actions:
                found.append(Finding(name, row.line, f"步骤 {key} 用到的 {row.value} 没有定义"))
        if asks > 1:
            found.append(Finding(name, step.line, f"步骤 {key} 一次问了两件事，一轮只能问一件"))
    return found


Places = Sequence[Mapping[str, str]]


def _responses(name: str, tree: Lined, guard: Guard, places: Places, domain: Domain) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for utter, rows in (tree.get("responses") or Lined({}, 1)).items():
        for row in rows:
            text, line = str((row.get("text") or Lined("", row.line)).value or ""), row.line
            if text in seen:
                yield Finding(name, line, f"“{text}”和第 {seen[text]} 行重复", "warning")
            seen[text] = line
            (variant,) = var.parse([row.plain()])
            for slot in var.PLACEHOLDER.findall(text):
                if slot not in FILL:
                    yield Finding(name, line, f"占位 {{{slot}}} 不认识，可用：{'、'.join(FILL)}")
            if re.search(r"\d{3,}", text):
                yield Finding(name, line, "话里不能直接写号码，请用 {line} 之类的占位，号码在 data/hotlines.yml")
            yield from _conditions(name, line, utter, variant, domain)
            for filled in fillings(text, places):
                judged = guard.wording(filled)
                if not judged.ok:
                    yield Finding(name, line, f"{utter}：“{text}” {judged.message_zh}")
                    break
            if utter.startswith("utter_ask_") and "？" not in text and "?" not in text:
                yield Finding(name, line, f"{utter} 应当是一个问题：“{text}”", "warning")


def fillings(text: str, places: Places) -> Iterator[str]:
    """The sentence as it will be seen in each of `places` (see `every_place`), once where it has no blank."""
    yield from dict.fromkeys(filled for values in places if (filled := var.render(text, values)) is not None)


def every_place(registry: Registry) -> list[dict[str, str]]:
    """What the blanks hold in every region, for grown-ups and children: numbers and names differ in length."""
    from bot.conversation.nlg_fill import english_values, home_values, line_values

    longest = dict.fromkeys("person far helper beside key spot mention".split(), "男朋友")
    longest |= home_values(registry) | english_values(registry) | {"echo": SAMPLE, "pain": SAMPLE, "asked": QUESTION}
    longest |= {"order_status": "已付款，还没发出", "child": "孩子", **shop.LONG}
    first = [x.id for x in registry.lines if x.rank == 1]
    return [
        {**line_values(registry, region, None, age, 3, avoid), **longest}
        for region in registry.emergency_ids
        for age in ("adult", "child")
        for avoid in ((), first)
    ]


def _languages(files: dict[str, Lined]) -> Iterator[Finding]:
    """Each further language has enough of every key reply, for each danger a fixed text, and the imminent path."""
    for name, tree in files.items():
        responses = tree.get("responses") if name.startswith(LANGUAGES) else None
        if responses is None:
            continue
        rows = {utter: var.parse([row.plain() for row in some]) for utter, some in responses.items()}
        for act in LANGUAGE_ACTS:
            general = sum(not v.when for v in rows.get(act, ()))
            if general < FEWEST:
                yield Finding(name, 1, f"{act} 只有 {general} 句不带条件的说法，至少要 {FEWEST} 句")
        for act, step in IMMINENT:
            if sum(step in v.when.get("step", ()) for v in rows.get(act, ())) < FEWEST:
                yield Finding(name, 1, f"{act} 在 step={step} 时不到 {FEWEST} 句")
        safe = {d for v in rows.get("safe_text", ()) for d in v.when.get("danger", ())}
        for danger in sorted(FIXED["danger"] - safe):
            yield Finding(name, 1, f"safe_text 缺 danger={danger} 的一句")


def _conditions(name: str, line: int, utter: str, variant: var.Variant, domain: Domain) -> Iterator[Finding]:
    for act in set(variant.does) - set(var.ACTS):
        yield Finding(name, line, f"does: {act} 不认识，可用：{'、'.join(var.ACTS)}")
    for step in variant.when.get("step", ()):
        missing = IMMINENT.get((utter, step), set()) - set(variant.does)
        if missing:
            yield Finding(name, line, f"{step} 这一步的话要做到并在 does 里写明：{'、'.join(sorted(missing))}")
    if variant.esc not in var.STRATEGIES:
        yield Finding(name, line, f"esc: {variant.esc} 不认识，可用：{'、'.join(var.STRATEGIES)}")
    known = {**FIXED, "topic": domain.topics | ADDED_TOPICS, "heard": set(domain.intents),
             "step": set(domain.ladder.get("steps", {})),
             "about": domain.about, "also": domain.about, "named": {t.name for t in things()}}  # fmt: skip
    for key, values in variant.when.items():
        if key not in known:
            yield Finding(name, line, f"条件 {key} 不认识，可用：{'、'.join(sorted(known))}")
            continue
        for value in values:
            if value not in known[key]:
                yield Finding(name, line, f"条件 {key}: {value} 不认识，这句话永远用不上")


def _blocked(name: str, root: Path, registry: Registry) -> Iterator[Finding]:
    for number, text in enumerate((root / name).read_text(encoding="utf-8").splitlines(), 1):
        for blocked in registry.blocked_in(text) if any(c.isdigit() for c in text) else ():
            yield Finding(name, number, f"号码 {blocked.number} 不能用：{blocked.why}")


def _counts(files: dict[str, Lined]) -> Iterator[Finding]:
    general: dict[str, int] = {}
    groups: dict[tuple[str, Any], tuple[int, str, int]] = {}
    for name, tree in files.items():
        for utter, rows in (tree.get("responses") or Lined({}, 1)).items() if name.startswith("bot/domain/") else ():
            for row in rows:
                (variant,) = var.parse([row.plain()])
                general[utter] = general.get(utter, 0) + (not variant.when)
                key = (utter, tuple(sorted(variant.when.items())))
                groups[key] = (groups.get(key, (0, name, row.line))[0] + 1, name, row.line)
    for act in KEY_ACTS:
        if general.get(act, 0) < FEWEST:
            yield Finding("bot/domain", 1, f"{act} 只有 {general.get(act, 0)} 句不带条件的说法，至少要 {FEWEST} 句")
    for (utter, when), (count, name, line) in groups.items():
        if when and count < FEWEST and utter in KEY_ACTS and "about" not in dict(when):  # those: check_shop
            told = "，".join(f"{k}={'/'.join(v)}" for k, v in when)
            yield Finding(name, line, f"{utter} 在 {told} 时只有 {count} 句，最好有 {FEWEST} 句", "warning")


def _examples(files: dict[str, Lined], domain: Domain) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    first: dict[str, tuple[str, str, int]] = {}
    for name, tree in files.items():
        for block in (tree.get("nlu") or ()) if name.startswith("data/nlu/") else ():
            intent = str((block.get("intent") or Lined("", 1)).value)
            rows = block.get("examples")
            texts = [t[2:].strip() for t in str(rows.value if rows else "").splitlines() if t.startswith("- ")]
            counts[intent] = counts.get(intent, 0) + len(texts)
            if intent not in domain.intents:
                yield Finding(name, block.line, f"意图 {intent} 不在 bot/domain/intents.yml 里")
            for text in texts:
                if text in first and first[text][0] != intent:
                    other = first[text]
                    yield Finding(
                        name,
                        block.line,
                        f"例句“{text}”同时写在 {intent} 和 {other[0]}（{other[1]}:{other[2]}）里",
                        "warning",
                    )
                first.setdefault(text, (intent, name, block.line))
    for intent, count in counts.items():
        if count < EXAMPLES and intent in domain.intents:
            name, line = domain.intents[intent]
            yield Finding(name, line, f"意图 {intent} 只有 {count} 个例句，至少要 {EXAMPLES} 个", "warning")
