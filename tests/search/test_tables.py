"""Tables as arrays of actions, and machines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noisytm import SynthesisProblem, library
from noisytm.errors import MachineError, ProblemError
from noisytm.search import UNFIXED, TableSpace

DETECT_A = library.machine("detectA")
TABLES = TableSpace.of(DETECT_A)


@given(st.lists(st.integers(0, TABLES.actions - 1), min_size=6, max_size=6))
def test_a_table_is_its_machine(table: list[int]) -> None:
    assert TABLES.table(TABLES.machine(table)).tolist() == table


def test_what_is_not_settled_is_not_listed() -> None:
    part = TABLES.machine([1, UNFIXED, 10, UNFIXED, UNFIXED, 16])
    assert part.keys == tuple(TABLES.space.keys[i] for i in (0, 2, 5))


def test_the_library_machine_keeps_its_place() -> None:
    assert TABLES.machine(TABLES.table(DETECT_A)) == DETECT_A
    assert [TABLES.key_of[s, q] for s, q in TABLES.space.key_indices] == list(range(6))


@pytest.mark.parametrize("table", [[0] * 5, [0] * 5 + [18], [-2] + [0] * 5])
def test_other_tables_are_refused(table: list[int]) -> None:
    with pytest.raises(MachineError, match="is not one of 6 actions"):
        TABLES.machine(np.array(table))


def test_a_problem_of_other_symbols_is_refused() -> None:
    other = SynthesisProblem.of_machine(library.machine("parityCheck"), ["A"], 2)
    with pytest.raises(ProblemError, match="differ from those of the tables"):
        TABLES.problem(other)
