"""Seeds and numbers of random cases: a few in ``make test``, all of them in ``make verify``."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest

ALL_SEEDS = "NOISYTM_ALL_SEEDS" in os.environ  # set by the option --all-seeds; it reaches the processes of pytest-xdist

sweep, long = pytest.mark.sweep, pytest.mark.long
slow_where = pytest.mark.slow_where  # `slow`, for these cases of a test: slow_where("3", "5-mean-field")


def quick_where(cases: Iterable[tuple[Any, ...]], quick: Callable[..., bool]) -> list[Any]:
    """Return the cases of a test, those marked ``slow`` that are not to be quick: ``make extras`` runs these.

    For many cases alike, of which a few fail if any does.

    Examples
    --------
    >>> [bool(case.marks) for case in quick_where([(1, "a"), (2, "b")], lambda number, _: number == 1)]
    [False, True]
    """
    return [pytest.param(*case, marks=() if quick(*case) else (pytest.mark.slow,)) for case in cases]


def seeds(all_of_them: range, few: int | range) -> range:
    """Return all seeds of a test that ``sweep`` marks, or a few of them: the first ones, or those that are given.

    Examples
    --------
    >>> seeds(range(100, 200), 4) if not ALL_SEEDS else range(100, 104)
    range(100, 104)
    """
    chosen = few if isinstance(few, range) else all_of_them[:few]
    assert set(chosen) < set(all_of_them)
    return all_of_them if ALL_SEEDS else chosen


def examples(all_of_them: int, few: int) -> int:
    """Return how many random examples a test that ``sweep`` marks tries: all, or a few.

    Examples
    --------
    >>> examples(300, 80) if not ALL_SEEDS else 80
    80
    """
    assert few < all_of_them
    return all_of_them if ALL_SEEDS else few
