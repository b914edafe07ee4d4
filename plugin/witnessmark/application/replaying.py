"""Puts deliveries that gave up back in line, and settles conflicts as a person decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from witnessmark.application.acts import Act
from witnessmark.application.configuring import in_force
from witnessmark.application.conflicts import is_signed
from witnessmark.application.connecting import Context, agree_now, read_offer
from witnessmark.application.explaining import record_key
from witnessmark.application.records import load_records
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import ObjectKind, Projection
from witnessmark.errors import DomainError, UnknownRecordError
from witnessmark.ports.deliveries import LOOKED_AT, Delivery, DeliveryState, Settled, Trouble
from witnessmark.ports.host import Connection, Driver, HostAdapter
from witnessmark.ports.records import Receipt, Record, RecordKey
from witnessmark.ports.store import Work

REPLAYABLE = frozenset({DeliveryState.QUARANTINED, DeliveryState.OPEN})


class Keep(StrEnum):
    """Whose version of a record stays in the EHR."""

    OURS = "ours"
    THEIRS = "theirs"


def replay(work: Work, text: str, *, act: Act) -> tuple[Delivery, ...]:
    """Open `kind/id`, or everything quarantined when the text is `all`; return the rows opened.

    Raises DomainError for a record in conflict: that takes `decide_conflict`.
    """
    act.permit(Action.SYNC)
    rows = _quarantined(work) if text == "all" else _replayable(work, record_key(text))
    for row in rows:
        # What was only to be looked at still is: a write might go over what a person decided.
        trouble = row.trouble if row.trouble in LOOKED_AT else Trouble.NONE
        again = Settled(DeliveryState.OPEN, "replayed", trouble=trouble)
        work.deliveries.resolve(row, again, now=act.at)
        act.write_down(work, "delivery_replayed", row.key, connection=row.connection)
    return rows


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose version of `kind/id` stays there; `connection` empty: where alone it differs."""

    record: str
    keep: Keep
    connection: str = ""


def decide_conflict(
    context: Context, driver: Driver, decision: Decision, *, act: Act
) -> tuple[Delivery, ...]:
    """Settle the conflict of a record as a person decided; return the row as it was.

    What stands in the EHR is looked up first, so that nothing but what was decided on is written
    over: a later change there is a new conflict. Raises HostError, DomainError.
    """
    act.permit(Action.SYNC)
    with context.store.look(context.clinic) as work:
        disputes = [_dispute(context, work, row) for row in _in_conflict(work, decision)]
    settled = [(one.row, one.settled(one.standing(driver), decision.keep)) for one in disputes]
    with context.store.change(context.clinic) as work:
        for row, outcome in settled:
            if work.deliveries.get(row.connection, row.key) != row:
                raise DomainError(
                    "conflict_moved", f"{row.key} was changed meanwhile.", "Look again, and decide."
                )
            work.deliveries.resolve(row, outcome, now=act.at)
            act.write_down(
                work,
                "conflict_decided",
                row.key,
                connection=row.connection,
                keep=decision.keep.value,
            )
    return tuple(row for row, _ in settled)


@dataclass(frozen=True, slots=True)
class _Dispute:
    """One record that differs in one host. `known` is what we left there."""

    row: Delivery
    link: Connection
    adapter: HostAdapter
    how: Projection
    record: Record
    known: Receipt

    def standing(self, driver: Driver) -> Receipt:
        """Return what stands there now; what is kept here is not looked for."""
        if self.how is Projection.LOCAL:
            return self.known
        call = self.adapter.find(self.record, self.how)
        return driver.run(call, on=self.link, operation=f"find {self.row.key}") or ()

    def settled(self, found: Receipt, keep: Keep) -> Settled:
        """Return how the row stands after the decision. Raises DomainError for what is signed."""
        left = {part.role: part for part in self.known}
        there = {part.role: part for part in found}
        if keep is Keep.THEIRS:
            what = "the EHR's change was kept" if found else "removed in the EHR, left so"
            # What is gone stays in the receipt: no newer version makes it again behind anyone's
            # back. Credentials stand in the EHR's own entry, which is seen again without them.
            gone = {
                role: replace(part, ours=False)
                for role, part in left.items()
                if self.row.key.kind is not ObjectKind.CREDENTIALS
            }
            kept = {
                role: replace(part, ours=role in left and part.digest == left[role].digest)
                for role, part in there.items()
            }
            receipt = tuple((gone | kept).values())
            return Settled(
                DeliveryState.DONE,
                f"{what}, as a person decided",
                receipt=receipt,
                trouble=Trouble.GONE if left.keys() - there.keys() else Trouble.NONE,
            )
        altered = any(part.role in left and part.digest != left[part.role].digest for part in found)
        if altered and is_signed(self.record, self.row):
            raise DomainError(
                "never_rewritten",
                f"{self.row.key} was altered in the EHR, and a person's word is never rewritten.",
                "Remove the altered copy in the EHR and decide again, or say --keep theirs.",
            )
        what = "written again over the EHR's change" if found else "created again in the EHR"
        return Settled(DeliveryState.OPEN, f"{what}, as a person decided", receipt=found)


def _dispute(context: Context, work: Work, row: Delivery) -> _Dispute:
    stored = work.connections.get(row.connection)
    link = in_force(work, context.manifest, stored.connection)
    offer = read_offer(stored.offer)
    agreed = agree_now(context, link, offer)
    (loaded,) = load_records(work, row.connection, [row])
    if loaded.record is None:
        raise UnknownRecordError(row.key.kind.value, row.key.id)
    return _Dispute(
        row=row,
        link=link,
        adapter=context.adapter_under(link, offer, agreed),
        how=agreed.chosen[row.key.kind].projection,
        record=loaded.record,
        known=loaded.known or (),
    )


def _in_conflict(work: Work, decision: Decision) -> tuple[Delivery, ...]:
    key, connection = record_key(decision.record), decision.connection or None
    rows = work.deliveries.listed(key=key, connection=connection, states=[DeliveryState.CONFLICT])
    if len(rows) > 1:
        raise DomainError(
            "which_connection",
            f"{key} differs in several EHRs.",
            f"Name one with --connection: {', '.join(sorted(row.connection for row in rows))}.",
        )
    if not rows:
        raise DomainError(
            "nothing_to_decide", f"{key} is in no conflict.", "Say it without --keep."
        )
    return rows


def _quarantined(work: Work) -> tuple[Delivery, ...]:
    everything = sum(
        number
        for stored in work.connections.all()
        for number in work.deliveries.counts(stored.connection.id).values()
    )
    return work.deliveries.listed(states=[DeliveryState.QUARANTINED], limit=everything)


def _replayable(work: Work, key: RecordKey) -> tuple[Delivery, ...]:
    listed = work.deliveries.listed(key=key)
    if any(row.state is DeliveryState.CONFLICT for row in listed):
        raise DomainError(
            "conflict_undecided",
            f"{key} was changed in the EHR, so a person decides.",
            "Say --keep ours to write ours over it at the next sync,"
            " or --keep theirs to leave the EHR's as it is.",
        )
    rows = tuple(row for row in listed if row.state in REPLAYABLE)
    if not rows:
        raise DomainError(
            "nothing_to_replay",
            f"{key} is not quarantined and waits for no other attempt.",
            "Run `witnessmark delivery list` to see what is.",
        )
    return rows
