"""What is sealed opens with its key, in its place, unaltered; else it is told."""

import base64
import stat
from pathlib import Path

import pytest

from witnessmark.errors import SecretError, StoreError
from witnessmark.store.seal import AesGcmSeal, key_from, make_key_file, new_key

KEY = bytes(range(32))
SEAL = AesGcmSeal(KEY)
ONE_BYTE_LESS = base64.b64encode(bytes(31)).decode()
PLACE = "cedar|session|s1/1"


def test_what_is_sealed_opens_in_its_place() -> None:
    assert SEAL.open(SEAL.close("said: öß", PLACE), PLACE) == "said: öß"
    assert SEAL.open(SEAL.close("", PLACE), PLACE) == ""


def test_the_same_text_is_never_sealed_alike() -> None:
    assert SEAL.close("said", PLACE) != SEAL.close("said", PLACE)


def test_a_sealed_text_is_a_key_id_a_nonce_the_text_and_a_tag() -> None:
    sealed = SEAL.close("said", PLACE)
    # SHA-256 of the bytes 00 to 1f begins with 63.
    assert sealed[0] == 0x63
    assert len(sealed) == 1 + 12 + 4 + 16


def test_a_mark_tells_a_text_again_in_its_place_alone_and_under_its_key_alone() -> None:
    mark = SEAL.mark("Appointment/1", "cedar|appointment|ehr")
    # HMAC-SHA256 under HKDF-SHA256(key, info="witnessmark/mark"), by OpenSSL.
    assert mark == "eabcbfa8e9c213735b82f2842ad7a8a403bdcc05c5fffe01977b6a5eddb19262"
    others = {
        SEAL.mark("Appointment/2", "cedar|appointment|ehr"),
        SEAL.mark("Appointment/1", "birch|appointment|ehr"),
        SEAL.mark("|Appointment/1", "cedar|appointment|eh"),
        AesGcmSeal(bytes(32)).mark("Appointment/1", "cedar|appointment|ehr"),
    }
    assert len({mark, *others}) == 5
    assert "Appointment" not in mark


@pytest.mark.parametrize("place", ["birch|session|s1/1", "cedar|session|s1/2", "cedar|token|s1/1"])
def test_another_place_does_not_open_it(place: str) -> None:
    with pytest.raises(StoreError, match="altered or moved"):
        SEAL.open(SEAL.close("said", PLACE), place)


@pytest.mark.parametrize("position", [1, 13, -1])
def test_an_altered_byte_does_not_open(position: int) -> None:
    sealed = bytearray(SEAL.close("said", PLACE))
    sealed[position] ^= 1
    with pytest.raises(StoreError, match="altered or moved"):
        SEAL.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 20])
def test_a_cut_off_text_does_not_open(length: int) -> None:
    with pytest.raises(StoreError):
        SEAL.open(SEAL.close("said", PLACE)[:length], PLACE)


def test_another_key_is_told_apart_from_an_altered_text() -> None:
    sealed = SEAL.close("said", PLACE)
    with pytest.raises(StoreError, match="another key"):
        AesGcmSeal(bytes(32)).open(sealed, PLACE)


def test_a_new_key_can_be_read_and_is_another_each_time() -> None:
    assert new_key() != new_key()
    assert len(key_from(f"{new_key()}\n")) == 32


@pytest.mark.parametrize("text", ["", "short", ONE_BYTE_LESS, "ä" * 44])
def test_a_wrong_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SecretError) as refused:
        key_from(text)
    assert str(refused.value) == (
        "The store's key must be 32 bytes in base64. Check the secret's source."
    )


def test_a_key_of_another_length_seals_nothing() -> None:
    with pytest.raises(SecretError):
        AesGcmSeal(b"too short")


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    assert make_key_file(path)
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key_from(text)) == 32
    assert not make_key_file(path)
    assert path.read_text() == text
