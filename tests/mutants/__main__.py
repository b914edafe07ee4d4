"""`uv run python -m tests.mutants`: mutates a copy of the rules and tells what no test noticed.

uv brings cosmic-ray; it takes up to 45 minutes and is no part of CI.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from py_compile import PycInvalidationMode

from rich.console import Console

from tests.mutants.sessions import SESSION, sample, share, tried
from tests.mutants.table import page

CONSOLE = Console(highlight=False, width=120)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mutants.md"
RULES = "plugin/witnessmark/rules"
LOADERS = ("checking", "describing", "naming", "pages", "reference", "schema", "words")
"""What reads packs and shows them; all the rest of the rules is mutated."""

COSMIC_RAY = "cosmic-ray==8.7.0"
WORKERS = 2
SEED = 5
LIMIT = 45 * 60
TESTS = "tests/unit/rules -x -q -p no:randomly -p no:cacheprovider"
LEFT_OUT = (".*", "__pycache__", "*.sqlite")


def main() -> int:
    """Run it; 1 where fewer than 85 % were noticed."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("--mutants", type=int, default=600)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--page", type=Path, default=PAGE)
    given = asked.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prog := "witnessmark-mutants-") as folder:
        copies = [_copied(Path(folder) / f"{prog}{number}") for number in range(WORKERS)]
        spent = _baseline(copies[0])
        if _cosmic_ray(copies[0], "init", "mutants.toml", SESSION).wait():
            return 2
        jobs, there = sample(copies[0], number=given.mutants, seed=given.seed)
        for number, copy in reversed(list(enumerate(copies))):
            share(copies[0] / SESSION, jobs[number::WORKERS], copy)
        _execute(copies, until=started + LIMIT)
        mutants = [mutant for copy in copies for mutant in tried(copy)]
    old = given.page.read_text(encoding="utf-8") if given.page.exists() else ""
    text, score = page(mutants, there=there, seed=given.seed, old=old)
    given.page.write_text(text, encoding="utf-8")
    minutes = (time.monotonic() - started) / 60
    CONSOLE.print(
        f"{len(mutants)} of {there} mutants, {score}% noticed, in {minutes:.1f} min"
        f" (tests alone: {spent:.1f} s); {given.page}"
    )
    return 0 if score >= 85 else 1


def _copied(folder: Path) -> Path:
    """Copy the tree, compiled so that a mutated file is never taken for the one before it."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for part in ("plugin", "adapters", "tests"):
        compileall.compile_dir(
            folder / part, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )
    return folder


def _baseline(folder: Path) -> float:
    """Run the tests unmutated, which sets the time limit of a mutant."""
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *TESTS.split()]
    done = subprocess.run(  # noqa: S603 - this program's own words
        command, cwd=folder, env=_surroundings(folder), check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the tests fail before anything is mutated:\n{done.stdout[-2000:]}")
    spent = time.monotonic() - started
    for number in range(WORKERS):
        copy = folder.with_name(f"{folder.name[:-1]}{number}")
        excluded = [f"{RULES}/{name}.py" for name in LOADERS] + [f"{RULES}/**/__init__.py"]
        listed = ", ".join(f'"{one}"' for one in excluded)
        (copy / "mutants.toml").write_text(
            f'[cosmic-ray]\nmodule-path = ["{RULES}"]\ntimeout = {3 * spent + 5:.1f}\n'
            f"excluded-modules = [{listed}]\n"
            f'test-command = "{sys.executable} -m pytest {TESTS}"\n'
            '[cosmic-ray.distributor]\nname = "local"\n',
            encoding="utf-8",
        )
    return spent


def _execute(copies: Sequence[Path], *, until: float) -> None:
    """Let every worker do its part; what is not done by then is left undone."""
    running = [_cosmic_ray(copy, "exec", "mutants.toml", SESSION) for copy in copies]
    for process in running:
        try:
            process.wait(max(1.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()


def _cosmic_ray(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    uv = os.environ["UV"]  # set by `uv run`
    command = [uv, "run", "--no-project", "--python", sys.executable, "--with", COSMIC_RAY]
    return subprocess.Popen(  # noqa: S603 - this program's own words
        [*command, "cosmic-ray", *words], cwd=folder, env=_surroundings(folder)
    )


def _surroundings(folder: Path) -> dict[str, str]:
    """Return an environment in which the copy stands before the installed tree."""
    path = os.pathsep.join(str(folder / part) for part in ("plugin", "adapters"))
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    sys.exit(main())
