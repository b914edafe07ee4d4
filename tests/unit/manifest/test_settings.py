"""A clinic's values are read by the manifest's definitions; without one the default holds."""

from __future__ import annotations

import pytest

from tests.unit.manifest.example import declared
from witnessmark.errors import DomainError


def test_the_default_holds_until_the_clinic_gives_a_value() -> None:
    manifest = declared().value
    assert manifest.values({}).integer("in_flight") == 4
    assert manifest.values({"in_flight": "6"}).integer("in_flight") == 6
    assert manifest.values({"trial": "true"}).boolean("trial") is True
    assert manifest.values({}).value("order") == "day"
    assert manifest.values({}).value("mail_password") is None


def test_a_changed_default_is_what_holds() -> None:
    manifest = declared(("default: 4", "default: 5")).value
    assert manifest.values({}).integer("in_flight") == 5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("in_flight", "9"),
        ("in_flight", "0"),
        ("in_flight", "many"),
        ("in_flight", "1.5"),
        ("trial", "yes"),
        ("order", "year"),
        ("mail_password", "hunter2"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_never_repeated(key: str, value: str) -> None:
    with pytest.raises(DomainError) as caught:
        declared().value.setting(key).read(value)
    assert caught.value.code == "wrong_setting_value"
    assert value not in str(caught.value).split()


def test_a_secret_is_given_as_a_reference() -> None:
    assert declared().value.setting("mail_password").read("env:MAIL") == "env:MAIL"


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(DomainError, match="Did you mean `in_flight`"):
        declared().value.setting("inflight")


def test_a_setting_read_as_another_type_is_the_programmer_s_mistake() -> None:
    with pytest.raises(TypeError):
        declared().value.values({}).integer("trial")
    with pytest.raises(TypeError):
        declared().value.values({}).boolean("in_flight")
