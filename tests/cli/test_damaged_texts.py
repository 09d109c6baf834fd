"""Machine texts damaged at random, and odd machines: every command ends with a code of the contract and one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import formats, library
from noisytm.cli import main

TEXTS = [
    formats.write(formats.renamed_for(library.machine(name), form), form)
    for name, form in [("bb3", form) for form in formats.formats()] + [("detectA", "json"), ("parity", "morphett")]
]
PIECES = [
    "\0", "\u2028", "\U0001f600", "9" * 400, "9" * 5000, "-1", "1e999", "null", "[]", "{}", "[" * 3000, "{a: " * 3000,
    "&a [&a [*a]]", "<<: *a", "!!bool x", "!!int ''", "? [[a]]\n", "---\n", "%YAML 1.1\n", "\t", "\r\n", "#", ";", "*",
    "~", "!x", "_", "---", "1RB", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&#0;", "<![CDATA[x]]>", "<final/>",
    "<a>" * 3000, "\\ud800", "halt", "* * * * *\n", "S", "'", '"', ",", ":", "1" * 20, " " * 300,
]  # fmt: skip
COMMANDS = (
    ["run", "--max-steps", "200"],
    ["run", "--max-steps", "1e5", "--cycle-window", "1000"],
    ["run", "--max-steps", "50", "--trace", "--rows", "3"],
    ["encode"],
    ["convert", "--to", "json"],
    ["convert", "--to", "turingmachine.io", "--rename"],
    ["universal", "--cycles", "2"],
    ["universal", "--cycles", "1", "--on", "minsky-7-4", "--max-steps", "1000"],
)


def require_contract(capsys, *arguments):
    """Run a command; its exit code is 0, or 3 or 1 or 2 with one line that says why."""
    code = main([str(x) for x in arguments])
    err = capsys.readouterr().err
    assert code in (0, 1, 2, 3) and "Traceback" not in err and "Warning" not in err
    if code in (1, 2):
        assert err.startswith("noisytm: ") and err.count("\n") == 1 and 20 < len(err) < 2000
    return code


@sweep
@given(data=st.data())
@settings(
    max_examples=examples(120, 30), deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_damaged_texts(data, capsys, tmp_path):
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(text)))
        j = data.draw(st.integers(i, min(i + 30, len(text))))
        inserted = data.draw(st.sampled_from(PIECES) | st.text(max_size=3) | st.just(3 * text[i:j]))
        text = text[:i] + inserted + text[j:]
    path = tmp_path / "machine"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    verb, *options = data.draw(st.sampled_from(COMMANDS))
    require_contract(capsys, verb, path, *options)


NAMES = ["_", "0", "1", " ", "  ", "é", "空", "two words", "$x$", "%s{}", "#", ";", "*", "~", "!", "<", "-", "a" * 300]


@st.composite
def odd_machines(draw):
    symbols = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    states = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    halting = draw(st.lists(st.sampled_from(states), max_size=2, unique=True))
    keys = [(s, q) for s in symbols for q in states if q not in halting]
    tuples = [
        [*key, draw(st.sampled_from(symbols)), draw(st.sampled_from(states)), draw(st.sampled_from("LSR"))]
        for key in (draw(st.lists(st.sampled_from(keys), unique=True)) if keys else [])
    ]
    return {
        "noisytm": "machine/1", "symbols": symbols, "blank": draw(st.sampled_from(symbols)), "states": states,
        "start": draw(st.sampled_from(states)), "halting": halting, "tuples": tuples,
        "undefined": draw(st.sampled_from(["stop", "write-1"] if "1" in symbols else ["stop"])),
    }  # fmt: skip


@sweep
@given(record=odd_machines(), command=st.sampled_from(COMMANDS))
@settings(
    max_examples=examples(150, 40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_odd_machines(record, command, capsys, tmp_path):
    path = tmp_path / "machine.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    verb, *options = command
    code = require_contract(capsys, verb, path, *options)
    assert code != 2 and (code == 0 or verb != "encode")


def test_names_as_long_as_can_be_are_cut_in_messages(capsys, tmp_path):
    long = "9" * 5000
    yaml = f"blank: '0'\nstart state: A\ntable:\n  A:\n    1: {{write:{long}, {long}: A}}\n"
    (tmp_path / "long.yaml").write_text(yaml, encoding="utf-8")
    assert require_contract(capsys, "run", tmp_path / "long.yaml") == 1
    machine = library.machine("bb2").to_json()
    for entries in (
        {"states": ["A", long]},
        {"tuples": [["0", "A", "1", long, "R"]]},
        {"tuples": [["0", "A", "1", "B", long]]},
        {"states": ["A", "B", "Z", long, long]},
    ):
        path = tmp_path / "long.json"
        path.write_text(json.dumps(machine | entries), encoding="utf-8")
        assert require_contract(capsys, "run", path) == 1
    wide = {"noisytm": "machine/1", "symbols": [long], "blank": long, "states": ["A"], "start": "A", "tuples": []}
    path.write_text(json.dumps(wide), encoding="utf-8")
    for target in formats.formats():
        require_contract(capsys, "convert", path, "--to", target)
    assert require_contract(capsys, "bound", json.dumps(wide)) == 2


@pytest.mark.parametrize("verb", ["run", "encode", "bound", "universal"])
def test_an_empty_machine_argument(verb, capsys):
    assert main([verb, ""]) == 1
    assert "the machine is an empty string; give a file" in capsys.readouterr().err


def test_other_empty_names(capsys, tmp_path):
    assert main(["verify", ""]) == 1
    assert "the name of the certificate file is empty" in capsys.readouterr().err
    assert main(["bound", "--problem", ""]) == 1
    assert "the name of the problem file is empty" in capsys.readouterr().err
    (tmp_path / "p.yaml").write_text("machine: ''\ninputs: [A]\nsteps: 2\n", encoding="utf-8")
    assert main(["bound", "--problem", str(tmp_path / "p.yaml")]) == 1
    assert "the machine is an empty string" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("!!bool perhaps", "not YAML: a tag, a key or a number that cannot be read"),
        ("!!int ''", "not YAML: a tag, a key or a number that cannot be read"),
        ("2\n? [[a]]\n: b", "not YAML: a tag, a key or a number that cannot be read"),
        ("!!float 0x" + "9" * 5000, "not YAML"),
        ("!!timestamp " + "9" * 5000, "not YAML"),
        ("'&a [&a b, &a c]'", "steps is '&a [&a b, &a c]'"),
        ("[&a b, &a c]", "steps is ['b', 'c']"),
    ],
)
def test_problems_with_odd_tags_and_anchors(value, says, capsys, tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(f"machine: detectA\ninputs: [A]\nsteps: {value}\n", encoding="utf-8")
    assert main(["bound", "--problem", str(path)]) == 1
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1 and len(err) < 2000


def test_an_anchor_used_twice_says_nothing(capsys, tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("blank: &a ' '\nstart state: &a x\ntable:\n  x:\n", encoding="utf-8")
    assert main(["run", str(path)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field", "annealed", "quenched"])
@pytest.mark.parametrize("chart", ["simplex", "bits", "sphere"])
def test_a_machine_without_tuples_has_nothing_to_get_wrong(semantics, chart, capsys):
    text = '{"noisytm": "machine/1", "symbols": ["0", "1"], "blank": "0", "states": ["A"], "start": "A", "tuples": []}'
    options = ["--words", ",1", "--steps", "2", "--semantics", semantics, "--chart", chart, "--json"]
    assert main(["bound", text, *options]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["learning_coefficient"], record["multiplicity"], record["dimension"]) == ("0", 1, 0)
