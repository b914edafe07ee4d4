"""`python -m tests.soak --host HOST`: prints one table of counts; exits 1 when one is not right."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.soak.hosts import HOSTS
from tests.soak.soak import Wish, soaking
from tests.soak.table import table_of

CONSOLE = Console(highlight=False, width=120)


def main() -> int:
    """Read what is wished, do it, print the counts."""
    told = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    told.add_argument("--host", choices=sorted(HOSTS), required=True)
    for name, kind in (("kills", int), ("lost", float), ("seed", int), ("records", int)):
        told.add_argument(f"--{name}", type=kind, default=Wish.__dataclass_fields__[name].default)
    wish = Wish(**vars(told.parse_args()))
    with tempfile.TemporaryDirectory(prefix="witnessmark-soak-") as name:
        with soaking(wish, Path(name)) as (soak, base_url):
            soak.say = lambda line: CONSOLE.print(line, style="dim")
            found = soak.run(base_url)
        table, wrong = table_of(soak, found)
    CONSOLE.print(table)
    for one in wrong:
        CONSOLE.print(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
