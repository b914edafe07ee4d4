"""`witnessmark import`: reads a case file, or CSV as a clinic keeps it; undoes an import."""

from __future__ import annotations

from cyclopts import App

app = App(name="import", help_format="plaintext")


@app.default
def import_file(file: str) -> int:
    """Import."""
    print(file)
    return 5


@app.command
def undo(batch: str) -> int:
    """Undo."""
    print("undo", batch)
    return 6
