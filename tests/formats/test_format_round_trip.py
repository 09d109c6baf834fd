"""Random machines: what is written reads back the same, or is refused with a reason."""

import itertools

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from seeds import ALL_SEEDS, examples, slow_where, sweep
from stepping import run

from noisytm import formats
from noisytm.errors import FormatError
from noisytm.formats._common import normal, unlisted
from noisytm.machine import TuringMachine

ODD_NAMES = [
    ",",
    "'",
    '"',
    "#",
    ":",
    "null",
    "true",
    "N",
    "y",
    "~",
    "!",
    "}",
    "*",
    ";",
    "<",
    "&",
    "-",
    " ",
    "é",
    "ab",
]
SYMBOLS = ["_", "0", "1", "2", "a", "b", "□", "🂡", *ODD_NAMES]
STATES = ["A", "B", "C", "Z", "H", "0", "1", "halt", "halt-x", "Halted", "q 0", "010", "1e3", *ODD_NAMES]


@st.composite
def machines(draw, symbols=SYMBOLS, states=STATES):
    alphabet = draw(st.lists(st.sampled_from(symbols), min_size=1, max_size=4, unique=True))
    names = draw(st.lists(st.sampled_from(states), min_size=1, max_size=4, unique=True))
    halting = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    cells = [c for c in itertools.product(alphabet, names) if c[1] not in halting]
    keys = draw(st.permutations(cells)) if draw(st.booleans()) else cells
    keys = [k for k in keys if draw(st.integers(0, 9)) > 0]
    rule = st.tuples(st.sampled_from(alphabet), st.sampled_from(names), st.sampled_from("LSR"))
    return TuringMachine(
        symbols=alphabet,
        blank=draw(st.sampled_from(alphabet)),
        states=names,
        start=draw(st.sampled_from(names)),
        tuples=[(*k, *draw(rule)) for k in keys],
        halting=halting,
        undefined=draw(st.sampled_from(["stop", "write-1"])) if "1" in alphabet else "stop",
        name=draw(st.sampled_from(["", "a name", "two\nlines", "it's: #1"])),
    )


def assert_round_trip_or_reason(machine, target):
    try:
        text = formats.write(machine, target)
    except FormatError as error:
        assert str(error)
        assert "\n" not in str(error)
        assert len(str(error)) < 600
        return False
    back = formats.parse(text, target)
    assert normal(back) == normal(machine)
    for word in itertools.chain.from_iterable(itertools.product(machine.symbols, repeat=n) for n in range(3)):
        assert run(back, word, 50) == run(machine, word, 50)
    assert formats.write(back, target) == formats.write(machine, target) or back.name != machine.name
    return True


@pytest.mark.parametrize("target", formats.formats())
@sweep
@settings(max_examples=examples(300, 15), deadline=None)
@example(machine=TuringMachine(("null", "_", "-", "0"), "_", ("A",), "A", (), halting=("A",)))
@given(machine=machines())
def test_random_machine(target, machine):
    assert_round_trip_or_reason(machine, target)
    assert_round_trip_or_reason(formats.renamed_for(machine, target), target)


@given(machine=machines())
@sweep
@settings(max_examples=examples(200, 60), deadline=None)
def test_json_writes_every_machine(machine):
    text = formats.write(machine, "json")
    back = formats.parse(text)
    assert back == machine
    assert back.name == machine.name


@st.composite
def plain_machines(draw, blank, last, moves):
    """Machines in standard order with every symbol and state used, which every format can express."""
    n = draw(st.integers(1, 3))
    alphabet = (blank, *"123"[: draw(st.integers(0, 3))])
    states = ("0", *"BCD"[: n - 1], *((last,) if draw(st.booleans()) else ()))
    rule = st.tuples(st.sampled_from(alphabet), st.sampled_from(states), st.sampled_from(moves))
    tuples = [
        (s, q, *draw(rule)) for s in alphabet for q in states if q != last and (s != blank or draw(st.booleans()))
    ]
    return alphabet, states, tuples


@pytest.mark.parametrize(
    ("target", "blank", "last"),
    [("turingmachine.io", " ", "H"), ("jflap", "□", "q 1"), ("morphett", "_", "halt")],
)
@sweep
@settings(max_examples=examples(200, 25), deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_plain_machines_are_written_not_refused(target, blank, last, data):
    moves = "LR" if target == "turingmachine.io" else "LSR"
    alphabet, states, tuples = data.draw(plain_machines(blank, last, moves))
    mentioned = {q for t in tuples for q in (t[1], t[3])}
    if target == "morphett" and (not set(states) <= mentioned or not any(t[1] == "0" for t in tuples)):
        return
    machine = TuringMachine(alphabet, blank, states, "0", tuples, halting=[q for q in states if q == last])
    if target == "morphett" and list(dict.fromkeys(t[1] for t in sorted_by_state(machine))) != [
        q for q in states if q != last
    ]:
        return
    assert formats.parse(formats.write(machine, target), target) == machine


def sorted_by_state(machine):
    return sorted(machine.tuples, key=lambda t: machine.states.index(t.state))


@st.composite
def bbchallenge_texts(draw):
    width, rows = draw(st.integers(2, 5)), draw(st.integers(1, 5))
    letters = "ABCDE"[:rows] + draw(st.sampled_from(["", "Z", "H", "YZ"]))
    cell = st.builds("".join, st.tuples(*map(st.sampled_from, ("01234"[:width], "LR", letters))))
    cells = st.one_of(cell, cell, cell, st.just("---"))
    return "_".join("".join(draw(cells) for _ in range(width)) for _ in range(rows))


@given(text=bbchallenge_texts())
@sweep
@settings(max_examples=examples(300, 80), deadline=None)
@example(text="1RB1LB_1LA1RZ")
@example(text="------")
def test_bbchallenge_text_to_machine_to_text(text):
    try:
        machine = formats.parse(text)
    except FormatError as error:
        assert "no row separator" in str(error)
        assert "_" not in text
        return
    if "_" not in text and len(machine.symbols) != len(text) // 3:
        return
    assert formats.write(machine, "bbchallenge") == text + "\n"
    assert (machine.undefined == "write-1") == (unlisted(machine) is not None)
    assert formats.parse(formats.write(machine, "json")) == machine


@given(text=bbchallenge_texts())
@sweep
@settings(max_examples=examples(200, 60), deadline=None)
def test_renaming_keeps_runs_and_order(text):
    try:
        machine = formats.parse(text, "bbchallenge")
    except FormatError:
        return
    if machine.undefined == "write-1":
        return
    for target, blank in (("jflap", "□"), ("morphett", "_")):
        renamed = formats.renamed_for(machine, target)
        assert renamed.symbols == (blank, *machine.symbols[1:])
        assert len(renamed.states) == len(machine.states)
        assert run(renamed, "11", 60)[0] == run(machine, "11", 60)[0]
        assert formats.renamed_for(renamed, "bbchallenge").symbols == machine.symbols


@sweep
@pytest.mark.parametrize("target", ["jflap", "morphett", "json"] if ALL_SEEDS else ["morphett"])
@slow_where("morphett")
def test_work_grows_with_the_text_not_with_its_square(target):
    n = 20_000
    states = [str(i) for i in range(n)]
    halting = [f"halt{i}" for i in range(n)]
    tuples = [("□", q, "□", h, "R") for q, h in zip(states, halting, strict=True)]
    machine = TuringMachine(["□"], "□", states + halting, "0", tuples, halting=halting)
    machine = formats.renamed_for(machine, target)
    assert formats.parse(formats.write(machine, target)) == machine


def test_list_round_trip():
    text = "1RB---_1LA0RB\n0RA\n1RB1LB_1LA1RZ\n"
    found = formats.read_text(text)
    assert formats.write_all(found, "bbchallenge") == text
    assert formats.read_text(formats.write_all(found, "json")) == found
    for target in ("jflap", "morphett", "turingmachine.io"):
        with pytest.raises(FormatError, match="there are 3 machines"):
            formats.write_all(found, target)
    with pytest.raises(FormatError, match="no machine to write"):
        formats.write_all([], "json")
