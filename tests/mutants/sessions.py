"""Cosmic-ray's sessions: one of all mutants, a seeded sample of it, a part for each worker."""

from __future__ import annotations

import ast
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SESSION = "mutants.sqlite"

_ALL = """
    select job_id, module_path, operator_name, start_pos_row, start_pos_col from mutation_specs
    order by module_path, start_pos_row, start_pos_col, operator_name, operator_args, occurrence
"""
_DONE = """
    select module_path, operator_name, start_pos_row, diff,
        test_outcome, worker_outcome, output from work_results
    join mutation_specs using (job_id) order by module_path, start_pos_row, operator_name
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutant that was tried. `lived`: no test noticed it."""

    module: str
    operator: str
    line: int
    diff: str
    lived: bool

    @property
    def change(self) -> tuple[str, str]:
        """The line before and after."""
        lines = self.diff.splitlines()
        before = (one[1:].strip() for one in lines if one.startswith("-") and one[:2] != "--")
        after = (one[1:].strip() for one in lines if one.startswith("+") and one[:2] != "++")
        return next(before, ""), next(after, "(left out)")


def sample(folder: Path, *, number: int, seed: int) -> tuple[Sequence[str], int]:
    """Return the jobs to do, chosen by the seed, and how many there are in all.

    Annotations are left out: they are never run, so no test could notice.
    """
    with closing(sqlite3.connect(folder / SESSION)) as session:
        rows = session.execute(_ALL).fetchall()
    annotated = {path: _annotations(folder / path) for path in {row[1] for row in rows}}
    jobs = [job for job, path, _, row, column in rows if not _inside(annotated[path], row, column)]
    chosen = random.Random(seed).sample(jobs, min(number, len(jobs)))  # noqa: S311 - a sample
    return chosen, len(jobs)


def share(session: Path, jobs: Sequence[str], folder: Path) -> None:
    """Copy a session into a worker's folder, with these jobs alone."""
    if session != folder / SESSION:
        shutil.copy(session, folder / SESSION)
    with closing(sqlite3.connect(folder / SESSION)) as mine, mine:
        mine.execute("create temp table kept (job_id text)")
        mine.executemany("insert into kept values (?)", [(job,) for job in jobs])
        for table in ("mutation_specs", "work_items"):
            mine.execute(f"delete from {table} where job_id not in (select job_id from kept)")  # noqa: S608 - our own names


def tried(folder: Path) -> Iterator[Mutant]:
    """Yield what became of a worker's mutants."""
    with closing(sqlite3.connect(folder / SESSION)) as session:
        rows = session.execute(_DONE).fetchall()
    for module, operator, line, diff, tests, worker, output in rows:
        if str(worker).upper() != "NORMAL":
            raise RuntimeError(f"{module}:{line} {operator} was not tried: {output}")
        yield Mutant(module, operator, line, diff or "", lived=str(tests).upper() == "SURVIVED")


def _annotations(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append(node.returns)
    return [
        ((one.lineno, one.col_offset), (one.end_lineno or one.lineno, one.end_col_offset or 0))
        for one in found
    ]


def _inside(
    spans: Sequence[tuple[tuple[int, int], tuple[int, int]]], row: int, column: int
) -> bool:
    return any(first <= (row, column) < last for first, last in spans)
