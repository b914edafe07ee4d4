"""Whether it is the host that is unwell or a record that is at fault, as one pass can tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from witnessmark.application.records import Loaded
from witnessmark.errors import RefusedError, TryLaterError, WitnessmarkError
from witnessmark.ports.deliveries import DeliveryState, Settled
from witnessmark.ports.records import Receipt, RecordKey
from witnessmark.sync.outcomes import speaks_of_the_host


@dataclass(slots=True)
class Health:
    """Counts a host's failures in a row: one success, and they are forgotten.

    A refusal gives no record up before the host has shown in the same pass that it takes others:
    `suspects` wait for that, `went_well` is what it took last. Once it `is_sure`, they are tried
    again, and what is refused then is the record's own fault. A suspect that is `worn_out` does
    not wait for ever: what was taken in an earlier pass speaks for the host then.
    """

    enough: int
    in_a_row: int = 0
    went_well: tuple[Loaded, Receipt] | None = None
    is_sure: bool = False
    worn_out: bool = False
    refused_too_long: bool = False
    suspects: set[RecordKey] = field(default_factory=set)

    def took(self, loaded: Loaded, receipt: Receipt | None) -> None:
        """Note a success; one without a receipt says nothing of the host."""
        if receipt is not None:
            self.in_a_row = 0
            self.went_well = (loaded, receipt)

    def says_enough(self, error: WitnessmarkError) -> bool:
        """Whether this failure makes it as many in a row as end a pass."""
        is_the_records = self.is_sure and isinstance(error, RefusedError)
        self.in_a_row += speaks_of_the_host(error) and not is_the_records
        return self.in_a_row >= self.enough

    def doubts(self, error: WitnessmarkError, settled: Settled, *, is_worn_out: bool) -> bool:
        """Whether a record is not to be given up yet; it is a suspect then."""
        if self.is_sure or settled.state is not DeliveryState.QUARANTINED:
            return False
        is_refused = isinstance(error, RefusedError)
        self.worn_out |= is_worn_out
        self.refused_too_long |= is_worn_out and is_refused
        return is_refused or isinstance(error, TryLaterError)
