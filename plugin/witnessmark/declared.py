"""Strict YAML or JSON -> pydantic model, with every problem named by path and line at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from witnessmark.errors import DeclarationError, Problem

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]

MAX_BYTES = 20_000_000
"""A declared file larger than this is refused unread."""


@dataclass(frozen=True, slots=True)
class Declared(Generic[M]):
    """A model and the file it came from, so that later checks can name lines too."""

    value: M
    file: str
    lines: Mapping[Path_, int]

    def problem(self, code: str, path: Path_, *, message: str, mend: str) -> Problem:
        """Return a problem at `path`, at the nearest line known."""
        line = _nearest_line(self.lines, path)
        return Problem(code, dotted(path), message, mend, file=self.file, line=line)


def load(path: Path, model: type[M]) -> Declared[M]:
    """Read a declared file. Raises DeclarationError with all its problems at once."""
    try:
        text = read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        message, mend = "The file is not UTF-8 text.", "Save it as UTF-8."
        raise DeclarationError([Problem("not_utf8", "", message, mend, file=str(path))]) from None
    return loads(text, model, file=str(path))


def read_bytes(path: Path) -> bytes:
    """Read a file somebody named. Raises DeclarationError if it is too large or unreadable."""
    try:
        if path.stat().st_size > MAX_BYTES:
            message, mend = f"The file is larger than {MAX_BYTES} bytes.", "Split it."
            raise DeclarationError([Problem("file_too_large", "", message, mend, file=str(path))])
        return path.read_bytes()
    except OSError as error:
        message, mend = f"The file cannot be read: {error.strerror}.", "Check its path and rights."
        problem = Problem("unreadable_file", "", message, mend, file=str(path))
        raise DeclarationError([problem]) from None


def loads(text: str, model: type[M], *, file: str = "<text>") -> Declared[M]:
    """Read a declared text. JSON is read too, being YAML. Raises DeclarationError."""
    lines: dict[Path_, int] = {}
    data = _compose(text, file, lines)
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        raise DeclarationError(
            [
                _model_problem(file, lines, item)
                for item in error.errors(include_url=False, include_input=False)
            ]
        ) from None
    return Declared(value, file, lines)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` for a close miss, else the words there are."""
    words = sorted(known)
    if close := get_close_matches(word, words, n=1):
        return f"did you mean `{close[0]}`?"
    return f"there is {', '.join(words) or 'none'}"


def dotted(path: Path_) -> str:
    """Return `objects.session.projections[1]` for a path of keys and indexes."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _compose(text: str, file: str, lines: dict[Path_, int]) -> object:
    try:
        node = yaml.compose(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "this is not YAML"
        line = mark.line + 1 if mark else None
        problem = Problem(
            "not_yaml", "", f"The file cannot be read: {what}.", "Check the line.", file, line
        )
        raise DeclarationError([problem]) from None
    except RecursionError:
        message, mend = "The file is nested too deeply.", "Check its brackets."
        raise DeclarationError([Problem("too_deep", "", message, mend, file)]) from None
    problems: list[Problem] = []
    value = _value(node, (), lines, problems) if node is not None else {}
    if problems:
        raise DeclarationError([_in_file(problem, file) for problem in problems])
    return value


class _StrictLoader(yaml.SafeLoader):
    """YAML 1.1 minus what surprises people: no aliases, no `on`/`off` booleans, no timestamps."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # stubs lack it
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)


_StrictLoader.yaml_implicit_resolvers = {}
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""]
)


def _value(
    node: yaml.Node, path: Path_, lines: dict[Path_, int], problems: list[Problem]
) -> object:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), lines, problems) for i, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node, path, problems)
    members: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        where = (*path, key)
        if key in members:
            message = f"The key {key!r} stands twice."
            line = key_node.start_mark.line + 1
            problems.append(Problem("key_twice", dotted(where), message, "Keep one.", line=line))
        members[key] = _value(value_node, where, lines, problems)
        lines[where] = key_node.start_mark.line + 1
    return members


def _scalar(node: yaml.Node, path: Path_, problems: list[Problem]) -> object:
    try:
        return _StrictLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        message, line = f"This cannot be read as {node.tag!r}.", node.start_mark.line + 1
        problems.append(
            Problem("bad_tag", dotted(path), message, "Write it without a tag.", line=line)
        )
        return None


def _in_file(problem: Problem, file: str) -> Problem:
    return Problem(problem.code, problem.path, problem.message, problem.mend, file, problem.line)


_MENDS = {
    "extra_forbidden": "Remove it, or check the spelling.",
    "missing": "Add it.",
    "model_type": "Write it as `name: value`.",
    "model_attributes_type": "Write it as `name: value`.",
    "mapping_type": "Write it as `name: value`.",
    "tuple_type": "Write it as a list, even of one.",
    "union_tag_invalid": "Correct the name of the kind.",
    "union_tag_not_found": "Add it.",
}
_IN_PLAIN_WORDS = {
    "extra_forbidden": "Nothing is known by this name",
    "missing": "This is missing",
    "model_type": "Names with values belong here, not a list or a single value",
    "model_attributes_type": "Names with values belong here, not a list or a single value",
    "mapping_type": "Names with values belong here, not a list or a single value",
    "tuple_type": "A list belongs here",
    "union_tag_not_found": "This says which kind it is, and is missing",
}
"""By pydantic's kind of error, where its own words are for programmers."""
_OF_A_KIND = {"union_tag_invalid", "union_tag_not_found"}


def _model_problem(file: str, lines: Mapping[Path_, int], item: Mapping[str, Any]) -> Problem:
    kind = item["type"]
    path = _as_written(lines, item["loc"], missing=kind == "missing")
    mend = _MENDS.get(kind, "Correct the value.")
    message = _IN_PLAIN_WORDS.get(kind, item["msg"])
    if kind in _OF_A_KIND:
        path = (*path, item["ctx"]["discriminator"].strip("'"))
    if kind == "union_tag_invalid":
        tag, known = item["ctx"]["tag"], re.findall(r"'([^']+)'", item["ctx"]["expected_tags"])
        message = f"No kind is called {tag!r}: {nearest(tag, known)}"
    message = message if message.endswith("?") else message.rstrip(".") + "."
    return Problem(kind, dotted(path), message, mend, file, _nearest_line(lines, path))


def _as_written(lines: Mapping[Path_, int], path: Path_, *, missing: bool) -> Path_:
    """Return a path as the file has it: pydantic adds the kind it chose, and `[key]` for a key."""
    found: Path_ = ()
    for number, part in enumerate(path, start=1):
        if (*found, part) in lines or (missing and number == len(path)):
            found = (*found, part)
    return found


def _nearest_line(lines: Mapping[Path_, int], path: Path_) -> int | None:
    for end in range(len(path), -1, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None
