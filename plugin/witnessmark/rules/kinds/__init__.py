"""The kinds of rules a pack can hold; `rule:` names the kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from witnessmark.rules.kinds.agreements import AgreementInForce, NoBarredRelation
from witnessmark.rules.kinds.alternation import Alternation
from witnessmark.rules.kinds.ceilings import MaxPerWindow
from witnessmark.rules.kinds.contacts import ContactCount, ObservationRequired
from witnessmark.rules.kinds.containers import Container
from witnessmark.rules.kinds.equivalents import ContactHour, Equivalence, Rounding
from witnessmark.rules.kinds.evaluations import EvaluationEvery
from witnessmark.rules.kinds.floors import MinPerWindow
from witnessmark.rules.kinds.forms import SignedWithin
from witnessmark.rules.kinds.groups import GroupSize
from witnessmark.rules.kinds.loads import ConcurrentSupervisorsMax, SupervisorLoadMax
from witnessmark.rules.kinds.maps import CategoryMap, SupervisionClass
from witnessmark.rules.kinds.minimums import HoursPerWindowMin
from witnessmark.rules.kinds.needs import ShareNeeded, SpanAtLeast, TotalAtLeast, WindowsWith
from witnessmark.rules.kinds.percents import PercentPerWindow
from witnessmark.rules.kinds.qualified import SupervisorQualifiedAt
from witnessmark.rules.kinds.ratios import RatioPerWindow
from witnessmark.rules.kinds.shares import SharePerWindow
from witnessmark.rules.kinds.spans import Lookback, MaxSpan
from witnessmark.rules.kinds.status import PersonStatusAt
from witnessmark.rules.kinds.totals import CategoryCap, NestedCap
from witnessmark.rules.kinds.trained import SupervisorTrained
from witnessmark.rules.kinds.units import UnitsPerWindow

AnyRule = Annotated[
    CategoryMap
    | SupervisionClass
    | GroupSize
    | SupervisorQualifiedAt
    | SupervisorTrained
    | NoBarredRelation
    | PersonStatusAt
    | AgreementInForce
    | SignedWithin
    | EvaluationEvery
    | SupervisorLoadMax
    | ConcurrentSupervisorsMax
    | UnitsPerWindow
    | RatioPerWindow
    | PercentPerWindow
    | HoursPerWindowMin
    | ContactCount
    | ObservationRequired
    | SharePerWindow
    | Alternation
    | MaxPerWindow
    | MinPerWindow
    | Container
    | MaxSpan
    | Lookback
    | CategoryCap
    | NestedCap
    | TotalAtLeast
    | SpanAtLeast
    | WindowsWith
    | ShareNeeded
    | Equivalence
    | ContactHour
    | Rounding,
    Field(discriminator="rule"),
]
