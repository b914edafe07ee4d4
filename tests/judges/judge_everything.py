"""All judges over everything emitted: `python -m tests.judges.judge_everything FILE.ndjson...`.

Exit 0: no error. 1: an error. 2: a judge or a file is missing, or there is nothing to judge.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.judges.home import JudgesMissingError, installed
from tests.judges.panel import JUDGES, Fault, JudgeFailedError, panel


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge every distinct resource of the files and print a table, then each error."""
    parser = argparse.ArgumentParser(prog="judge_everything", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.ndjson|FOLDER")
    parser.add_argument("--definitions", type=Path, help="our CodeSystem and Questionnaires")
    options = parser.parse_args(arguments)
    try:
        resources = distinct(options.files)
        if not resources:
            sys.stderr.write("cannot judge: no resource in the files\n")
            return 2
        faults = _judge(installed(), options.definitions, resources)
    except (JudgesMissingError, JudgeFailedError, OSError, ValueError) as error:
        sys.stderr.write(f"cannot judge: {error}\n")
        return 2
    sys.stdout.write("\n".join(_report(resources, faults)) + "\n")
    return 1 if faults else 0


def distinct(files: Iterable[Path]) -> list[dict[str, object]]:
    """Read the resources of NDJSON files, and of folders of JSON files, each once."""
    lines = (line for file in files for line in _texts(file) if line.strip())
    unique = {json.dumps(json.loads(line), sort_keys=True) for line in lines}
    return [json.loads(text) for text in sorted(unique)]


def _texts(place: Path) -> Iterable[str]:
    if place.is_dir():
        return (file.read_text("utf-8") for file in sorted(place.rglob("*.json")))
    return place.read_text("utf-8").splitlines()


def _judge(
    home: Path, definitions: Path | None, resources: Sequence[Mapping[str, object]]
) -> list[tuple[str, Fault]]:
    with panel(home, definitions) as judges:
        return [
            (str(resource.get("resourceType")), fault)
            for resource in resources
            for fault in judges.faults(resource)
        ]


def _report(
    resources: Sequence[Mapping[str, object]], faults: Sequence[tuple[str, Fault]]
) -> Iterable[str]:
    judged = Counter(str(resource.get("resourceType")) for resource in resources)
    errors = Counter((kind, fault.judge) for kind, fault in faults)
    yield f"{'judged':<24}{'resources':>10}" + "".join(f"{judge:>16}" for judge in JUDGES)
    for kind, count in sorted(judged.items()):
        yield f"{kind:<24}{count:>10}" + "".join(f"{errors[kind, judge]:>16}" for judge in JUDGES)
    for (kind, fault), times in Counter(faults).items():
        yield f"{fault.judge}: {kind} {fault.path}: {fault.message} ({times}x)"
    yield f"{len(resources)} distinct resources, {len(faults)} errors"


if __name__ == "__main__":
    sys.exit(main())
