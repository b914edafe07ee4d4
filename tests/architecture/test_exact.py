"""No rule ever rounds by accident."""

from pathlib import Path
from textwrap import dedent

from tests.architecture.exact import RULES, inexact
from tests.architecture.sources import ROOT, plant


def test_the_rules_know_whole_minutes_and_fractions_alone() -> None:
    assert inexact(ROOT) == []
    assert any((ROOT / RULES).rglob("*.py"))


def test_what_is_not_exact_is_caught_and_a_path_is_not(tmp_path: Path) -> None:
    code = """\
        HERE = Path(__file__).parent / "packs" / f"{name}.yaml"
        exact = Fraction(4, 3) * 60 // 1
        part = 0.05
        hours = minutes / 60
        minutes /= 2
        share = float(exact)
        from decimal import Decimal
        import math
        def spent(a: datetime, b: datetime) -> int: return int((b - a).total_seconds())
        shrunk = 2 ** -1
        also = operator.truediv(1, 2)
        from math import ceil, sqrt
    """
    plant(tmp_path, f"{RULES}/kinds/planted.py", dedent(code))
    plant(tmp_path, "plugin/witnessmark/sync/planted.py", "seconds = 0.5\n")
    assert [one.partition("planted.py:")[2] for one in inexact(tmp_path)] == [
        "3: writes 0.05",
        "4: divides by /",
        "5: divides by /=",
        "6: names float",
        "7: imports decimal.Decimal",
        "8: imports math",
        "9: names total_seconds",
        "10: raises to a power",
        "11: names truediv",
        "12: imports math.sqrt",
    ]
