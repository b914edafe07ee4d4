"""Three defects planted in the engine, each of which the model has to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from witnessmark.ports.deliveries import Delivery, Settled
from witnessmark.store.deliveries import SqlDeliveries
from witnessmark.wire import Call, JsonObject
from witnessmark_adapters.fhir_r4 import delivery
from witnessmark_adapters.fhir_r4.client import Client, Query, Standing

Created = Call[tuple[Standing, bool]]


def _create_unconditionally(patch: pytest.MonkeyPatch) -> None:
    plain = Client.create

    def create(self: Client, body: JsonObject, **_condition: Query) -> Created:
        return plain(self, body)

    patch.setattr(Client, "create", create)


def _ignore_what_a_person_changed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(delivery, "check_ours", lambda *_: None)


def _keep_no_receipt(patch: pytest.MonkeyPatch) -> None:
    plain = SqlDeliveries.settle

    def settle(self: SqlDeliveries, claimed: Delivery, outcome: Settled, *, now: datetime) -> bool:
        return plain(self, claimed, replace(outcome, receipt=None), now=now)

    patch.setattr(SqlDeliveries, "settle", settle)


def _settle_under_any_fence(patch: pytest.MonkeyPatch) -> None:
    def settle(self: SqlDeliveries, claimed: Delivery, outcome: Settled, *, now: datetime) -> bool:
        self.resolve(claimed, outcome, now=now)
        return True

    patch.setattr(SqlDeliveries, "settle", settle)


DEFECTS: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "what is created is not created once": _create_unconditionally,
    "what a person changed is written over": _ignore_what_a_person_changed,
    "a delivery is settled without its receipt": _keep_no_receipt,
    "a delivery is settled whatever its fence": _settle_under_any_fence,
}
