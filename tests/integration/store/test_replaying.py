"""What gave up is put back in line, all of it, however much it is."""

from tests.integration.store.practice import CEDAR, EHR, NOW, session_key

from witnessmark.application.acts import Act
from witnessmark.application.replaying import replay
from witnessmark.domain.actors import OPERATOR, Action, Role
from witnessmark.ports.deliveries import DeliveryState, Settled
from witnessmark.store.work import SqlStore

MANY = 1001


def test_everything_that_gave_up_is_replayed_however_much_it_is(store: SqlStore) -> None:
    act = Act(OPERATOR, NOW, {Role.OPERATOR: frozenset({Action.SYNC})})
    with store.change(CEDAR) as work:
        work.deliveries.want({session_key(f"s{number}"): 1 for number in range(MANY)})
        for row in work.deliveries.listed(limit=MANY):
            work.deliveries.resolve(row, Settled(DeliveryState.QUARANTINED, "no"), now=NOW)
        assert len(replay(work, "all", act=act)) == MANY
        assert set(work.deliveries.counts(EHR)) == {("session", DeliveryState.OPEN, "replayed")}
