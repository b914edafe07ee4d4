"""Asks a person, at a terminal, what a sheet's headings and dates mean."""

from __future__ import annotations

import sys
from dataclasses import replace

from rich.prompt import Confirm, Prompt
from rich.text import Text

from witnessmark.cli.talk import Talk
from witnessmark.surfaces.intake.csv_columns import Answers, Layout, open_questions
from witnessmark.surfaces.intake.csv_dates import DateOrder
from witnessmark.surfaces.intake.csv_table import Table


def may_ask(talk: Talk) -> bool:
    """Whether somebody is there to answer."""
    return not talk.machine and sys.stdin.isatty() and talk.console.is_terminal


def confirmed(talk: Talk, question: str) -> bool:
    """Ask yes or no; no is what an empty answer means."""
    return Confirm.ask(_asked(question), console=talk.console, default=False)


def answered(talk: Talk, table: Table, layout: Layout, *, answers: Answers) -> Answers:
    """Ask until the sheet is clear. Without a terminal nothing is asked and answers come back."""
    while may_ask(talk) and (questions := open_questions(table, layout, answers)):
        if questions.dates:
            asked = _asked(f"Is {questions.dates[0]} day first or month first?")
            order = Prompt.ask(asked, choices=[*DateOrder], console=talk.console)
            answers = replace(answers, date_order=DateOrder(order))
            continue
        name, headings = _open(questions.missing, questions.doubtful, questions.unused)
        asked = _asked(f"Which column is {name}?")
        heading = Prompt.ask(asked, choices=headings, console=talk.console)
        answers = replace(answers, columns={**answers.columns, heading: name.split()[0]})
    return answers


def _asked(question: str) -> Text:
    """Return a question as text: a heading in it is never markup."""
    return Text(question, style="prompt")


def _open(
    missing: tuple[str, ...], doubtful: object, unused: tuple[str, ...]
) -> tuple[str, list[str]]:
    if isinstance(doubtful, dict) and doubtful:
        name = next(iter(doubtful))
        return name, list(doubtful[name])
    return missing[0], list(unused)
