"""What gave up is put back in line, all of it, however much it is."""

import pytest
from tests.integration.store.practice import CEDAR, EHR, NOW, session_key

from witnessmark.application.acts import Act
from witnessmark.application.replaying import replay
from witnessmark.domain.actors import OPERATOR, Action, Role
from witnessmark.ports.deliveries import DeliveryState, Settled, Trouble
from witnessmark.store.work import SqlStore

MANY = 1001


def test_everything_that_gave_up_is_replayed_however_much_it_is(store: SqlStore) -> None:
    act = Act(OPERATOR, NOW, {Role.OPERATOR: frozenset({Action.SYNC})})
    with store.change(CEDAR) as work:
        work.deliveries.want({session_key(f"s{number}"): 1 for number in range(MANY)})
        for row in work.deliveries.listed(limit=MANY):
            work.deliveries.resolve(row, Settled(DeliveryState.QUARANTINED, "no"), now=NOW)
        assert len(replay(work, "all", act=act)) == MANY
        assert set(work.deliveries.counts(EHR)) == {
            ("session", DeliveryState.OPEN, "replayed", Trouble.NONE)
        }


@pytest.mark.parametrize("trouble", [Trouble.DOUBTED, Trouble.TWICE, Trouble.REFUSED])
def test_what_was_only_to_be_looked_at_is_not_written_because_of_a_replay(
    store: SqlStore, trouble: Trouble
) -> None:
    act = Act(OPERATOR, NOW, {Role.OPERATOR: frozenset({Action.SYNC})})
    key = session_key("s1")
    with store.change(CEDAR) as work:
        work.deliveries.want({key: 1})
        row = work.deliveries.get(EHR, key)
        assert row is not None
        gave_up = Settled(DeliveryState.QUARANTINED, "no", trouble=trouble)
        work.deliveries.resolve(row, gave_up, now=NOW)
        replay(work, str(key), act=act)
        row = work.deliveries.get(EHR, key)
    expected = Trouble.NONE if trouble is Trouble.REFUSED else trouble
    assert row is not None
    assert (row.state, row.trouble) == (DeliveryState.OPEN, expected)
