"""Values for the placeholders of wording that come from the hotline registry. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.referral import Registry


def line_values(
    registry: Registry, region: str | None, at: datetime | None, age: str | None, level: int, avoid: Iterable[str] = ()
) -> dict[str, str]:
    """Numbers, names and hours for this person now; lines in `avoid` (given before) go last."""
    # The emergency number has its own placeholder, so the choice is made as for level 3.
    first, second = [*registry.choose(region, at, age, min(level, 3), avoid=avoid), None, None][:2]
    urgent = registry.emergency(region)
    fill = {
        "emergency": urgent[0].number,
        "ambulance": next((x.number for x in urgent if x.id.startswith("ambulance")), urgent[0].number),
        "emergency_both": " 或 ".join(x.number for x in urgent),
        "emergency_named": " 或 ".join(f"{x.number}（{x.name}）" for x in urgent),
        "emergency_both_en": " or ".join(x.number for x in urgent),
    }
    if len(urgent) > 1:  # where one number serves both there is nothing to choose between
        fill["police"] = next((x.number for x in urgent if x.id.startswith("police")), urgent[0].number)
    main = next(iter(registry.choose(region, at, age, min(level, 3))), None)
    if main:  # the first line, even if it was given before: what is asked about
        fill |= {"main_line": main.number, "main_name": main.name}
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
