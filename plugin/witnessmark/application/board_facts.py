"""Whether what a file says of boards and of corrected weeks holds together. Looks up no name."""

from __future__ import annotations

from collections.abc import Iterator

from witnessmark.application.case_contents import AttestationFact, CaseContents, Known
from witnessmark.errors import Problem


def broken_board_facts(contents: CaseContents, known: Known) -> Iterator[Problem]:
    """Return what is wrong with candidacies, forms and entries as they were signed."""
    yield from _candidacies(contents, known)
    for number, form in enumerate(contents.forms):
        if form.supervisee is None and form.supervisor is None:
            message = "This form is about nobody."
            mend = "Name its supervisee, its supervisor, or both."
            yield Problem("form_of_nobody", f"forms[{number}]", message, mend)
    for number, fact in enumerate(contents.attestations):
        yield from _signed_entries(fact, f"attestations[{number}].signed_entries")


def _candidacies(contents: CaseContents, known: Known) -> Iterator[Problem]:
    ways = dict(known.candidacies)
    for number, one in enumerate(contents.candidacies):
        here = f"candidacies[{number}]"
        if ways.setdefault((one.person, one.pack), one.id) != one.id:
            message = (
                f"{one.person!r} goes for {one.pack!r} already, as {ways[one.person, one.pack]!r}."
            )
            yield Problem("candidacy_twice", here, message, "Keep one, with all its days.")
        said = [each.milestone for each in one.reached]
        for at, milestone in enumerate(said):
            if milestone in said[:at]:
                message = f"{milestone.value!r} was reached once only."
                path = f"{here}.reached[{at}]"
                yield Problem("milestone_twice", path, message, "Keep the right day.")


def _signed_entries(fact: AttestationFact, path: str) -> Iterator[Problem]:
    seen = set()
    for at, entry in enumerate(fact.signed_entries):
        if entry.id in seen:
            message = f"The id {entry.id!r} stands twice among the entries that were signed."
            yield Problem("id_twice", f"{path}[{at}].id", message, "Give it its own id.")
        seen.add(entry.id)
        said = (entry.supervisee, entry.setting, entry.supervisor)
        if said != (fact.supervisee, fact.setting, fact.supervisor):
            message = "It is of another supervisee, setting or supervisor than the attestation."
            mend = "Give the entries that this supervisor signed in this week, as they were then."
            yield Problem("signed_entry_elsewhere", f"{path}[{at}]", message, mend)
        if not 0 <= (entry.day - fact.week_of).days < _DAYS:
            message = f"{entry.day} is not in the week of {fact.week_of}."
            yield Problem(
                "signed_entry_elsewhere", f"{path}[{at}].day", message, "Correct the day."
            )


_DAYS = 7
