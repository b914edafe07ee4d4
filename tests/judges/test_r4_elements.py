"""The table of our own R4 layer is what HL7's definitions say."""

import pytest

from tests.judges.home import judges_or_skip
from tests.judges.r4_elements import TABLE, fresh, resource_types


@pytest.mark.judge
def test_the_element_table_is_what_hl7_published() -> None:
    assert fresh(judges_or_skip(), resource_types()) == TABLE.read_text("utf-8")
