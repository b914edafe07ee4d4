"""Local times: one instant, or a question; never a guess."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from witnessmark.domain.ids import SettingId
from witnessmark.domain.settings import Setting
from witnessmark.surfaces.intake.moments import LocalTimeError, instant_in, read_day, read_moment

HARBOUR = Setting(SettingId("harbour"), "Harbour (invented)", "America/Los_Angeles")


def test_a_local_time_is_read_on_the_settings_own_clock() -> None:
    assert instant_in(HARBOUR, read_moment("2026-10-31 17:30")) == datetime(
        2026, 11, 1, 0, 30, tzinfo=UTC
    )
    assert instant_in(HARBOUR, read_moment("2026-11-02 17:30")) == datetime(
        2026, 11, 3, 1, 30, tzinfo=UTC
    )


def test_a_time_the_clock_showed_twice_is_asked_with_both_answers_to_choose_from() -> None:
    with pytest.raises(LocalTimeError, match="happened twice") as told:
        instant_in(HARBOUR, read_moment("2026-11-01 01:30"))
    assert told.value.mend == (
        "Write 2026-11-01T01:30:00-07:00 for the first, 2026-11-01T01:30:00-08:00 for the second"
        " time."
    )


def test_a_time_the_clock_skipped_is_refused() -> None:
    with pytest.raises(LocalTimeError, match="does not exist in America/Los_Angeles"):
        instant_in(HARBOUR, read_moment("2026-03-08 02:30"))


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(["America/Los_Angeles", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_an_instant_read_back_from_its_own_clock_is_itself_or_a_question(
    instant: datetime, zone: str
) -> None:
    setting = Setting(SettingId("there"), "There (invented)", zone)
    shown = instant.astimezone(setting.zone).replace(tzinfo=None, fold=0)
    later = instant.astimezone(setting.zone).utcoffset() != (
        (instant + timedelta(hours=1)).astimezone(setting.zone).utcoffset()
    )
    before = instant.astimezone(setting.zone).utcoffset() != (
        (instant - timedelta(hours=1)).astimezone(setting.zone).utcoffset()
    )
    if later or before:  # within an hour of a change: asked, or itself
        with suppress(LocalTimeError):
            assert instant_in(setting, shown) == instant
    else:
        assert instant_in(setting, shown) == instant


@pytest.mark.parametrize(
    "text", ["20261005", "2026-W41-1", "2026-10-5", "2026-02-30", "05.10.2026"]
)
def test_only_one_way_of_writing_a_day_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_day(text)
