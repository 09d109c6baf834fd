"""What objects say of themselves: every repr is short, whatever the object holds, and what notebooks show is HTML."""

import copy
import dataclasses
import inspect
import itertools
import sys
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from public_calls import MACHINE, PROBLEM, coefficient, objects, syndromes

import noisytm
from noisytm import Row, RunResult, SynthesisProblem, TagSystem, TuringMachine, library, parse, run, space_time
from noisytm._digits import integer_text, shortened
from noisytm._json import dumps, loads
from noisytm._summary import MAX_CELL, MAX_COLUMNS, MAX_REPR, MAX_ROWS, Described, Grid, Summary, html_of
from noisytm.cli.command import main
from noisytm.discrete.configuration import configuration_of_pieces
from noisytm.formats import FORMATS
from noisytm.geometry import checked_concentration
from noisytm.losses import LOSSES
from noisytm.relaxation.semantics import SEMANTICS
from noisytm.show import columns_that_fit, describe_run

HUGE = {
    str: "x" * 100_000,
    int: 10**5000,
    Fraction: Fraction(10**5000, 10**4999 + 1),
    float: 1e300,
    tuple: tuple(range(100_000)),
    dict: dict.fromkeys(range(100_000), 10**5000),
}
NAMES = [name for name in sorted(noisytm.__all__) if inspect.isclass(getattr(noisytm, name))]


@pytest.mark.parametrize("name", NAMES)
def test_the_repr_of_every_public_class_is_short(name):
    if issubclass(getattr(noisytm, name), BaseException):
        return
    this = objects()[name]
    assert_short(this)
    for field in fields_of(this):
        for more in larger(getattr(this, field)):
            # what no object could hold may be refused, but never in an error of Python's own on digits or size
            spoilt = with_field(this, field, more)
            try:
                text = repr(spoilt)
            except (TypeError, AttributeError, IndexError, KeyError):
                continue
            except ValueError as error:
                assert "digits" not in str(error), (name, field)
                continue
            assert len(text) <= MAX_REPR and "\n" not in text, (name, field)


def fields_of(this):
    if dataclasses.is_dataclass(this):
        return [f.name for f in dataclasses.fields(this)]
    return list(getattr(this, "_fields", ()))


def larger(value):
    """Yield values of the same type as one, but far larger."""
    if type(value) in HUGE and type(value) is not tuple:
        yield HUGE[type(value)]
    if type(value) is tuple and value:
        yield value * 10_000
        yield from ((more, *value[1:]) for more in larger(value[0]))


def with_field(this, field, value):
    if isinstance(this, tuple):
        return this._replace(**{field: value})
    other = copy.copy(this)
    for name in [name for name in vars(other) if name not in fields_of(this)]:
        del other.__dict__[name]  # what was worked out before
    object.__setattr__(other, field, value)
    return other


def assert_short(this):
    text = repr(this)
    assert len(text) <= MAX_REPR and "\n" not in text and type(this).__name__ in text


def large_machine(states=1000, symbol="1"):
    names = [f"q{i}" for i in range(states)]
    tuples = [(s, q, "_", names[-1], "R") for s in ("_", symbol) for q in names[:-1]]
    return TuringMachine(["_", symbol], "_", names, "q0", tuples, halting=[names[-1]], name="large")


def test_large_objects_say_how_much_they_hold():
    machine = large_machine()
    assert "1,000 states" in repr(machine) and "1,998 listed tuples" in repr(machine)
    problem = SynthesisProblem.of_machine(machine, ["1" * n for n in range(60)], 1)
    assert "60 inputs" in repr(problem) and len(repr(problem)) <= MAX_REPR
    found = dataclasses.replace(syndromes(), syndromes=syndromes().syndromes * 30_000)
    assert f"{len(found.syndromes):,} minimal fatal syndromes" in repr(found)
    proof = dataclasses.replace(coefficient().certificate, primal=(Fraction(1, 3),) * 100_000)
    assert "100,000 coordinates" in repr(proof)
    for this in (machine, problem, found, proof, TagSystem(2, "ab", {"a": "b" * 10**5, "b": "a"}), Row("01" * 10**5)):
        assert_short(this)


def test_small_values_are_written_out_and_come_back():
    parity = library.machine("parity")
    for this in (
        MACHINE,
        parity,
        PROBLEM,
        PROBLEM.space,
        Row("1"),
        TagSystem(2, "ab", {"a": "b"}),
        noisytm.Face(MACHINE),
        noisytm.CertifiedInterval(Fraction(1), None),
        PROBLEM.space.coordinates(MACHINE)[0],
        coefficient().bounds,
    ):
        scope = {name: getattr(noisytm, name) for name in noisytm.__all__} | {"Fraction": Fraction}
        assert eval(repr(this), scope) == this


def test_results_say_the_answer_and_its_units():
    assert repr(coefficient()) == (
        "<LearningCoefficient: λ = 4, m = 1 of a machine of 2 symbols and 2 states;"
        " log loss, pseudo-utm, simplex chart>"
    )
    assert repr(run(library.machine("bb2"))) == ("<RunResult: 'bb2' halted after 6 steps in state 'Z'; score 4>")


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.cells, self.found = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.found.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def read_html(this):
    """Return the text of each cell, and all text, of what a notebook shows; it must be well-formed in two readings."""
    text = this._repr_html_()
    ElementTree.fromstring(text)
    reader = Text()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader.cells, "".join(reader.found)


@pytest.mark.parametrize("name", [name for name in NAMES if issubclass(getattr(noisytm, name), Described)])
def test_what_notebooks_show_is_well_formed(name):
    if (summary := objects()[name]._summary()) is None:
        return
    cells, text = read_html(objects()[name])
    assert text.startswith(f"{name}: ")
    assert summary.grid is None or cells


def test_results_have_a_form_for_notebooks():
    for name in ("TuringMachine", "FatalSyndromes", *(n for n, x in objects().items() if hasattr(x, "seconds"))):
        assert objects()[name]._repr_html_(), name


def test_a_machine_is_shown_as_its_table():
    machine = TuringMachine(
        ["<b>", "&", '"'], "<b>", ["go", "a'b", "end"], "go",
        [("<b>", "go", "&", "a'b", "R"), ("&", "a'b", '"', "end", "L")], halting=["end"], name="<script>",
    )  # fmt: skip
    cells, text = read_html(machine)
    table = cells[cells.index("state") :]
    assert table == [
        "state", "reads <b>", "reads &", 'reads "', "go (start)", "& a'b R", "—", "—", "a'b", "—", '" end L', "—",
        "end (halting)", "—", "—", "—",
    ]  # fmt: skip
    assert "<script>" in text and "<script>" not in machine._repr_html_()
    assert "not shown" not in text


def test_a_problem_shows_what_is_probably_a_mistake():
    twice = SynthesisProblem.of_machine(MACHINE, ["1", "1_"], 2)
    cells, _ = read_html(twice)
    assert "the inputs '1' and '1_' are the same on the tape" in cells[cells.index("probably a mistake") + 1]
    assert "probably a mistake" not in read_html(PROBLEM)[0]


def test_what_is_left_out_is_said():
    cells, text = read_html(large_machine(symbol="1" * 500))
    assert "960 more states that are not shown" in text and len(text) < 10_000
    assert all(len(cell) <= max(MAX_CELL, MAX_REPR) for cell in cells)
    wide = Grid(tuple(map(str, range(30))), iter([range(30)] * 50), 50)
    page = html_of("Wide", Summary("", grid=wide))
    assert "10 more rows and 10 more columns that are not shown" in page
    assert page.count("<td>") == MAX_ROWS * MAX_COLUMNS


def test_integers_are_written_by_their_digits_or_their_ends():
    for value in (0, -7, 10**699, -(10**699) + 1, 10**5000, 10**5000 - 1, 3**12_345, 2**16_610):
        text = integer_text(value)
        assert text.lstrip("-").isdigit() and (value == int(text) if len(text) < 4000 else True)
        short = shortened(value, 64)
        digits = text.lstrip("-")
        sign = "-" * (value < 0)
        assert short == (text if len(digits) < 19 else f"{sign}{digits[:10]}…{digits[-10:]} ({len(digits):,} digits)")
    # read again in pieces that Python reads whatever its limit
    text = integer_text(7**10_000)
    value = 0
    for i in range(0, len(text), 500):
        value = value * 10 ** len(text[i : i + 500]) + int(text[i : i + 500])
    assert value == 7**10_000


def test_arrays_of_results_do_not_make_them_long():
    many = dataclasses.replace(
        objects()["SampledProbability"], value=np.zeros((1000, 50)), standard_error=np.ones((1000, 50))
    )
    assert "1,000 codes × 50 inputs" in repr(many)
    assert_short(many)


HUGE_COUNT = 10**6000 + 12_345


def huge_run():
    """A run that has made more steps, over more cells, than Python writes integers of."""
    n = HUGE_COUNT
    pieces = [((1,), n), ((0,), 7), ((1, 0, 1), n // 3)]
    there = configuration_of_pieces(
        library.machine("bb5"), pieces, state="B", head=5, steps=n * n, origin=-3, leftmost=-3, rightmost=n
    )
    return RunResult("budget", there, "chain")


def test_runs_of_thousands_of_digits_are_shown_written_and_read(tmp_path):
    found, limit = huge_run(), sys.get_int_max_str_digits()
    assert "after 1000000000…0152399025 (12,001 digits) steps" in repr(found)
    assert "(6,001 digits)" in repr(found.configuration)
    assert "after about 1.00·10^12000 steps" in describe_run(found)
    read_html(found)
    text = dumps(found.to_json())
    assert integer_text(HUGE_COUNT**2) in text
    assert RunResult.from_json(loads(text, "text", 20_000)) == found
    found.save(tmp_path / "run.json")
    assert noisytm.load(tmp_path / "run.json") == found
    go_on = run(found.configuration.machine, start=found.configuration, max_steps=HUGE_COUNT**2 + 1000)
    assert go_on.steps == HUGE_COUNT**2 + 1000
    for refused in (
        lambda: found.configuration.cells,
        lambda: run(found.configuration.machine, start=found.configuration, max_steps=5),
        lambda: run(found.configuration.machine, start=found.configuration, max_steps=HUGE_COUNT**3, method="direct"),
    ):
        with pytest.raises(noisytm.NoisytmError, match=r"…0152399025 \(12,001 digits\) steps"):
            refused()
    assert sys.get_int_max_str_digits() == limit
    assert str(noisytm.CertifiedInterval(Fraction(1, HUGE_COUNT), None)).startswith("1/1000000")


def test_the_command_reads_and_names_numbers_of_thousands_of_digits(capsys):
    assert main(["run", "bb2", "--max-steps", "1" * 5000]) == 0
    assert main(["bound", "detectA", "--steps", "1" * 5000]) == 3
    assert "steps is 1111111111…1111111111 (5,000 digits)" in capsys.readouterr().err
    assert main(["run", "bb2", "--max-steps", "1" * 5000 + ".5"]) == 2
    assert "5,002 characters; a number may have 4,000" in capsys.readouterr().err


def test_diagrams_of_runs_of_thousands_of_digits(tmp_path):
    leftwards, steps = parse("1LA1LA"), 10**6000
    diagram = space_time(leftwards, max_steps=steps, rows=3, columns=5)
    assert diagram.steps == (0, steps // 2, steps)
    text = diagram.text()
    assert "steps 0 to 1.00·10^6000" in text and max(map(len, text.splitlines()[2:])) < 40
    assert_short(diagram)
    assert columns_that_fit(leftwards, run(leftwards, max_steps=steps).configuration, 80) > 1
    diagram.save(tmp_path / "far.json")
    assert noisytm.load(tmp_path / "far.json").steps == diagram.steps
    diagram.save(tmp_path / "far.svg")
    assert "1.00·10^6000" in (tmp_path / "far.svg").read_text(encoding="utf-8")


def test_json_of_any_numbers_is_what_python_writes():
    record = {"a": [1, -2.5, True, None, "ä\n"], "b": {"c": []}, "d": (1, 2)}
    large = dumps(record | {"n": [-HUGE_COUNT]})
    assert large == dumps(record)[:-1] + f', "n": [-{integer_text(HUGE_COUNT)}]}}'
    assert loads(large, "text", 20_000)["n"] == [-HUGE_COUNT]
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON compliant"):
            dumps([HUGE_COUNT, wrong])


def test_priors_of_too_many_digits_are_refused_before_they_are_multiplied():
    primes = (10**300 + 1, 10**301 + 1, 10**299 + 3, 10**302 + 7, 10**303 + 9)
    groups = {(s, q, "next"): Fraction(1, p) for (s, q), p in zip(PROBLEM.space.keys, primes, strict=False)}
    found = noisytm.learning_coefficient(PROBLEM, MACHINE, prior_concentration=groups)
    assert len(repr(found)) <= MAX_REPR and noisytm.LearningCoefficient.from_json(found.to_json()) == found
    half = noisytm.learning_coefficient(PROBLEM, MACHINE, prior_concentration="1/2", loss="brier")
    assert repr(half).endswith("; brier loss, pseudo-utm, simplex chart, prior concentration 1/2>")
    many = dict(zip(itertools.product("abc", "abc", ["next"]), primes, strict=False))
    with pytest.raises(noisytm.ProblemError, match="too many digits over one denominator"):
        checked_concentration({group: Fraction(1, p) for group, p in many.items()})


def test_what_objects_hold_is_short_too():
    simulated = objects()["TwoTagSimulation"]
    held = [
        PROBLEM.encoded, PROBLEM.encoded.acceptance, MACHINE.tuples[0], simulated.steps[0], simulated.direct[0],
        objects()["KTapeMachine"].rules[0], objects()["TagSystem"].run("aaaa", 3), coefficient().certificate.dual[0],
        coefficient().description_length, objects()["Survey"].rows[0], objects()["Survey"].rows[0].code,
        objects()["Enumeration"].options, objects()["Enumeration"].tally, objects()["Correction"].chart,
        library.entry("bb2"), *library.entry("bb2").outcomes, huge_run().configuration,
        *FORMATS.values(), *LOSSES.values(), *SEMANTICS.values(),
    ]  # fmt: skip
    for this in held:
        text = repr(this)
        assert len(text) <= MAX_REPR and "\n" not in text and " object at " not in text, text
    named = MACHINE.tuples[0]
    assert repr(named) == "TransitionTuple(read='_', state='a', write='1', next='b', move='R')"
    for long in (named, PROBLEM.space.coordinates(MACHINE)[0]):
        text = repr(long._replace(state="x" * 10_000))
        assert len(text) <= MAX_REPR and "x…x" in text
