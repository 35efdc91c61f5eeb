"""What stands first in ordinary shopping: to the point, with a gap where nobody knows, and nothing unsafe said back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.check_cards import FILE, GAPS, check_cards
from bot.conversation.check_shop import TALK, names_of
from bot.conversation.guard import Guard
from bot.conversation.lined import read
from bot.conversation.shop_talk import listen
from bot.copilot import cards
from bot.copilot.cards import LONGEST, Words, answer, asked_for, blanks, filled, nothing_left

ROOT = Path(__file__).resolve().parents[2]
KNOWN = cards.deck()


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard.load(ROOT / "data" / "never_say.yml", {"12356"})


def words(text: str, *earlier: str, **more: object) -> Words:
    heard = listen(text)
    before = tuple((one, listen(one).matters) for one in reversed(earlier))
    fill = {"thing": heard.thing} if heard.thing else {}
    values = {"about": heard.matters, "before": before, "asks": heard.asks, "fill": fill, "matter": True, **more}
    return Words(text, earlier, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("婚纱能不能先发，我下周六试妆", {"order": "paid"}, ["恭喜", "婚纱", "【填"]),
        ("饺子坐火车去我儿子学校，别闷坏了", {"order": "shipped"}, ["儿子", "冰袋"]),
        ("鸡头鸡爪呢，我妈说没头没脚的不吉利", {"order": "delivered"}, ["头脚"]),
        ("月饼盒子里别放价签，给丈母娘的", {"order": "paid"}, ["丈母娘", "价签"]),
        ("后天答辩，来不及换，自己缝行吗", {"order": "delivered"}, ["答辩", "缝"]),
        ("充电宝鼓包了", {"order": "delivered"}, ["先别", "空旷"]),
        ("再配两个漂", {}, ["再配两个漂"]),
    ],
)  # fmt: skip
def test_the_thing_the_person_and_the_occasion_are_taken_up(text: str, more: dict[str, str], wanted: list[str]) -> None:
    """The customer speaks of a wedding and reads "收到，我去核对"."""
    made = answer(words(text, **more), KNOWN)
    assert all(part in made for part in wanted), made


def test_a_remark_goes_on_with_what_was_asked_before() -> None:
    """ "My supervisor thinks I keep a dog" is answered as if nobody had asked to return the coat."""
    made = answer(words("我同学以为我养了只狗哈哈", "羽绒服退了吧", order="delivered"), KNOWN)
    assert "退" in made


@pytest.mark.parametrize("text", ["我妈走了", "婚纱退了 不结了", "跟前男友办婚礼那天一样难受", "生日那天他去世了"])
def test_nobody_is_congratulated_on_a_loss(text: str) -> None:
    """ "恭喜恭喜" to somebody who sends the wedding dress back."""
    made = answer(words(text, order="delivered"), KNOWN)
    assert "恭喜" not in made and "快乐" not in made and "喜" not in made


def test_what_is_not_known_is_a_gap_and_never_invented() -> None:
    """A card that says "arrives tomorrow" is sent, and the parcel does not come."""
    made = answer(words("饺子到哪了", order="shipped"), KNOWN)
    assert blanks(made)
    assert not any(digit in filled(made) for digit in "0123456789")


@pytest.mark.parametrize(
    "text", ["再给我两瓶药", "换根结实的绳", "再见了你们", "改变不了什么", "放弃了", "多少次想走", "送我最后一程"]
)
def test_only_harmless_wishes_are_said_back(text: str) -> None:
    """The customer's rope comes back from us as a confirmed order."""
    assert asked_for(text) == ""


@pytest.mark.parametrize(("text", "wish"), [("再配两个漂", "再配两个漂"), ("好，那就换大红色吧", "换大红色")])
def test_a_small_wish_is_said_back(text: str, wish: str) -> None:
    """The customer has to ask whether it was noted."""
    assert asked_for(text) == wish


def test_the_file_passes_its_own_check(guard: Guard) -> None:
    """A trainer's slip would be seen by a colleague only when a customer waits."""
    files = {name: read(ROOT / name) for name in (FILE, TALK)}
    assert list(check_cards(files, guard, names_of(files))) == []


def test_the_check_finds_slips(guard: Guard, tmp_path: Path) -> None:
    """A broken gap or an unknown matter would be shipped."""
    raw = (
        (ROOT / FILE)
        .read_text(encoding="utf-8")
        .replace("【填几点】", "【几点】")
        .replace("about: [invoice]", "about: [invoce]")
    )
    path = tmp_path / "cards.yml"
    path.write_text(raw, encoding="utf-8")
    files = {FILE: read(path), TALK: read(ROOT / TALK)}
    told = " ".join(message for _, _, message, _ in check_cards(files, guard, names_of(files)))
    assert "【填…】" in told and "invoce" in told


def test_no_sentence_with_a_gap_leaves_the_house(guard: Guard) -> None:
    """A customer reads 【填几天】."""
    assert guard.wording("大概【填几天】到。").reason == "blank"
    assert not nothing_left("大概【填几天】到。") and nothing_left("大概三天到。【顺丰】")


def test_every_answer_fits_one_message() -> None:
    """The guard refuses the best card because a long name was filled in."""
    for rule in KNOWN.answers:
        for text in rule.say:
            full = cards.GAP.sub(lambda m: GAPS[m.group(1)], text)
            assert len(full) <= LONGEST, text
