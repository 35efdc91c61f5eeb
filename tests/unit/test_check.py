"""A trainer's slip is found in seconds, named with file and line, in Chinese."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.conversation.check import check
from bot.conversation.check_shop import FACTS_FILE, check_shop
from bot.conversation.guard import Guard
from bot.conversation.lined import read

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("bot/domain", "bot/conversation/ladder.yml", "data/nlu", "data/stories", "data/heard.yml", "data/regions.yml",
         "data/hotlines.yml", "data/never_say.yml", "data/wording", "data/shop_talk.yml", "data/shop_facts.yml",
         "tests/stories")  # fmt: skip


@pytest.fixture
def project(tmp_path):
    for part in PARTS:
        source, target = ROOT / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return tmp_path


def errors(root, today=None):
    return [f for f in check(root, today) if f.severity == "error"]


def append(root, name, text):
    path = root / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_the_project_itself_passes():
    """Without it: what is shipped would be refused by our own check."""
    assert errors(ROOT) == []


def response(root, text, meta="{esc: reflection}"):
    append(
        root,
        "bot/domain/responses_service.yml",
        f"\n  utter_normal_service_x:\n  - text: {text}\n    metadata: {meta}\n",
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("想开点，一切都会好的", "轻描淡写"),
        ("请打 12345 问问", "号码"),
        ("一句" * 40, "字"),
        ("在吗？好吗？", "两个问题"),
        ("打 {lien}", "占位"),
    ],
)
def test_bad_wording_is_found(project, text, word):
    """Without it: a harmful or endless sentence reaches a customer."""
    response(project, f'"{text}"')
    found = errors(project)
    assert any(word in f.message_zh for f in found)
    assert all(f.line > 1 for f in found if f.file.endswith("responses_service.yml"))


def test_unknown_condition_is_found(project):
    """Without it: a variant is written with love and never used."""
    response(project, "好", "{esc: reflection, topic: weather}")
    assert any("weather" in f.message_zh for f in errors(project))


def test_contradicting_rules_are_found_with_both_places(project):
    """Without it: training fails a minute later with an English riddle."""
    append(
        project,
        "data/stories/rules_care.yml",
        """
- rule: 另一条
  condition:
  - slot_was_set: [{mode: care}]
  steps:
  - intent: threat
  - action: utter_stay_with
  wait_for_user_input: false
""",
    )
    found = [f for f in errors(project) if "矛盾" in f.message_zh]
    assert found
    assert "rules_care.yml" in found[0].message_zh


def test_unknown_names_and_gaps_are_found(project):
    """Without it: a typo in a rule leaves a customer without an answer."""
    path = project / "data/stories/rules_care.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("intent: taken_back", "intent: takenback", 1), encoding="utf-8")
    told = " ".join(f.message_zh for f in errors(project))
    assert "takenback" in told
    assert "taken_back" in told


def test_rule_that_blocks_the_ladder_is_found(project):
    """Without it: a new rule swallows the safety question."""
    append(
        project,
        "data/stories/rules_care.yml",
        """
- rule: 堵住
  condition:
  - slot_was_set: [{mode: care}, {danger: high}]
  steps:
  - intent: ask_storage
  - action: utter_stay_with
""",
    )
    assert any("wait_for_user_input" in f.message_zh for f in errors(project))


def test_stale_and_blocklisted_numbers_are_found(project):
    """Without it: nobody notices that a hotline was not checked for half a year."""
    assert any("没有核对" in f.message_zh for f in errors(project, date.today() + timedelta(days=400)))
    append(project, "data/nlu/house.yml", "- intent: greet\n  examples: |\n    - 打 010-88585821 吗\n")
    assert any("010-88585821" in f.message_zh for f in errors(project))


def test_broken_yaml_is_named(project):
    """Without it: one wrong indent takes the whole assistant down without a word."""
    append(project, "data/stories/rules_care.yml", "\n  - : [\n")
    assert any(f.file == "data/stories/rules_care.yml" and "读不了" in f.message_zh for f in errors(project))


def test_a_story_that_contradicts_a_rule_names_both_lines(project):
    """Without it: a trainer learns after ten minutes of training that two files disagree, and not which."""
    path = project / "tests/stories/test_flows.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, text in enumerate(lines) if "utter_thank_disclosure" in text)
    lines[at] = lines[at].replace("utter_thank_disclosure", "utter_normal_service")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (found,) = [f for f in errors(project) if f.file == "tests/stories/test_flows.yml"]
    assert "data/stories/rules_care.yml:" in found.message_zh
    assert "utter_thank_disclosure" in found.message_zh
    assert found.line > 1


def test_a_story_that_nothing_reaches_is_named(project):
    """Without it: a story that no rule answers is thought to be tested."""
    append(project, "tests/stories/test_flows.yml", "\n- story: 走不到的\n  steps:\n  - intent: other_worry\n"
           "  - slot_was_set: [{mode: service}, {step: none}]\n  - action: utter_normal_service\n")  # fmt: skip
    assert any("走不到" in f.message_zh for f in errors(project))


@pytest.mark.parametrize(
    ("text", "word"),
    [("Everything will be okay.", "空话"), ("Are you safe? Where are you?", "两个问题"), ("Call 12345 now.", "号码")],
)
def test_other_languages_pass_the_same_guard(project, text, word):
    """Without it: English wording says what no Chinese sentence may say."""
    append(project, "data/wording/en.yml", f'  utter_x:\n  - {{text: "{text}", metadata: {{esc: affirmation}}}}\n')
    assert any(word in f.message_zh for f in errors(project) if f.file == "data/wording/en.yml")


def test_a_language_without_a_key_reply_is_refused(project):
    """Without it: somebody who writes Cantonese is answered by silence at the one question that matters."""
    path = project / "data/wording/yue.yml"
    text = path.read_text(encoding="utf-8").replace("utter_ask_suicide_directly:", "utter_unused:")
    path.write_text(text, encoding="utf-8")
    assert any("utter_ask_suicide_directly" in f.message_zh for f in errors(project))


def test_words_for_the_worst_moment_must_do_all_they_are_for(project):
    """Without it: one of the sentences at level 4 forgets the distance or the other person."""
    path = project / "bot/domain/responses_care.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("step: emergency, does: [keep_distance, ask_companion]", "step: emergency", 1),
                    encoding="utf-8")  # fmt: skip
    assert any("keep_distance" in f.message_zh for f in errors(project))


@pytest.mark.parametrize(
    ("line", "word"),
    [("ship_time: 付款后 48 小时内发出", "数字请写成汉字"), ("ship_tiem: 当天发出", "不认识"),
     ("returns: 签收七天内没用过没拆过没洗过没剪吊牌的都可以退", "最多"), ("promo: 错过抢购哦", "促销"),
     ("courier: 发什么快递呢？", "不带句号、问号")],
)  # fmt: skip
def test_a_shops_fact_that_cannot_be_said_is_named(tmp_path, line, word):
    """Without it: the merchant's number is blocked at the moment it is needed, and nobody knows why."""
    path = tmp_path / "facts.yml"
    path.write_text(f"common:\n  {line}\nshops: {{}}\n", encoding="utf-8")
    ((_, at, told, severity),) = check_shop({FACTS_FILE: read(path)}, Guard.load(ROOT / "data/never_say.yml", ()))
    assert (at, severity) == (2, "error")
    assert word in told


def test_a_matter_without_words_and_words_without_a_matter_are_told(project):
    """Without it: a trainer's new matter is never answered, or a sentence waits for a matter that nobody hears."""
    talk = project / "data/shop_talk.yml"
    talk.write_text(
        talk.read_text(encoding="utf-8").replace("asides:\n", "  wedding_car: ['婚车']\n\nasides:\n", 1), "utf-8"
    )
    told = [f.message_zh for f in check(project) if f.file == "data/shop_talk.yml"]
    assert any("wedding_car" in t for t in told)
    response(project, "好的，给您记上。", "{esc: information, about: weding_car}")
    assert any("weding_car" in f.message_zh for f in errors(project))
