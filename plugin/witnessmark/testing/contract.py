"""What every adapter must keep to against a host, under either driver.

Subclass AdapterContract in a test module and give it a `host` fixture.
"""

from __future__ import annotations

from witnessmark.testing.contract_changes import ChangesContract
from witnessmark.testing.contract_delivery import DeliveryContract
from witnessmark.testing.contract_events import EventsContract
from witnessmark.testing.contract_faults import FaultsContract
from witnessmark.testing.contract_interruptions import InterruptionsContract


class AdapterContract(
    DeliveryContract, InterruptionsContract, FaultsContract, ChangesContract, EventsContract
):
    """The suite. Each test holds for every kind of record that the adapter says it holds."""
