"""Runs whose numbers are too large to be written out: what holds of them is what holds where they can be."""

import copy
import math

import pytest
from seeds import long

from noisytm.discrete import PowerSum, RunResult, power, run
from noisytm.discrete.chain import exponential
from noisytm.discrete.powers import BeyondError, sums
from noisytm.errors import BudgetError, FormatError, MachineError
from noisytm.formats import parse
from noisytm.show.runs import describe_run

DOUBLING = parse("1RB---_0LC0LD_1LD1LC_1RE1LB_1RF1RD_0LD0RA")
ENOUGH = power(10, 2 * 10**9)
TRIPLING = ["1RB1LA------_1RC3LB1RB---_2LA2LC---0LC", "1RB2LB4RB1LA1RB---_1LA3RA5RA4LB0RA4LA"]


@pytest.fixture(scope="module")
def doubled():
    return run(DOUBLING, max_steps=ENOUGH, counts=True)


def written_out(value):
    if not isinstance(value, PowerSum):
        return value
    total = sum(c * math.prod(p ** written_out(n) for p, n in m) for m, c in value.terms.items())
    assert total % value.denominator == 0
    return total // value.denominator


def numbers(result):
    here = result.configuration
    found = [here.steps, here.head, here.origin, here.leftmost, here.rightmost, result.score]
    return [written_out(n) for n in (*found, *(n for _, n in here.runs), *result.counts)]


@pytest.mark.parametrize("text", TRIPLING)
@pytest.mark.parametrize("bits", [100, 2000])
def test_sums_of_powers_come_to_the_numbers_that_are_written_out(text, bits, monkeypatch):
    expected = run(parse(text), max_steps=10**2000, counts=True)
    monkeypatch.setattr(sums, "LEAST_BITS", bits)
    monkeypatch.setattr(sums, "MERGED_BITS", bits // 8)
    exponential._power.cache_clear()
    found = run(parse(text), max_steps=10**2000, counts=True)
    exponential._power.cache_clear()
    assert isinstance(found.score, PowerSum) and numbers(found) == numbers(expected)
    assert (found.reason, found.state) == (expected.reason, expected.state)


def test_the_numbers_fit_together(doubled):
    assert str(doubled.score) == "2^2147483648" == str(sum(n for word, n in doubled.tape if word == "1"))
    assert doubled.steps == sum(doubled.counts) + 1  # the last step is made at an undefined cell
    assert doubled.configuration.size == doubled.rightmost + 1 - doubled.configuration.origin
    assert hash(doubled.configuration) == hash(copy.copy(doubled.configuration))


def test_records_hold_formulas(doubled, tmp_path):
    record = doubled.to_json()
    assert record["score"] == {"form": "2^2147483648", "log10": 646456993.2459105}
    assert record["options"]["max_steps"]["form"] == "10^2000000000"
    doubled.save(tmp_path / "run.json")
    assert RunResult.load(tmp_path / "run.json") == doubled == RunResult.from_json(record)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("score", {"form": "2^2147483649", "log10": 646456993.2459105}, "log10 is 646456993.2459105"),
        ("score", {"form": "2^2147483647", "log10": 646456992.9448805}, "score is"),
        ("score", {"form": "2^99", "log10": 29.8}, "write it out"),
        ("score", {"form": "x", "log10": 29.8}, "give one as noisytm writes it"),
        ("head", {"form": "-2^2147483649", "log10": 646456993.5469406}, "must lie in this order"),
    ],
)
def test_records_that_were_changed_are_refused(doubled, name, value, fault):
    with pytest.raises(FormatError, match=fault):
        RunResult.from_json(doubled.to_json() | {name: value})


def test_the_text_says_how_large_they_are_and_what(doubled):
    assert describe_run(doubled).splitlines()[1] == (
        "score  about 1.76·10^646456993 = 2^2147483648 (cells that are not blank)"
    )
    assert "score about 1.76·10^646456993" in repr(doubled)


def test_a_run_is_cut_where_a_rule_leads_beyond_its_steps_and_taken_up(doubled):
    with pytest.raises(BeyondError, match=r"beyond the 9\.\d\d·10\^1199999999 steps that are left") as caught:
        run(DOUBLING, max_steps=power(10, 12 * 10**8), counts=True)
    part = caught.value.partial
    assert part.reason == "budget" and str(part.score).startswith("2^1993156856")
    assert run(DOUBLING, max_steps=ENOUGH, counts=True, resume=part) == doubled


def test_runs_that_never_end():
    far = power(10, 10**7)
    goes_off = run(parse("1RB1LD_1RC0LB_0RD---_0RE0RD_1LE1LA"), max_steps=far)
    assert (goes_off.steps, goes_off.score, goes_off.endless.period) == (far, far - 32891764, 1)
    assert run(parse("1RB0LB_0LA---"), max_steps=far).head == -(far // 2)
    with pytest.raises(BudgetError) as caught:
        run(parse("1RB---_1LC1RB_1LA1LC"), max_steps=far)
    assert caught.value.partial.endless.period == 460


@pytest.mark.parametrize("steps", [-ENOUGH, ENOUGH / 3, 10**1000001], ids=["negative", "a third", "digits"])
def test_limits_that_are_none(steps):
    with pytest.raises(MachineError, match=r"max_steps is .* it must be"):
        run(DOUBLING, max_steps=steps)


@long
def test_a_tower_of_fifteen_tens():
    """Score and steps of the machine of Pavel Kropitz that shows that BB(6) is more than 10↑↑15."""
    most = 10**9
    for _ in range(16):
        most = power(10, most)
    least = 1
    for _ in range(15):
        least = power(10, least)
    result = run(parse("1RB0LD_1RC0RF_1LC1LA_0LE1RZ_1LF0RB_0RC0RE"), max_steps=most)
    assert result.reason == "halted" and least < result.score < power(10, least)
    assert result.steps > result.score and RunResult.from_json(result.to_json()) == result
