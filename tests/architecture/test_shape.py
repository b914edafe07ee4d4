"""Sizes and names hold in both source roots."""

from pathlib import Path
from textwrap import dedent

from tests.architecture.shape import misnamed, oversized, positional
from tests.architecture.sources import ROOT, plant


def test_every_module_and_function_keeps_its_size() -> None:
    assert oversized(ROOT) == []


def test_what_is_too_large_is_caught(tmp_path: Path) -> None:
    long = "def long() -> None:\n" + "    print()\n" * 40
    plant(tmp_path, "plugin/witnessmark/long.py", long)
    plant(tmp_path, "plugin/witnessmark/longer.py", "x = 1\n" * 301)
    wide = """\
        class Wide:
            def five(self, a, b, *, c, d, e): ...
            def six(self, a, b, *, c, d, e, **f): ...
        async def more(a, b, *c, d, e, f): ...
    """
    plant(tmp_path, "adapters/witnessmark_adapters/wide.py", dedent(wide))
    assert oversized(tmp_path) == [
        "adapters/witnessmark_adapters/wide.py:3: six takes 6 parameters",
        "adapters/witnessmark_adapters/wide.py:4: more takes 6 parameters",
        "plugin/witnessmark/long.py:1: long has 41 lines",
        "plugin/witnessmark/longer.py:301: module of 301 lines",
    ]


def test_whatever_follows_three_parameters_is_named_in_the_call() -> None:
    assert positional(ROOT) == []


def test_a_fourth_positional_parameter_is_caught(tmp_path: Path) -> None:
    code = """\
        class Wide:
            def three(self, a, b, c, *, d): ...
            def four(self, a, b, c, d): ...
            def _nearby(self, a, b, c, d): ...
            @staticmethod
            def bare(a, b, c, d): ...
            def __exit__(self, kind, error, trace): ...
            def __init__(self, a, b, c, d): ...
        async def outer(a, b, c):
            def inner(a, b, c, d, /): ...
    """
    plant(tmp_path, "plugin/witnessmark/wide.py", dedent(code))
    assert positional(tmp_path) == [
        "plugin/witnessmark/wide.py:3: four takes 4 positional parameters",
        "plugin/witnessmark/wide.py:6: bare takes 4 positional parameters",
        "plugin/witnessmark/wide.py:8: __init__ takes 4 positional parameters",
        "plugin/witnessmark/wide.py:10: inner takes 4 positional parameters",
    ]


def test_every_module_class_and_exception_is_named_for_what_it_is() -> None:
    assert misnamed(ROOT) == []


def test_a_name_that_says_nothing_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "plugin/witnessmark/utils.py", "")
    plant(tmp_path, "plugin/witnessmark/store/_base.py", "")
    classes = """\
        class AbstractShelf: ...
        class ShelfImpl: ...
        class IShelf: ...
        class Ids: ...
        class Oops(Exception): ...
        class Lost(errors.HostError): ...
        class LostError(Oops, ValueError): ...
    """
    plant(tmp_path, "adapters/witnessmark_adapters/names.py", dedent(classes))
    assert [finding.partition(": ")[2] for finding in misnamed(tmp_path)] == [
        "a class named AbstractShelf",
        "a class named ShelfImpl",
        "a class named IShelf",
        "an exception named Oops",
        "an exception named Lost",
        "a module named _base",
        "a module named utils",
    ]
