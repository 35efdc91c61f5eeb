"""Reads the answers beside the transcripts, holds every quote against what was said, and prints scores and findings.

Answers of a talk stand in `<persona>.answers.yml`: `defaults` (an answer for every question not named) and
`answers`, question number → `ANSWER [@TURN FRAGMENT] [-- why]`. The fragment must stand in what was said in that turn
(by the bot; by the customer for question 4), so that no finding and no acquittal rests on memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.vera.counts import load, sentences
from benchmarks.vera.rubric import NAMES, BadAnswers, Judged, Rubric, scores, word

ENTRY = re.compile(r"(?P<answer>\w+)(?:\s+@(?P<turn>\d+)\s+(?P<quote>.*?))?(?:\s+--\s+(?P<why>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `turn` 0: no quote."""

    answer: str
    turn: int = 0
    quote: str = ""
    why: str = ""


def parse(value: Any) -> Answer:
    """An entry of an answers file; BadAnswers if it has not that form."""
    found = ENTRY.fullmatch(word(value).strip())
    if not found:
        raise BadAnswers(f"cannot be read: {value!r}")
    return Answer(found["answer"], int(found["turn"] or 0), (found["quote"] or "").strip(), found["why"] or "")


def answers_of(raw: Mapping[str, Any], rubric: Rubric) -> dict[int, Answer]:
    """Every question's answer: what is written, and `no` for deeds that nobody quoted."""
    given = {int(k): parse(v) for k, v in raw["answers"].items()}
    for question in rubric.questions:
        if question.proof == "yes" and question.id not in given:
            given[question.id] = Answer("no")
    return given


def unproved(
    answers: Mapping[int, Answer], judged: Judged, turns: Sequence[Mapping[str, Any]], rubric: Rubric
) -> list[str]:
    """What is claimed without a quote, or with one that was not said."""
    faults = []
    by_number = {t["turn"]: t for t in turns}
    for number in judged.asked:
        answer, question = answers[number], rubric.question(number)
        if question.proof and answer.answer == question.proof and not answer.quote:
            faults.append(f"question {number}: {answer.answer} without a quote")
        if answer.quote:
            turn = by_number.get(answer.turn)
            said = [] if turn is None else ([turn["text"]] if number in (4, 13) else [*sentences(turn), turn["text"]])
            if not any(answer.quote in s for s in said):
                faults.append(f"question {number}: turn {answer.turn} does not say {answer.quote!r}")
    return faults


@dataclass(frozen=True, slots=True)
class Talk:
    """One judged talk."""

    persona: str
    title: str
    answers: dict[int, Answer]
    judged: Judged


def judge_all(
    folder: Path, people: Mapping[str, Mapping[str, Any]], only: tuple[str, ...] = ()
) -> tuple[list[Talk], list[str]]:
    """Every talk that has answers, and all that does not hold; `only`: beginnings of names."""
    rubric, talks, faults = Rubric.load(), [], []
    for name, turns in load(folder, only).items():
        path = folder / f"{name}.answers.yml"
        if not path.exists():
            faults.append(f"{name}: no answers")
            continue
        try:
            answers = answers_of(yaml.safe_load(path.read_text(encoding="utf-8")), rubric)
            judged = rubric.judge({k: a.answer for k, a in answers.items()})
        except BadAnswers as error:
            faults.append(f"{name}: {error}")
            continue
        faults += [f"{name}: {f}" for f in unproved(answers, judged, turns, rubric)]
        talks.append(Talk(name, people[name]["title"], answers, judged))
    return talks, faults


def table(talks: Sequence[Talk], rubric: Rubric) -> list[str]:
    """Scores by dimension as Markdown: all talks, and without those that the original would not judge."""
    names = [d.name for d in rubric.dimensions]
    own = [t.judged for t in talks if t.answers[4].answer != "other"]
    groups = {"all": scores((t.judged for t in talks), names), "as the original counts": scores(own, names)}
    out = ["| talks | " + " | ".join([*(d.en for d in rubric.dimensions), "Overall"]) + " |", "|---" * 7 + "|"]
    for title, found in groups.items():
        cells = []
        for name in [*names, "overall"]:
            s = found[name]
            cells.append("–" if s.value is None else f"{s.value:g} ({s.green}/{s.yellow}/{s.red})")
        out.append(f"| {title} | " + " | ".join(cells) + " |")
    return out


def report(folder: Path, people: Mapping[str, Mapping[str, Any]], only: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """Scores, colours by persona, findings with their quotes; and the faults of the answers. `only`: beginnings of
    names."""
    rubric = Rubric.load()
    talks, faults = judge_all(folder, people, only)
    if not talks:
        return "nothing to score\n", faults
    out = [
        *table(talks, rubric),
        "",
        "| customer | " + " | ".join(d.en for d in rubric.dimensions) + " |",
        "|---" * 6 + "|",
    ]
    for talk in talks:
        colours = " | ".join(NAMES[talk.judged.colours[d.name]] for d in rubric.dimensions)
        out.append(f"| {talk.persona} {talk.title} | {colours} |")
    out += ["", "| customer | question | | turn | quote | why |", "|---" * 6 + "|"]
    for talk in talks:
        for finding in talk.judged.findings:
            answer = talk.answers[finding.question]
            cells = [
                talk.persona,
                f"{finding.question}",
                finding.severity,
                str(answer.turn or "–"),
                answer.quote,
                answer.why,
            ]
            out.append("| " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n", faults
