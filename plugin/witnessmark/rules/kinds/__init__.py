"""The kinds of rules a pack can hold; `rule:` names the kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from witnessmark.rules.kinds.maps import CategoryMap, SupervisionClass
from witnessmark.rules.kinds.needs import TotalAtLeast
from witnessmark.rules.kinds.units import UnitsPerWindow

AnyRule = Annotated[
    CategoryMap | SupervisionClass | TotalAtLeast | UnitsPerWindow, Field(discriminator="rule")
]
