"""`witnessmark audit`: verifies the chain."""

from __future__ import annotations

from cyclopts import App

from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.domain.actors import Action

app = App(name="audit", help_format="plaintext")


@app.command
def verify(*, anchor: str = "", everywhere: Everywhere = EVERYWHERE) -> int:
    """Recompute the audit chain: an edited, missing or reordered entry is named.

    Keep the head it prints somewhere else: only with it can a cut-off end be seen.

    Parameters
    ----------
    anchor
        A head printed earlier.

    """

    def work(desk: Desk) -> int:
        desk.act().permit(Action.AUDIT)
        with desk.context.store.look(desk.clinic.id) as store, desk.talk.progress("reading"):
            verdict = store.audit.verify(anchor or None)
        colour = "green" if verdict.intact else "red"
        desk.talk.say(verdict.what, style=colour)
        desk.talk.say(f"{verdict.entries} entries, head {verdict.head}")
        desk.talk.result(verdict)
        return int(Exit.OK if verdict.intact else Exit.FINDINGS)

    return at_desk(everywhere, work)
