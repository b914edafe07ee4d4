"""Puts deliveries that gave up, or that wait for a decision, back in line."""

from __future__ import annotations

from witnessmark.application.acts import Act
from witnessmark.application.explaining import record_key
from witnessmark.domain.actors import Action
from witnessmark.errors import DomainError
from witnessmark.ports.deliveries import Delivery, DeliveryState, Settled
from witnessmark.ports.store import Work

REPLAYABLE = frozenset({DeliveryState.QUARANTINED, DeliveryState.CONFLICT, DeliveryState.OPEN})


def replay(work: Work, text: str, *, act: Act) -> tuple[Delivery, ...]:
    """Open `kind/id`, or everything quarantined when the text is `all`; return the rows opened."""
    act.permit(Action.SYNC)
    if text == "all":
        rows = work.deliveries.listed(states=[DeliveryState.QUARANTINED])
    else:
        key = record_key(text)
        rows = tuple(row for row in work.deliveries.listed(key=key) if row.state in REPLAYABLE)
        if not rows:
            raise DomainError(
                "nothing_to_replay",
                f"{text} is not quarantined, in conflict or waiting for another attempt.",
                "Run `witnessmark delivery list` to see what is.",
            )
    for row in rows:
        work.deliveries.resolve(row, Settled(DeliveryState.OPEN, "replayed"), now=act.at)
        act.write_down(work, "delivery_replayed", row.key, connection=row.connection)
    return rows
