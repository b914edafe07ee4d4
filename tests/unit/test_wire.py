"""JSON over the wire: decimals keep their text, whatever is not a JSON object is unreadable."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from witnessmark.errors import UnreadableAnswerError
from witnessmark.wire import DecimalText, Request, Response, read_json, write_json

DECIMALS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20}|(\.[0-9]{1,20})?[eE][+-]?[0-9]{1,3})", fullmatch=True
)


def answer(body: bytes, **headers: str) -> Response:
    return Response(200, headers, body)


@given(DECIMALS)
def test_a_decimal_keeps_every_byte_it_was_written_with(text: str) -> None:
    body = f'{{"a":{{"b":[{text},{text}]}},"c":{text}}}'.encode()
    value = read_json(answer(body))
    assert value["c"] == DecimalText(text)
    assert write_json(value) == body


def test_text_that_looks_like_a_marked_decimal_stays_text() -> None:
    body = b'{"\\u00001\\u0000":"\\u0000true\\u0000"}'
    assert write_json(read_json(answer(body))) == body


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()))
def test_what_is_no_decimal_is_written_as_json_writes_it(value: dict[str, object]) -> None:
    assert json.loads(write_json(value)) == value
    assert read_json(answer(write_json(value))) == value


def test_a_fraction_is_not_rounded_and_not_shortened() -> None:
    value = read_json(answer(b'{"hours":812.50,"long":0.1000000000000000000000001}'))
    assert value == {
        "hours": DecimalText("812.50"),
        "long": DecimalText("0.1000000000000000000000001"),
    }


@pytest.mark.parametrize(
    "body",
    [b"<html>Not here</html>", b"", b"[1]", b'"text"', b"\xff{}", b'{"a":NaN}', b"[" * 100_000],
)
def test_what_is_no_json_object_is_unreadable_and_the_error_holds_none_of_it(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError) as refusal:
        read_json(
            answer(body, **{"content-type": "text/html; charset=utf-8", "x-request-id": "r7"})
        )
    assert refusal.value.request_id == "r7"
    assert "Not here" not in str(refusal.value)


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError):
        write_json({"when": object()})


def test_a_request_writes_unless_its_method_only_reads() -> None:
    assert [Request(method, "/", "op").writes for method in ("GET", "HEAD", "POST", "PUT")] == [
        False,
        False,
        True,
        True,
    ]
