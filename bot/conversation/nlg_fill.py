"""Values for the placeholders of wording that come from the hotline registry. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.referral import ABROAD, Registry

#: Where the writer's language points when no place was told, the likeliest first.
LIKELY = {"yue": ("hongkong", "mainland"), "traditional": ("taiwan", "hongkong")}
REGION_ZH = {"mainland": "内地", "hongkong": "香港", "macau": "澳门", "taiwan": "台湾"}
#: What stands for the emergency number of a country that the registry does not hold.
LOCAL, LOCAL_AMBULANCE, LOCAL_EN = "当地报警电话", "当地急救电话", "local police"


def likely_regions(region: str | None, language: str, traditional: bool) -> tuple[str, ...]:
    """Two regions to name numbers of when none was told and the script points away from the mainland, else ()."""
    if region:
        return ()
    return LIKELY["yue"] if language == "yue" else LIKELY["traditional"] if traditional and language == "zh" else ()


def both_regions(
    registry: Registry, regions: tuple[str, ...], at: datetime | None, age: str | None, level: int
) -> dict[str, str]:
    """Numbers of two regions, each with the region's name: for a writer who has not said where they are."""
    first, second = (next(iter(registry.choose(r, at, age, min(level, 3)))) for r in regions)
    urgent = [(registry.emergency(r)[0].number, REGION_ZH[r]) for r in regions]
    names = [f"{REGION_ZH[r]}{x.name}" for r, x in zip(regions, (first, second), strict=True)]
    both = "或 ".join(f"{number}（{where}）" for number, where in urgent)
    return {
        "line": first.number, "line_name": names[0], "line2": second.number, "line2_name": names[1],
        "main_line": first.number, "main_name": names[0], "main_hours": first.hours_text, "hours": first.hours_text,
        "if_no_answer": first.if_no_answer, "emergency": urgent[0][0], "emergency_both": both,
        "emergency_named": both, "ambulance": both, "emergency_both_en": " or ".join(n for n, _ in urgent),
    }  # fmt: skip


def silent_values(registry: Registry, region: str | None, at: datetime | None) -> dict[str, str]:
    """Lines of the region that need neither voice nor hearing, and how each is used."""
    fill: dict[str, str] = {}
    if urgent := registry.silent_emergency(region):
        fill |= {"sms": urgent.number, "sms_how": urgent.how, "sms_how_en": urgent.how_en}
        fill |= {"sms_registered": "yes"} if urgent.registered else {}
    if line := registry.silent_crisis(region, at):
        fill |= {"text_line": line.number, "text_name": line.name, "text_how": line.how, "text_how_en": line.how_en}
    return fill


def home_values(registry: Registry) -> dict[str, str]:
    """What somebody in the mainland can call for somebody who is abroad: no foreign emergency number is reached from
    here."""
    line = registry.consular(at_home=True)
    return {"home_line": line.number} if line else {}


def english_values(registry: Registry, at: datetime | None = None, age: str | None = None) -> dict[str, str]:
    """Numbers of Hong Kong beside those of the mainland, for who writes English and has told no place: many of them
    live there, and a number of the other side reaches nobody."""
    line = next((x for x in registry.choose("hongkong", at, age, 3) if x.kind == "crisis"), None)
    fill = {"emergency_hk": registry.emergency("hongkong")[0].number}
    return fill | ({"line_hk": line.number} if line else {})


def line_values(
    registry: Registry, region: str | None, at: datetime | None, age: str | None, level: int, avoid: Iterable[str] = ()
) -> dict[str, str]:
    """Numbers, names and hours for this person now; lines in `avoid` (given before) go last."""
    # The emergency number has its own placeholder, so the choice is made as for level 3.
    # consular protection is no line to pour one's heart out to: it has its own words
    chosen = [x for x in registry.choose(region, at, age, min(level, 3), avoid=avoid) if x.region != ABROAD]
    first, second = [*chosen, None, None][:2]
    if first and second and first.confidence != "high":
        first, second = second, first  # never the only one that is named (field notes 1.1)
    urgent = registry.emergency(region)
    fill = {
        "emergency": urgent[0].number,
        "ambulance": next((x.number for x in urgent if x.id.startswith("ambulance")), urgent[0].number),
        "emergency_both": " 或 ".join(x.number for x in urgent),
        "emergency_named": "或 ".join(f"{x.number}（{x.name}）" for x in urgent),
        "emergency_both_en": " or ".join(x.number for x in urgent),
    }
    if len(urgent) > 1:  # where one number serves both there is nothing to choose between
        fill["police"] = next((x.number for x in urgent if x.id.startswith("police")), urgent[0].number)
    main = next(iter(registry.choose(region, at, age, min(level, 3))), None)
    if region == ABROAD:
        both = f"{LOCAL}或 {urgent[0].number}（{urgent[0].name}）"
        fill |= {"emergency": LOCAL, "ambulance": LOCAL_AMBULANCE, "emergency_both": both, "emergency_named": both,
                 "emergency_both_en": LOCAL_EN}  # fmt: skip
    fill |= silent_values(registry, region, at)
    if region in registry.foreign:
        fill |= {"country": registry.names[region]}
        if consular := registry.consular(at_home=False):
            fill["consular"] = consular.number
        main = main if main and main.kind == "crisis" else None
    if main:  # the first line, even if it was given before: what is asked about
        fill |= {"main_line": main.number, "main_name": main.name, "main_hours": main.hours_text}
    if first:
        fill |= {
            "line": first.number,
            "line_name": first.name,
            "hours": first.hours_text,
            "if_no_answer": first.if_no_answer,
        }
    if second:
        fill |= {"line2": second.number, "line2_name": second.name}
    return fill
