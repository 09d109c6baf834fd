"""Description tapes, bit strings and their lengths."""

import itertools
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep
from timeless import timeless

from noisytm import formats, problem
from noisytm.codespace import CodeSpace
from noisytm.encoding import decode_bits, encode
from noisytm.errors import FormatError, MachineError
from noisytm.machine import MOVES, TuringMachine

BEAVER = formats.parse("1RB1LB_1LA1RZ")


def test_busy_beaver_by_hand():
    encoding = encode(BEAVER)
    assert " ".join(encoding.description) == "X 0 A 1 B R 0 B 1 A L 1 A 1 B L 1 B 1 Z R X"
    # write in 1 bit, next of 3 states in 2 bits, move in 2 bits
    assert encoding.bit_string == "1 01 10  1 00 00  1 01 00  1 10 10".replace(" ", "")
    assert (encoding.listed_tuples, encoding.bits) == (4, 20)
    assert encoding.bits_with_keys == pytest.approx(4 * (math.log2(6) + math.log2(18)))


def test_an_entry_with_one_value_takes_no_bits():
    machine = TuringMachine(["_"], "_", ["go"], "go", [("_", "go", "_", "go", "S")])
    encoding = encode(machine)
    assert (encoding.bit_string, encoding.bits) == ("01", 2)
    assert encoding.bits_with_keys == pytest.approx(math.log2(3))
    assert decode_bits(CodeSpace.of(machine), "01") == machine


def test_a_machine_without_tuples():
    machine = TuringMachine(["_", "1"], "_", ["a", "b"], "a", [])
    encoding = encode(machine)
    assert encoding.description == ("X", "X")
    assert (encoding.bit_string, encoding.bits, encoding.bits_with_keys) == ("", 0, 0)
    assert decode_bits(CodeSpace.of(machine), "") == machine


def test_tuples_are_coded_in_their_listed_order():
    backwards = TuringMachine(BEAVER.symbols, "0", BEAVER.states, "A", BEAVER.tuples[::-1], halting=BEAVER.halting)
    assert encode(backwards).bit_string == "11010" + "10100" + "10000" + "10110"


@st.composite
def machines(draw):
    symbols = [f"s{i}" for i in range(draw(st.integers(1, 6)))]
    states = [f"q{i}" for i in range(draw(st.integers(1, 6)))]
    halting = states[len(states) - draw(st.integers(0, len(states) - 1)) :]
    cells = [c for c in itertools.product(symbols, states) if c[1] not in halting]
    keys = draw(st.lists(st.sampled_from(cells), unique=True, max_size=8))
    rule = st.tuples(st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(MOVES))
    return TuringMachine(symbols, "s0", states, "q0", [(*k, *draw(rule)) for k in keys], halting=halting)


@sweep
@given(machine=machines())
@settings(max_examples=examples(200, 50), deadline=None)
def test_bits_decode_to_the_machine(machine):
    encoding = encode(machine)
    assert len(encoding.bit_string) == encoding.bits
    width = math.ceil(math.log2(len(machine.symbols))) + math.ceil(math.log2(len(machine.states))) + 2
    assert encoding.bits == len(machine.tuples) * width
    back = decode_bits(CodeSpace.of(machine), encoding.bit_string, halting=machine.halting)
    assert back == machine


@sweep
@given(machine=machines(), data=st.data())
@settings(max_examples=examples(200, 50), deadline=None)
def test_every_bit_string_decodes_to_a_machine_of_the_space(machine, data):
    space = CodeSpace.of(machine)
    length = encode(machine).bits
    bits = "".join(data.draw(st.lists(st.sampled_from("01"), min_size=length, max_size=length)))
    decoded = decode_bits(space, bits, halting=machine.halting)
    assert CodeSpace.of(decoded) == space
    assert decode_bits(space, encode(decoded).bit_string, halting=machine.halting) == decoded


def test_patterns_past_the_last_value_wrap_around():
    space = CodeSpace.of(BEAVER)
    # state 3 of 3 is state 0, move 3 of 3 is L
    machine = decode_bits(space, "0" + "11" + "11" + "0" * 15)
    assert machine.tuples[0][2:] == ("0", "A", "L")
    five = TuringMachine(list("_abcd"), "_", ["q"], "q", [("_", "q", "_", "q", "L")])
    assert [decode_bits(CodeSpace.of(five), f"{p:03b}00").tuples[0].write for p in range(8)] == list("_abcd_ab")


def test_bad_bits():
    space = CodeSpace.of(BEAVER)
    with pytest.raises(FormatError, match="has 3 bits; this code space needs 20: 4 tuples of 5"):
        decode_bits(space, "010")
    with pytest.raises(FormatError, match="have the character '2'; use only 0 and 1"):
        decode_bits(space, "2" * 20)
    with pytest.raises(MachineError, match="halting"):
        decode_bits(space, "0" * 20, halting=["A"])


def test_json_and_text():
    record = json.loads(json.dumps(encode(BEAVER).to_json()))
    assert TuringMachine.from_json(record["machine"]) == BEAVER
    assert record["description_length"]["bits"] == 20
    named = {"machine", "description", "bit_string", "description_length", "version"}
    assert set(record) == named | {
        "noisytm",
        "machine_key",
        "problem_key",
        "options",
        "seed",
        "seconds",
        "compile_seconds",
    }
    text = str(encode(BEAVER))
    assert "bits            20 = 4 × (1 + 2 + 2)" in text
    assert "description     X 0 A 1 B R" in text


@pytest.fixture
def loader(monkeypatch):
    """Stand in for the loader of the command line: every argument is machine text."""
    monkeypatch.setattr(problem, "load_machines", formats.read_text)
    monkeypatch.setattr(problem, "load_machine", formats.parse)


def test_encode_verb(loader, capsys):
    from noisytm.cli.encode import encode as verb

    verb("1RB1LB_1LA1RZ")
    assert capsys.readouterr().out == f"{encode(BEAVER)}\n"
    verb("1RB1LB_1LA1RZ", json=True)
    assert timeless(json.loads(capsys.readouterr().out)) == timeless(encode(BEAVER).to_json())


def test_convert_verb(loader, capsys, tmp_path):
    from noisytm.cli.convert import convert

    convert("1RB1LB_1LA1RZ", to="turingmachine.io")
    assert formats.parse(capsys.readouterr().out) == BEAVER
    convert("1RB1LB_1LA1RZ", to="morphett", rename=True, output=tmp_path / "out.txt")
    assert formats.read(tmp_path / "out.txt").states == ("A", "B", "halt")
    two = "1RB1LB_1LA1RZ\n0RA---"
    convert(two, to="json", from_="bbchallenge")
    assert len(formats.read_text(capsys.readouterr().out)) == 2
    with pytest.raises(FormatError, match="there are 2 machines and a jflap text holds one"):
        convert(two, to="jflap")
    with pytest.raises(FormatError, match="cannot write"):
        convert("1RB1LB_1LA1RZ", to="json", output=tmp_path / "missing" / "out.json")
