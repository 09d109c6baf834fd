"""The JSON of ft_turing and of automata-lib: what is read, what is refused, and how the forms are told apart."""

import json

import pytest
from stepping import run

from noisytm import FormatError, TuringMachine, formats, library
from noisytm.cli import main
from noisytm.errors import ReadingNote

UNARY_SUB = {
    "name": "unary_sub",
    "alphabet": ["1", ".", "-", "="],
    "blank": ".",
    "states": ["scanright", "eraseone", "subone", "skip", "HALT"],
    "initial": "scanright",
    "finals": ["HALT"],
    "transitions": {
        "scanright": [
            {"read": ".", "to_state": "scanright", "write": ".", "action": "RIGHT"},
            {"read": "1", "to_state": "scanright", "write": "1", "action": "RIGHT"},
            {"read": "-", "to_state": "scanright", "write": "-", "action": "RIGHT"},
            {"read": "=", "to_state": "eraseone", "write": ".", "action": "LEFT"},
        ],
        "eraseone": [
            {"read": "1", "to_state": "subone", "write": "=", "action": "LEFT"},
            {"read": "-", "to_state": "HALT", "write": ".", "action": "LEFT"},
        ],
        "subone": [
            {"read": "1", "to_state": "subone", "write": "1", "action": "LEFT"},
            {"read": "-", "to_state": "skip", "write": "-", "action": "LEFT"},
        ],
        "skip": [
            {"read": ".", "to_state": "skip", "write": ".", "action": "LEFT"},
            {"read": "1", "to_state": "scanright", "write": ".", "action": "RIGHT"},
        ],
    },
}
DTM = {
    "states": ["q0", "q1", "h"],
    "input_symbols": ["0"],
    "tape_symbols": ["0", "x", "."],
    "transitions": {"q0": {"0": ["q1", "x", "R"]}, "q1": {".": ["h", "x", "N"], "0": ["q0", "0", "L"]}},
    "initial_state": "q0",
    "blank_symbol": ".",
    "final_states": ["h"],
}


def test_ft_turing_runs_its_subtraction():
    machine = formats.parse(json.dumps(UNARY_SUB))
    assert (machine.name, machine.symbols, machine.states[0]) == ("unary_sub", ("1", ".", "-", "="), "scanright")
    _, state, tape = run(machine, "111-11=")
    assert state == "HALT" and sorted(tape.values()) == ["1"]
    assert formats.parse(formats.write(machine, "ft_turing")) == machine
    assert formats.parse(formats.write(machine, "ft_turing")).name == "unary_sub"


def test_automata_lib_keeps_order_and_names():
    with pytest.warns(ReadingNote, match="the key 'word' is about the tape"):
        machine = formats.parse(json.dumps(DTM | {"name": "m", "word": "00", "input": ""}))
    assert (machine.name, machine.symbols, machine.blank) == ("m", ("0", "x", "."), ".")
    assert machine.states == ("q0", "q1", "h") and machine.table[".", "q1"] == ("x", "h", "S")
    assert formats.parse(formats.write(machine, "automata_lib")) == machine


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (json.dumps(UNARY_SUB), "ft_turing"),
        (json.dumps({"states": ["tape_symbols", "noisytm"], "x": {"alphabet": 1}, "finals": []}), "ft_turing"),
        (json.dumps(DTM), "automata_lib"),
        ('{"states": ["initial"], "transitions": {"alphabet": {}}, "blank_symbol": "_"', "automata_lib"),
        (formats.write(library.machine("bb2"), "json"), "json"),
        ('{"name": "\\"alphabet\\": 1", "states": ["finals"], "tuples": [["alphabet"]]}', "json"),
        ("[{\"alphabet\": []}]", "json"),
        ("{", "json"),
    ],
)  # fmt: skip
def test_forms_are_told_apart_by_the_keys_of_the_outermost_object(text, name):
    assert formats.detect(text) == name
    assert formats.detect("\n " + text) == name


def test_transitions_of_final_states_on_request():
    record = json.loads(json.dumps(UNARY_SUB))
    record["transitions"]["HALT"] = [{"read": "1", "to_state": "HALT", "write": "1", "action": "LEFT"}]
    dtm = json.loads(json.dumps(DTM)) | {"transitions": DTM["transitions"] | {"h": {"0": ["h", "0", "R"]}}}
    for text, without in ((json.dumps(record), UNARY_SUB), (json.dumps(dtm), DTM)):
        with pytest.raises(FormatError, match=r"is final and has a transition.*--final halts"):
            formats.parse(text)
        assert formats.parse(text, final="halts") == formats.parse(json.dumps(without))


def changed(record, **changes):
    copy = json.loads(json.dumps(record)) | changes
    return json.dumps({key: value for key, value in copy.items() if value != "absent"})


def entry(**changes):
    rule = {"read": "1", "to_state": "HALT", "write": "1", "action": "LEFT"} | changes
    return {"scanright": [{key: value for key, value in rule.items() if value is not None}]}


BAD = {
    "ft_turing": [
        (changed(UNARY_SUB, blank="absent"), "the machine lacks the keys 'blank'"),
        (changed(UNARY_SUB, author="me"), "has the unknown keys 'author'; the known ones are name, alphabet"),
        (changed(UNARY_SUB, alphabet=["1", ".", "11"]), "alphabet has '11'; its entries must be strings of one"),
        (changed(UNARY_SUB, alphabet="1."), "alphabet is '1.'; it must be a list of strings"),
        (changed(UNARY_SUB, alphabet=["1", "1"]), "alphabet lists '1' twice"),
        (changed(UNARY_SUB, alphabet=[1]), "an entry of alphabet is 1; it must be a string"),
        (changed(UNARY_SUB, blank="_"), "blank is '_', which is not in alphabet"),
        (changed(UNARY_SUB, initial="go"), "initial is 'go', which is not in states"),
        (changed(UNARY_SUB, finals=["END"]), "an entry of finals is 'END', which is not in states"),
        (changed(UNARY_SUB, name=3), "name is 3; it must be a string"),
        (changed(UNARY_SUB, transitions=[]), "transitions is []; it must be an object"),
        (changed(UNARY_SUB, transitions={"go": []}), "transitions has the state 'go', which is not in states"),
        (changed(UNARY_SUB, transitions={"skip": {}}), "transitions of 'skip' is {}; it must be a list"),
        (changed(UNARY_SUB, transitions=entry(read="ANY")), "read in entry 1 of the transitions of 'scanright'"),
        (changed(UNARY_SUB, transitions=entry(to_state="x")), "to_state in entry 1"),
        (changed(UNARY_SUB, transitions=entry(action="STAY")), "is 'STAY'; it must be LEFT or RIGHT"),
        (changed(UNARY_SUB, transitions=entry(write=None)), "lacks the keys 'write'"),
        (changed(UNARY_SUB, transitions={"skip": entry()["scanright"] * 2}), "has two entries that read '1'; keep one"),
        (json.dumps(UNARY_SUB).replace('"skip": [', '"subone": ['), "has the key 'subone' twice"),
        ('{"alphabet": []', "the text is not JSON"),
        ("[]", "the machine is []; it must be an object"),
        (changed(UNARY_SUB, name="\ud800"), "has half a surrogate pair"),
    ],
    "automata_lib": [
        (changed(DTM, final_states="absent"), "lacks the keys 'final_states'"),
        (changed(DTM, stack_symbols=[]), "unknown keys 'stack_symbols'"),
        (changed(DTM, blank_symbol="_"), "blank_symbol is '_', which is not in tape_symbols"),
        (changed(DTM, input_symbols=["0", "x", "."]), "input_symbols has every tape symbol"),
        (changed(DTM, input_symbols=["2"]), "an entry of input_symbols is '2', which is not in tape_symbols"),
        (changed(DTM, tape_symbols=["0", "x", "..", "."]), "tape_symbols has '..'"),
        (changed(DTM, initial_state="h"), "initial_state 'h' is in final_states"),
        (changed(DTM, initial_state="q7"), "initial_state is 'q7', which is not in states"),
        (changed(DTM, transitions={"q1": {}}), "initial_state 'q0' has no transitions"),
        (changed(DTM, transitions={"q9": {}}), "a state of transitions is 'q9', which is not in states"),
        (changed(DTM, transitions={"q0": []}), "transitions of 'q0' is []; it must be an object"),
        (changed(DTM, transitions={"q0": {"0": ["q1", "x"]}}), "(q0, 0) is ['q1', 'x']; it must be [next state"),
        (changed(DTM, transitions={"q0": {"0": ["q1", "x", "S"]}}), "direction of transition (q0, 0) is 'S'; it"),
        (changed(DTM, transitions={"q0": {"7": ["q1", "x", "L"]}}), "the symbol of transition (q0, 7) is '7'"),
        (changed(DTM, word=3), "word is 3; it must be a string"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "fragment"), [(n, *row) for n, rows in BAD.items() for row in rows])
def test_wrong_records_get_one_line(name, text, fragment):
    with pytest.raises(FormatError) as caught:
        formats.parse(text, name)
    message = str(caught.value)
    assert fragment in message and message.startswith(f"{name}: ") and "\n" not in message and len(message) < 500


def test_what_ft_turing_and_automata_lib_cannot_say():
    still = library.machine("bb2").to_json()
    still["tuples"][0][4] = "S"
    machine = formats.parse(json.dumps(still))
    with pytest.raises(FormatError, match="stays \\(S\\), and ft_turing moves only LEFT or RIGHT"):
        formats.write(machine, "ft_turing")
    halted = TuringMachine(["_"], "_", ["h"], "h", [], halting=["h"])
    with pytest.raises(FormatError, match="the start state 'h' is halting, which automata-lib rejects"):
        formats.write(halted, "automata_lib")


@pytest.mark.parametrize(("ending", "name"), [("ft.json", "ft_turing"), ("DTM.json", "automata_lib"), ("json", "json")])
def test_the_longest_ending_says_the_format(ending, name, tmp_path):
    path = tmp_path / f"bb2.{ending}"
    assert main(["convert", "bb2", "--output", str(path)]) == 0
    assert formats.detect(path.read_text(encoding="utf-8")) == name
