"""Writes a page for every pack that ships, and one for the kinds of rules.

`python -m witnessmark.cli.pack_pages docs/packs` does it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from witnessmark.application.rule_packs import read_pack, shipped
from witnessmark.rules import reference
from witnessmark.rules.pages import pages


def rendered() -> Mapping[str, str]:
    """Return the text of every page of `docs/packs` by its name."""
    packs = (read_pack(path).value for path in shipped().values())
    return {**pages(packs), "kinds.md": reference.render()}


def main() -> None:
    """Write every page into the folder that is named, and remove those of packs that are gone."""
    folder, written = Path(sys.argv[1]), rendered()
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("*.md"):
        if page.name not in written:
            page.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
