"""All five judges at one table: each looks at a resource and says what is wrong with it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.judges.home import HERE, node
from witnessmark_adapters.fhir_r4.mapping import r4

_JAVA: Final = ("java", "-Xmx1g", "-XX:+UseSerialGC")
JUDGES: Final = ("medplum", "npm_fhir", "hl7", "fhir_resources", "own")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing one judge has against a resource."""

    judge: str
    path: str
    message: str


class JudgeFailedError(Exception):
    """A judge's program ended instead of answering; what it said is on stderr."""


class Panel:
    """The judges with their programs running; made by `panel`."""

    def __init__(self, programs: Sequence["subprocess.Popen[str]"]) -> None:
        """Take the running programs; each answers one line for a line."""
        self._programs = programs

    def faults(self, resource: Mapping[str, object]) -> tuple[Fault, ...]:
        """Ask every judge; an empty answer means all five accept."""
        line = json.dumps(resource) + "\n"
        for program in self._programs:  # all are asked before any is heard: they work side by side
            _ask(program, line)
        found = [
            *(
                Fault("own", each.path, f"{each.rule}: {each.message}")
                for each in r4.problems(resource)
            ),
            *(
                Fault("fhir_resources", each.path, each.message)
                for each in r4.model_problems(resource)
            ),
        ]
        for program in self._programs:
            for judge, errors in _hear(program).items():
                found += [Fault(judge, error["path"], error["message"]) for error in errors]
        return tuple(found)


@contextmanager
def panel(home: Path, definitions: Path | None = None) -> Iterator[Panel]:
    """Seat the judges of an install; HL7's is given our published files in `definitions`."""
    jars = f"{home}/lib/*:{home}/classes"
    commands = (
        [str(node(home)), str(HERE / "judge.mjs"), str(home)],
        [*_JAVA, "-cp", jars, "Hl7Judge", *([str(definitions)] if definitions else [])],
    )
    with ExitStack() as stack:
        yield Panel([stack.enter_context(_running(command)) for command in commands])


@contextmanager
def _running(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    pipe = subprocess.PIPE
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(  # noqa: S603 - our own programs and paths
        command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", env=environment
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def _ask(program: "subprocess.Popen[str]", line: str) -> None:
    if program.stdin is None:
        raise JudgeFailedError(program.args)
    program.stdin.write(line)
    program.stdin.flush()


def _hear(program: "subprocess.Popen[str]") -> dict[str, list[dict[str, str]]]:
    answer = program.stdout.readline() if program.stdout else ""
    if not answer:
        raise JudgeFailedError(program.args)
    verdict: dict[str, list[dict[str, str]]] = json.loads(answer)
    return verdict
