"""Tells a supervisee how far they are on the way to a licence, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from witnessmark.cli.page import Page, days, marks
from witnessmark.cli.rules_text import WHOLE, cells, name_in, requirements
from witnessmark.rules.experience import Attested, Experience
from witnessmark.rules.expiring import Ending, Ends
from witnessmark.rules.progress import Progress
from witnessmark.rules.projection import Finish
from witnessmark.rules.supposing import Outcome
from witnessmark.rules.telling import hours
from witnessmark.rules.versions import Chosen

_ATTESTED: Mapping[Attested | None, str] = {
    Attested.HERE: "attested here",
    Attested.ELSEWHERE: "attested elsewhere, recorded here",
    Attested.NOT: "not attested",
    None: "together",
}


def show_progress(page: Page, found: Progress, *, case: Experience, chosen: Chosen) -> None:
    """Show one person's progress by one pack."""
    for note in found.notes:
        page.wrapped(note, hang=2, style="yellow")
    page.wrapped(
        f"{name_in(case, found.person)} by {chosen.name} ({found.version}), as of {found.on}",
        hang=2,
        style="bold",
    )
    if found.requirements:
        page.heading(WHOLE)
        requirements(page, found.requirements, found.still_needed)
    _hours(page, found)
    _finish(page, found)
    for heading, lines in (
        ("Hours about to expire", list(_expiring(found))),
        ("Licences and agreements that end", [_ending(case, one) for one in found.endings]),
        ("To be done by a day", list(_due(found))),
        ("Your supervisors", list(_loads(case, found))),
    ):
        if lines:
            page.heading(heading)
        for line in lines:
            page.wrapped(line, hang=2)


def _hours(page: Page, found: Progress) -> None:
    page.line()
    rows = [
        (_ATTESTED[by], cells(tally)[:3])
        for by, tally in (*found.by_attestation.items(), (None, found.total))
    ]
    page.table([("", ("logged", "counts", "does not count yet")), *rows])
    if found.total.credited < found.total.logged:
        page.wrapped(
            "Why some do not count: `witnessmark rules evaluate --case FILE`;"
            f" `witnessmark rules case {found.person}` writes that file.",
            hang=2,
            style="dim",
        )


def _finish(page: Page, found: Progress) -> None:
    finish = found.finish
    page.heading(_range(finish))
    for pace in finish.paces:
        a_week = hours(pace.credited // pace.weeks)
        end = f"all would be met by {pace.ends}" if pace.ends else "there is no date"
        page.wrapped(
            f"Last {_full_weeks(pace.weeks)} (since {pace.since}): {a_week} a week count; {end}.",
            hang=2,
        )
    if finish.paces:
        page.wrapped(finish.method, hang=2, style="dim")
    if found.outcome is not None:
        _supposed(page, found.outcome)


def _full_weeks(number: int) -> str:
    return "full week" if number == 1 else f"{number} full weeks"


def _range(finish: Finish) -> str:
    if finish.met:
        return "All requirements are met."
    if finish.earliest is None:
        return f"No finish date: {finish.why}"
    if finish.latest is None:
        return f"Finish date: {finish.earliest} at the earliest. No latest one: {finish.why}"
    if finish.earliest == finish.latest:
        return f"Finish date: about {finish.earliest}."
    return f"Finish date: between {finish.earliest} and {finish.latest}."


def _supposed(page: Page, outcome: Outcome) -> None:
    asked = ", ".join(f"{hours(number)} {what}" for what, number in outcome.asked.items())
    if outcome.last_day is None:
        said = f"not within ten years; still open: {'; '.join(outcome.open)}."
    else:
        said = f"all would be met by {outcome.last_day}, in week {outcome.weeks}."
    page.heading(f"With {asked.replace('-', ' ')} every week: {said}")
    if outcome.weeks != 0:
        every = sum(outcome.asked.values())
        page.wrapped(
            f"Of each such week's {hours(every)}, {hours(outcome.counting)} would count"
            f"{'' if outcome.counting == every else ' on average'}.",
            hang=2,
        )
    page.wrapped(outcome.stated, hang=2, style="dim")


def _expiring(found: Progress) -> Iterator[str]:
    for one in found.expiring:
        why = (
            f"cannot count together with hours of {one.day} or later"
            if one.by_new_hours
            else f"drop if the board has your application only on {one.day}"
        )
        yield f"{hours(one.minutes)} more {why} ({one.citation}{marks(one.doubt)})."


def _ending(case: Experience, one: Ending) -> str:
    person = name_in(case, one.person)
    what = {
        Ends.OWN_LICENCE: f"Your {one.what}",
        Ends.SUPERVISOR_LICENCE: f"{person}'s {one.what}",
        Ends.AGREEMENT: f"The agreement with {person} at {one.what}",
    }[one.ends]
    if not one.over:
        return f"{what}: holds until {one.last_day}; hours after it would not count."
    leaning = f"; {hours(one.minutes)} were logged after it" if one.minutes else ""
    return f"{what}: ended on {one.last_day}{leaning}."


def _due(found: Progress) -> Iterator[str]:
    for one in found.due:
        yield (
            f"{one.by_when} ({days(one.period)}): {one.happened} {one.cure} ({one.citation}"
            f"{marks(one.doubt)})"
        )


def _loads(case: Experience, found: Progress) -> Iterator[str]:
    for one in found.loads:
        number = f"{one.supervisees} supervisee" + ("" if one.supervisees == 1 else "s")
        most = (
            f" of at most {one.at_most}{marks(one.doubt)}"
            if one.at_most is not None
            else "; this pack names no maximum"
        )
        yield f"{name_in(case, one.supervisor)}: {number}{most}."
