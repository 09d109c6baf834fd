"""What is certain of a learning coefficient, and which rows are done, whenever time runs out or it is interrupted."""

from fractions import Fraction

import numpy as np
import pytest
from seeds import seeds, sweep

import noisytm
from noisytm import _clock
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.program.cover import Cover
from noisytm.errors import BudgetError, Interrupted

MACHINE = noisytm.library.machine("detectA")
PROBLEM = noisytm.SynthesisProblem.of_machine(MACHINE, noisytm.words("AB", 2), steps=4)
LAMBDA = Fraction(29, 3)
ENDS = {KeyboardInterrupt: Interrupted, BudgetError: BudgetError}


def ending(function, error, call):
    """Return the function as it is but for the n-th call, which raises the exception."""
    left = call

    def called(*arguments, **options):
        nonlocal left
        left -= 1
        if left == 0:
            raise error
        return function(*arguments, **options)

    return called


@sweep
@pytest.mark.parametrize("error", ENDS)
@pytest.mark.parametrize("place", [(_clock, "tick"), (Oracle, "below"), (Cover, "add"), (Cover, "_append")])
def test_an_interval_is_certain_wherever_it_ends(monkeypatch, place, error):
    owner, name = place
    real = getattr(owner, name)
    widths = []
    for call in seeds(range(1, 400), range(1, 400, 9)):
        monkeypatch.setattr(owner, name, ending(real, error("no more"), call))
        try:
            assert noisytm.learning_coefficient(PROBLEM, MACHINE).value == LAMBDA
            break
        except ENDS[error] as raised:
            part = raised.partial
            assert part.lower <= LAMBDA and (part.upper is None or part.upper >= LAMBDA)
            widths.append((part.lower, part.upper))
        finally:
            monkeypatch.setattr(owner, name, real)
    assert widths[-1][0] > 0 and widths[-1][1] is not None


def test_the_dual_proves_a_bound_where_there_is_no_time_for_the_exact_optimum(monkeypatch):
    monkeypatch.setattr("noisytm.degeneracy.program.cutting.SECONDS_TO_ANSWER", 0.0)
    real = Oracle.below
    for call in range(3, 12):
        monkeypatch.setattr(Oracle, "below", ending(real, BudgetError("no more"), call))
        with pytest.raises(BudgetError) as raised:
            noisytm.learning_coefficient(PROBLEM, MACHINE, prior_concentration={"write": 1, "next": "1/3"})
        monkeypatch.setattr(Oracle, "below", real)
        assert 0 < raised.value.partial.lower <= LAMBDA


@pytest.mark.parametrize("seed", range(6))
def test_the_certain_value_is_below_the_optimum_and_near_it(seed):
    random = np.random.default_rng(seed)
    cover = Cover([Fraction(int(k), 7) for k in random.integers(1, 20, 12)])
    assert cover.certain_value() == 0
    for _ in range(4):
        cover.add(random.integers(0, 4, (6, 12)) * (random.random((6, 12)) < 0.4) + np.eye(6, 12, seed, dtype=np.int64))
        cover.solve()
        exact = cover.solve_exactly().value
        assert exact * Fraction(999_999, 1_000_000) <= cover.certain_value() <= exact


def test_a_survey_keeps_the_rows_that_are_done(monkeypatch):
    from noisytm.degeneracy import surveys

    options = {"charts": ["simplex"], "losses": ["log"], "semantics": ["mean-field", "pseudo-utm"]}
    whole = noisytm.survey(PROBLEM, MACHINE, **options)
    assert whole.complete
    for error, raises in ENDS.items():
        with monkeypatch.context() as patched:
            patched.setattr(_clock, "tick", ending(_clock.tick, error("no more"), 2))
            patched.setattr(surveys, "_rows", lambda *_: iter([whole.rows[0]]))
            with pytest.raises(raises) as raised:
                noisytm.survey(PROBLEM, MACHINE, **options)
        part = raised.value.partial
        assert part.rows == whole.rows[:1] and not part.complete and part.to_json()["complete"] is False
        again = noisytm.Survey.from_json(part.to_json())
        assert again == part and again.ended_early and not again.complete


def test_a_padding_table_keeps_the_lines_that_are_done(monkeypatch):
    from noisytm.degeneracy import padded

    whole = padded.padding(PROBLEM, MACHINE, 2)
    for error, raises in ENDS.items():
        with monkeypatch.context() as patched:
            patched.setattr(padded, "learning_coefficient", ending(padded.learning_coefficient, error("no more"), 2))
            with pytest.raises(raises) as raised:
                padded.padding(PROBLEM, MACHINE, 2)
        assert raised.value.partial == whole[:1]
