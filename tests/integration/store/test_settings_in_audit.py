"""What is written down when a clinic gives a setting a value."""

from tests.integration.store.practice import CEDAR, NOW
from tests.unit.manifest.example import declared

from witnessmark.application.acts import Act
from witnessmark.application.configuring import set_value
from witnessmark.domain.actors import OPERATOR
from witnessmark.store.work import SqlStore


def test_a_value_is_written_down_and_of_a_secret_not_even_the_reference(store: SqlStore) -> None:
    manifest = declared().value
    act = Act(OPERATOR, NOW, manifest.permission_table())
    with store.change(CEDAR) as work:
        for key, value in (("in_flight", "6"), ("mail_password", "env:MAIL")):
            set_value(work, manifest, key=key, value=value, act=act)
        (plain,) = work.audit.of("setting/in_flight")
        (secret,) = work.audit.of("setting/mail_password")
    assert (dict(plain.detail), dict(secret.detail)) == ({"value": "6"}, {})
