"""Terms only shrink: whatever is taken away or refused never adds an agreement."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from witnessmark.domain.capabilities import (
    Capability,
    Offer,
    Projection,
    Terms,
    choose,
    negotiate,
)

CAPABILITIES = st.sampled_from(Capability)
SETS = st.frozensets(CAPABILITIES)
REASONS = st.dictionaries(CAPABILITIES, st.sampled_from([None, "the clinic does not want it"]))
NEEDS = st.dictionaries(st.sampled_from([Projection.STRUCTURED, Projection.DOCUMENT]), SETS)
CHAINS = st.lists(st.sampled_from([Projection.STRUCTURED, Projection.DOCUMENT]), unique=True).map(
    lambda chain: [*chain, Projection.LOCAL]
)

Reasons = dict[Capability, str | None]


def offer(capabilities: frozenset[Capability]) -> Offer:
    return Offer("an invented host", capabilities, {})


@given(declared=SETS, offered=SETS, scoped=REASONS, enabled=REASONS, lost=CAPABILITIES)
def test_removing_anything_from_the_table_never_adds_an_agreement(
    declared: frozenset[Capability],
    offered: frozenset[Capability],
    scoped: Reasons,
    enabled: Reasons,
    lost: Capability,
) -> None:
    wanted = dict.fromkeys(declared, False)
    less_wanted = dict.fromkeys(declared - {lost}, False)
    full = negotiate(wanted, offer(offered), scoped=scoped, enabled=enabled)
    shrunk = [
        negotiate(less_wanted, offer(offered), scoped=scoped, enabled=enabled),
        negotiate(wanted, offer(offered - {lost}), scoped=scoped, enabled=enabled),
        negotiate(wanted, offer(offered), scoped={**scoped, lost: "no scope"}, enabled=enabled),
        negotiate(wanted, offer(offered), scoped=scoped, enabled={**enabled, lost: "off"}),
    ]
    for terms in shrunk:
        assert terms.agreed == full.agreed - {lost}
        assert lost in terms.refused
    assert full.agreed <= declared & offered
    assert full.agreed | full.refused.keys() == set(Capability)
    assert not full.agreed & full.refused.keys()
    assert all(full.refused.values())


@given(chain=CHAINS, agreed=SETS, needs=NEEDS, lost=CAPABILITIES)
def test_fewer_terms_never_choose_an_earlier_projection(
    chain: list[Projection],
    agreed: frozenset[Capability],
    needs: Mapping[Projection, frozenset[Capability]],
    lost: Capability,
) -> None:
    before = choose(chain, Terms(agreed, {}), needs)
    after = choose(chain, Terms(agreed - {lost}, {lost: "gone"}), needs)
    assert chain.index(after.projection) >= chain.index(before.projection)
    assert before.passed_over.keys() <= after.passed_over.keys()
    assert list(after.passed_over) == chain[: chain.index(after.projection)]


def test_what_is_passed_over_says_which_capability_is_missing_and_why() -> None:
    needs = {Projection.STRUCTURED: frozenset({Capability.HOLD_FORMS})}
    terms = Terms(frozenset(), {Capability.HOLD_FORMS: "the host does not offer it"})
    chosen = choose([Projection.STRUCTURED, Projection.DOCUMENT, Projection.LOCAL], terms, needs)
    assert chosen.projection is Projection.LOCAL
    assert chosen.reason == (
        "this EHR cannot hold it as structured data: it lacks a way to hold forms"
        " (the host does not offer it); its adapter writes no documents"
    )
