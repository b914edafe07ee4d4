"""`witnessmark conflicts`: what an EHR did to our copies, who decides, and by which command."""

from __future__ import annotations

from dataclasses import dataclass

from witnessmark.application.open_questions import Question, open_questions
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk


@dataclass(frozen=True, slots=True)
class ConflictsResult:
    """Every open question, of each connection the oldest first."""

    questions: tuple[Question, ...]


def conflicts(*, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show what was changed, removed, moved or locked in the EHR, and what decides it."""

    def work(desk: Desk) -> int:
        with desk.context.store.look(desk.clinic.id) as store:
            found = open_questions(store, desk.context.manifest, act=desk.act())
        _tell(desk.talk, found)
        desk.talk.result(ConflictsResult(found))
        return int(Exit.FINDINGS if found else Exit.OK)

    return at_desk(everywhere, work)


def _tell(talk: Talk, found: tuple[Question, ...]) -> None:
    if not found:
        talk.say("Nothing to decide: no EHR holds anything of ours otherwise than it was left.")
        return
    for one in found:
        since = f", since {one.since:%Y-%m-%d %H:%M}Z" if one.since else ""
        talk.say(f"{one.record} in {one.connection}: {one.kind}{since}", style="bold")
        talk.say(f"  here: {one.ours}. There: {one.there}.")
        if one.differs:
            talk.say(f"  differs in: {', '.join(one.differs)}")
        talk.say(f"  {', '.join(one.decides)} may decide: {one.command}")
        if one.instead:
            talk.say(f"  or: {one.instead}")
        talk.say(f"  {one.choice}")
