"""The certificates that searches over all codes write: of every kind, of pieces put together, from stores."""

from fractions import Fraction
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, slow_where, sweep
from tree_files import three_states

from noisytm import SynthesisProblem, global_learning_coefficient, library, words
from noisytm.errors import BudgetError, FormatError
from noisytm.search.tree import check_certificate

PARITY = library.machine("parity")


def parity(steps: int, longest: int = 3) -> SynthesisProblem:
    return SynthesisProblem.of_machine(PARITY, ["1" * n for n in range(longest + 1)], steps)


CASES = [
    (three_states(3), "pseudo-utm", {}, "5/2"),
    (three_states(3), "mean-field", {"chart": "bits", "loss": "brier", "prior_concentration": {"next": "1/3"}}, None),
    (three_states(2, states=2), "quenched", {"chart": "sphere"}, None),
]
SWEPT = [
    (parity(5), "pseudo-utm", {}, "23/2"),
    (three_states(2), "annealed", {}, None),
    (three_states(2), "quenched", {"chart": "bits"}, None),
    (parity(4), "pseudo-utm", {}, "8"),
    (parity(4), "mean-field", {}, "8"),
    (parity(5), "mean-field", {}, "10"),
    (parity(5), "pseudo-utm", {"chart": "sphere"}, "23/4"),
    (parity(6), "pseudo-utm", {"prior_concentration": "3/2"}, None),
    (parity(3, 2), "quenched", {}, "10"),
    (SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4), "pseudo-utm", {}, "69/8"),
]


@sweep
@pytest.mark.parametrize(("problem", "semantics", "options", "value"), CASES + SWEPT if ALL_SEEDS else CASES)
@slow_where("problem1-mean-field-options1-None")
def test_what_is_found_is_certified(
    problem: SynthesisProblem, semantics: str, options: dict, value: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "least"
    found = global_learning_coefficient(problem, semantics=semantics, certificate=path, progress=False, **options)
    checked = check_certificate(path)
    assert (checked.value, checked.multiplicity) == (found.value, found.multiplicity)
    assert value is None or found.value == Fraction(value)
    assert checked.code is not None and checked.code.face == found.face
    assert checked.nodes > 1


def test_a_certificate_is_taken_up_from_a_store(tmp_path: Path) -> None:
    one, two, store = tmp_path / "one", tmp_path / "two", tmp_path / "store"
    problem = three_states(3)
    first = global_learning_coefficient(problem, certificate=one, resume=store, progress=False)
    again = global_learning_coefficient(problem, certificate=two, resume=store, progress=False)
    assert check_certificate(one) == check_certificate(two)
    assert (again.value, again.multiplicity) == (first.value, first.multiplicity)
    with pytest.raises(FormatError, match="another search"):
        global_learning_coefficient(problem, resume=store, progress=False)


def test_that_no_code_solves_a_problem_is_certified(tmp_path: Path) -> None:
    problem = SynthesisProblem.of_space(
        {"symbols": ["_"], "blank": "_", "states": ["a", "b", "c"], "start": "a", "halting": []},
        inputs=["", "_"],
        steps=1,
        targets={"": "b", "_": "c"},
    )
    found = global_learning_coefficient(problem, certificate=tmp_path / "none", progress=False)
    assert found.value is None and found.complete
    checked = check_certificate(tmp_path / "none")
    assert checked.value is None and checked.bounded == 0


def test_a_search_that_is_not_complete_has_none(tmp_path: Path) -> None:
    from noisytm import _clock

    with pytest.raises(BudgetError), _clock.limited(1e-9):
        global_learning_coefficient(parity(4), certificate=tmp_path / "least", progress=False)
    assert not (tmp_path / "least").exists()


@pytest.mark.parametrize("name", ["", "no/such/folder", ".", "a\0b", 3])
def test_a_certificate_that_cannot_be_written_is_refused_first(name: object, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the name of the certificate is"):
        global_learning_coefficient(parity(10), certificate=name, progress=False)
