"""What people have: small files that were read or written wrongly once, and more of each kind."""

import json
import warnings
from pathlib import Path

import pytest
from stepping import run

from noisytm import formats
from noisytm.cli import main
from noisytm.errors import FormatError, MachineError, ReadingNote
from noisytm.machine import TuringMachine
from noisytm.problem import load_machine

CASES = Path(__file__).parent.parent / "data" / "formats" / "cases"
BB2 = "1RB1LB_1LA1RZ"


def case(name):
    return (CASES / name).read_text(encoding="utf-8")


def noted(text, *arguments, **options):
    """Return the machine of a text and what was told of it."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        machine = formats.parse(text, *arguments, **options)
    assert all(w.category is ReadingNote for w in told)
    assert all(w.filename == __file__ for w in told)
    return machine, " ".join(str(w.message) for w in told)


def jff(*parts, type="turing", before=""):
    body = "".join(parts)
    return f"<structure><type>{type}</type>{before}<automaton>{body}</automaton></structure>"


def edge(read, write, move="R", source=0, to=0):
    return (
        f"<transition><from>{source}</from><to>{to}</to><read>{read}</read><write>{write}</write>"
        f"<move>{move}</move></transition>"
    )


Q0 = '<state id="0" name="p"><initial/></state>'
Q1 = '<state id="1" name="h"><final/></state>'


@pytest.mark.parametrize(
    ("verb", "name", "options", "code", "fragment"),
    [
        ("convert", "turingbb.jff", "--to json", 0, '["a", "q0", "b", "q0", "R"]'),
        ("convert", "stay.txt", "--to turingmachine.io", 1, "tuple (a, 0) stays (S), and turingmachine.io moves only"),
        ("convert", "wildcard-rule-vanishes.jff", "--to morphett --rename", 1, "and would be lost; name the others"),
        ("convert", "wildcard-rule-vanishes.jff", "--to morphett --rename --symbols ab", 0, "q0 b b r q0\n"),
        ("run", "open-wildcard.txt", "--word (a(", 0, "halted after 4 steps"),
        ("convert", "conflicting-rules.txt", "--to json", 1, "'0 a a r 0' and '0 a b l 1'; keep one"),
        ("convert", "spaced-with-text.txt", "--to json", 0, '["1", "B", "1", "Z", "R"]'),
        ("convert", "document-start.yaml", "--to json", 0, '["a", "s", "b", "t", "R"]'),
        ("convert", "tabs-between-cells.txt", "--to json", 0, '["1", "B", "1", "Z", "R"]'),
        ("convert", "csv-second-column.csv", "--to json", 0, '["1", "B", "1", "Z", "R"]'),
        ("convert", "two-states-one-name.jff", "--to json", 0, '["a", "q0-1", "c", "q2", "R"]'),
        ("convert", "rename-star.yaml", "--to morphett --rename", 0, "s a a r halt\n"),
    ],
)
def test_the_files_that_were_read_or_written_wrongly(capsys, verb, name, options, code, fragment):
    assert main([verb, str(CASES / name), *options.split()]) == code
    out, err = capsys.readouterr()
    assert fragment in (err if code else out)
    assert not (code and out)


# files of JFLAP 7.1 and 8


@pytest.mark.parametrize(
    "text",
    [
        case("turingbb.jff"),
        jff(Q0.replace("p", "q0"), Q1.replace("h", "q1"), edge("a", "b"), edge("", "", "S", to=1), type="turingbb"),
        jff(Q0.replace("p", "q0"), Q1.replace("h", "q1"), edge("a", "b"), edge("", "", "S", to=1), type=" turingbb\n"),
        case("turingbb.jff").replace("<automaton>", "").replace("</automaton>", ""),
        case("turingbb.jff").replace("<automaton>", "<tapes>1</tapes><automaton>"),
        case("turingbb.jff").replace("<read>a</read>", "<read><![CDATA[a]]></read>"),
        case("turingbb.jff").replace("<read>a</read>", "<read>&#97;</read><!-- a -->"),
        case("turingbb.jff").replace("<automaton>", "<automaton><note><text>a machine</text><x>1.0</x></note>"),
    ],
)
def test_blocks_without_a_machine_are_states(text):
    machine = formats.parse(text)
    assert machine == formats.parse(case("turingbb.jff").replace("turingbb", "turing"))
    assert run(machine, "aa") == (3, "q1", {0: "b", 1: "b"})


@pytest.mark.parametrize(
    "text",
    [
        '<structure type="editor_panel"><structure type="turing"/></structure>',
        '<structure type="turing"><structure type="state_set"/></structure>',
        "<structure><structure type='turing'/></structure>",
        '<?xml version="1.0" encoding="UTF-8"?>\n<structure type="x"/>',
        '<structure type="editor_panel"><type>turing</type></structure>',
    ],
)
def test_jflap_8_is_refused_with_the_way_out(text):
    with pytest.raises(FormatError, match=r"is one of JFLAP 8, .* save it as JFLAP 7 \(\.jff\)"):
        formats.parse(text)


# what a target rejects or reads otherwise


def machine_with(symbol="a", state="0", move="R", blank="_"):
    symbols = [blank, *sorted({"b", symbol} - {blank})]
    return TuringMachine(
        symbols, blank, [state, "halt"], state, [(s, state, symbol, "halt", move) for s in symbols], ["halt"]
    )


@pytest.mark.parametrize(
    ("machine", "target", "reason"),
    [
        (formats.read(CASES / "stay.txt"), "turingmachine.io", "moves only L or R"),
        (machine_with(move="S"), "turingmachine.io", "tuple (_, 0) stays (S), and turingmachine.io moves only L or R"),
        (machine_with(move="S").renamed({"_": "0"}, {"0": "A"}), "bbchallenge", "rename them"),
        (machine_with(state="__proto__"), "turingmachine.io", "no name to the JavaScript"),
        (machine_with(state="__proto__"), "morphett", "is '*' or '__proto__'"),
        (machine_with("*"), "morphett", "it is the wildcard"),
        (machine_with(";"), "morphett", "it begins a comment"),
        (machine_with(" "), "morphett", "split at white space"),
        (machine_with(state="a b"), "morphett", "has white space"),
        (machine_with("~", blank="□"), "jflap", "any symbol"),
        (machine_with("!", blank="□"), "jflap", "negation"),
        (machine_with("}", blank="□"), "jflap", "variable"),
    ],
)
def test_what_the_target_would_reject_is_not_written(machine, target, reason):
    with pytest.raises(FormatError) as caught:
        formats.write(machine, target)
    assert reason in str(caught.value)


# wildcards


@pytest.mark.parametrize(
    ("text", "word", "rules"),
    [
        (case("wildcard-rule-vanishes.jff"), "ab", {"a": ("a", "q0", "R"), "b": ("b", "q0", "R")}),
        (jff(Q0, edge("!", "x")), "ab", {"a": ("x", "p", "R"), "b": ("x", "p", "R"), "x": ("x", "p", "R")}),
        (jff(Q0, edge("!", "~"), edge("a", "a", "L")), "ab", {"a": ("a", "p", "L"), "b": ("b", "p", "R")}),
        ("0 * * r 0\n0 _ _ * halt", "(", {"(": ("(", "0", "R")}),
        ("0 _ _ * halt\n* * x l halt", "a", {"a": ("x", "halt", "L"), "x": ("x", "halt", "L")}),
        ("0 _ _ * halt\n* * * l *", "ab", {"a": ("a", "0", "L"), "b": ("b", "0", "L")}),
    ],
)
def test_a_wildcard_rule_does_not_vanish(text, word, rules):
    machine = formats.parse(text, symbols=word)
    assert {s: machine.table[s, q] for s, q in machine.keys if s in rules} == rules
    try:
        _, told = noted(text)
    except FormatError as error:
        assert "would be lost; name the others" in str(error)
    else:
        assert "the wildcards stand for the symbols that the text mentions" in told
    renamed = formats.renamed_for(machine, "morphett")
    assert len(formats.parse(formats.write(renamed, "morphett")).tuples) == len(machine.tuples)


def test_rules_for_which_no_symbol_is_left_are_told():
    _, told = noted("0 _ 1 r 0\n0 1 1 r 0\n0 * * r halt\n* * * l halt")
    assert "symbols that the text mentions, '_', '1'; none of them is left to lines 3, 4" in told
    _, told = noted(jff(Q0, edge("!", "~"), edge("a", "a", "L")))
    assert "none of them is left to the transition from 'p' to 'p', !□ ; ~ , R" in told
    _, told = noted("0 _ 1 r 0\n0 * * r halt", symbols="")
    assert told == ""


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        (case("open-wildcard.txt"), "(a(", {0: "[", 1: "a", 2: "["}),
        ("* * * r *\n0 _ _ * halt", "xyz", {0: "x", 1: "y", 2: "z"}),
        ("0 * 1 r 0\n0 _ _ * halt", "xy", {0: "1", 1: "1"}),
        (jff(Q0, Q1, edge("!", "~"), edge("", "", "S", to=1)), "ab", {0: "a", 1: "b"}),
        (jff(Q0, Q1, edge("!a", "a"), edge("a", "a", "S", to=1)), "xya", {0: "a", 1: "a", 2: "a"}),
        (jff(Q0, edge("~", "z")), "q" * 40, dict.fromkeys(range(30), "z") | dict.fromkeys(range(30, 40), "q")),
    ],
)
def test_in_a_run_wildcards_stand_for_the_symbols_of_the_word(text, word, expected, recwarn):
    machine = load_machine(text, word=word)
    assert run(machine, word, 30)[2] == expected
    assert not recwarn.list


def test_the_command_runs_a_word_with_symbols_that_only_wildcards_stand_for(capsys):
    assert main(["run", str(CASES / "open-wildcard.txt"), "--word", "(a("]) == 0
    out, err = capsys.readouterr()
    assert "[a[" in out
    assert err == ""
    assert main(["run", "0 1 1 r 0", "--word", "2"]) == 1
    assert "'2' at position 0, which is not a symbol of the machine" in capsys.readouterr().err


def test_the_command_says_what_was_decided_on_a_line_of_its_own_and_once(capsys):
    path = str(CASES / "open-wildcard.txt")
    assert main(["convert", path, "--to", "morphett"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("noisytm: note: the wildcards stand for the symbols that the text mentions, '_', '(', '[';")
    assert err.count("\n") == 1
    assert main(["convert", path, "--to", "morphett", "--quiet"]) == 0
    assert capsys.readouterr() == (out, "")
    assert main(["convert", path, "--to", "morphett", "--symbols", "x"]) == 0
    out, err = capsys.readouterr()
    assert "0 x x r 0" in out
    assert err == ""
    assert main(["convert", BB2, "--to", "json", "--symbols", "x"]) == 1
    assert "bbchallenge text has no wildcards; leave out symbols, which is for" in capsys.readouterr().err


def test_symbols_without_wildcards_are_refused():
    for text in ("0 1 1 r 0", BB2, jff(Q0, edge("a", "b"))):
        with pytest.raises(FormatError, match="no wildcards"):
            formats.parse(text, symbols="x")
    with pytest.raises(FormatError, match="must be a single character"):
        formats.parse("0 * * r 0", symbols=["ab"])


# two rules for one pair


TMIO = "blank: ' '\nstart state: s\ntable:\n"
MACHINE = json.loads(formats.write(formats.parse(BB2), "json"))
TWICE = json.dumps(MACHINE | {"tuples": [*MACHINE["tuples"], ["0", "A", "0", "A", "L"]]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (case("conflicting-rules.txt"), "lines 1 and 2 are different rules for state '0' and symbol 'a'"),
        ("0 a a r 0\n; note\n0 * * l 1\n0 * a l 1", "lines 3 and 4 are different rules for state '0' and symbol '*'"),
        ("* a a r 0\n\n* a b r 0", "lines 1 and 3 are different"),
        ("* * a r 0\n0 a a r 0\n* * a l 0", "lines 1 and 3 are different"),
        (jff(Q0, edge("a", "b"), edge("a", "c")), "p', a ; b , R, and the transition from 'p' to 'p', a ; c , R"),
        (jff(Q0, edge("~", "b"), edge("a", "c")), "two different transitions at 'a'"),
        (jff(Q0, edge("!a", "b"), edge("!b", "c")), "two different transitions at the blank"),
        (TMIO + "  s:\n    a: R\n    a: L", "two rules for symbol 'a'; keep one (they are on lines 5 and 6)"),
        (TMIO + "  s:\n    [a, b]: R\n    b: L", "two rules for symbol 'b'; keep one (they are on lines 5 and 6)"),
        (TMIO + "  s:\n    0: R\n    '0': L", "two rules for symbol '0'"),
        (TMIO + "  s:\n    0: R\n  s:\n    1: R", "has the key 's' twice; keep one (they are on lines 4 and 6)"),
        (TMIO + "  s:\n    0: {L: s, L: s}", "has the key 'L' twice"),
        (TWICE, "tuple ('0', 'A') is listed twice"),
        (TWICE.replace('"name"', '"start"').replace('{"', '{"blank": "0", "', 1), "the key 'blank' twice"),
        ("machine,machine\n" + f"{BB2},{BB2}", "two columns named 'machine'"),
    ],
)
def test_two_rules_for_one_pair_are_refused(text, reason):
    with pytest.raises((FormatError, MachineError)) as caught:
        formats.read_text(text)
    assert reason in str(caught.value)


def test_the_same_rule_twice_is_one_rule():
    assert len(formats.parse("0 a a r 0\n0 a a R 0").tuples) == 1
    assert len(formats.parse(jff(Q0, edge("a", "b"), edge("a", "b"))).tuples) == 1


# names of states


@pytest.mark.parametrize(
    ("states", "names"),
    [
        (("q0", "q0", "q2"), ("q0", "q0-1", "q2")),
        (("a", "a", "a"), ("a", "a-1", "a-2")),
        (("a", "a", "a-1"), ("a", "a-1-1", "a-1")),
        (("a-1", "a", "a"), ("a-1", "a", "a-2")),
        (("", "q0", ""), ("q0", "q0-1", "q2")),
        (("", "", "q0"), ("q0", "q1", "q0-2")),
        ((" ", " ", "x"), (" ", " -1", "x")),
        (("a", "a-2", "a"), ("a", "a-2", "a-2-2")),
    ],
)
def test_states_of_one_name_are_told_apart_by_their_ids(states, names):
    marks = ("<initial/>", "", "<final/>")
    text = jff(
        *(f'<state id="{i}" name="{q}">{m}</state>' for i, (q, m) in enumerate(zip(states, marks, strict=True))),
        edge("a", "b", to=1), edge("a", "c", source=1, to=2),
    )  # fmt: skip
    machine, told = noted(text)
    assert machine.states == names
    assert machine.halting == names[2:]
    assert run(machine, "aa") == (2, names[2], {0: "b", 1: "c"})
    changed = [(old, new) for old, new in zip(states, names, strict=True) if old and old != new]
    assert all(f"is called {new!r}" in told for _, new in changed)
    assert bool(told) == (len(set(names) - {f"q{i}" for i in range(3)} - set(states)) > 0)


# final states with transitions


FINAL = jff(Q0, Q1, edge("a", "b", to=1), edge("a", "c", source=1))


def test_final_states_with_transitions_are_read_on_request(capsys, tmp_path):
    with pytest.raises(FormatError, match=r"state 'h' is final and has a transition; .* say --final halts"):
        formats.parse(FINAL)
    machine = formats.parse(FINAL, final="halts")
    assert machine.halting == ("h",)
    assert machine.symbols == ("□", "a", "b")
    assert run(machine, "aa") == (1, "h", {0: "b", 1: "a"})
    path = tmp_path / "final.jff"
    path.write_text(FINAL, encoding="utf-8")
    assert formats.read(path, final="halts") == machine
    assert main(["convert", str(path), "--to", "json"]) == 1
    assert "--final halts" in capsys.readouterr().err
    assert main(["convert", str(path), "--to", "json", "--final", "halts"]) == 0
    assert formats.parse(capsys.readouterr().out) == machine
    assert main(["run", str(path), "--word", "aa", "--final", "halts"]) == 0
    assert "halted after 1 step" in capsys.readouterr().out
    assert main(["encode", str(path), "--final", "halts"]) == 0
    capsys.readouterr()
    for verb, *options in (["universal", "--word"], ["bound", "--steps", "1", "--words"], ["syndromes", "--words"]):
        assert main([verb, str(path), *options, "z"]) == 1
        assert "--final halts" in capsys.readouterr().err
        assert main([verb, str(path), *options, "z", "--final", "halts"]) == 1
        assert "'z' at position 0, which is not a symbol of the machine" in capsys.readouterr().err
    problem = tmp_path / "problem.yaml"
    problem.write_text("machine: detectA\ninputs: [A]\nsteps: 1\n", encoding="utf-8")
    assert main(["bound", "--problem", str(problem), "--final", "halts"]) == 2
    assert "the problem file names the machine" in capsys.readouterr().err


def test_where_a_program_starts_is_told_if_it_is_not_the_state_0():
    _, told = noted("a _ 1 r b\nb _ 1 l a")
    assert told.startswith("the program does not say where to start, and has no rule for '0'")
    assert told.endswith("taken is 'a', the state of the first rule")
    assert noted("a _ 1 r 0\n0 _ 1 l a")[1] == ""
    written = formats.write(formats.parse("a _ 1 r b\nb _ 1 l a"), "morphett")
    assert noted(written)[1] == ""


def test_what_final_can_be(capsys):
    with pytest.raises(FormatError, match="final is 'goes on'; it must be"):
        formats.parse(FINAL, final="goes on")
    with pytest.raises(FormatError, match="bbchallenge text has no final states that could have rules"):
        formats.parse(BB2, final="halts")
    with pytest.raises(FormatError, match="is a machine of the library"):
        load_machine("detectA", final="halts")
    assert main(["run", "detectA", "--final", "accepts"]) == 2
    assert "--final is 'accepts'; it must be one of halts" in capsys.readouterr().err


def test_rules_of_halting_states_in_programs_are_told():
    _, told = noted("0 _ 1 r halt\nhalt 1 1 r 0\nhalt-x 1 1 r 0")
    assert told == "the rules for halting states are never used, and left out: lines 2, 3, first for 'halt'"


# tabs


@pytest.mark.parametrize(
    ("text", "tabbed"),
    [
        ("0 a b r 0 ; x\n0 _ _ l halt !", "\t0\ta\tb \tr\t\t0\t;\tx\t\n\t\n0\t_\t_\tl\thalt\t!\t"),
        (json.dumps(MACHINE, indent=1), json.dumps(MACHINE, indent="\t", separators=("\t,\t", "\t:\t"))),
        (
            jff(Q0, Q1, edge("a", "b", to=1)),
            jff(Q0, Q1, edge("a", "b", "\tR\t", "\t0", "1\t"), type="\tturing\t").replace("><", ">\t\n\t<"),
        ),
    ],
)
def test_tabs_are_white_space(text, tabbed):
    assert formats.parse(tabbed) == formats.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        jff(Q0, edge("\t", "b")),
        jff(Q0, edge("a", "\t")),
        jff(Q0, edge("a\t", "b")),
        jff(Q0.replace('"p"', '"p&#9;q"'), edge("a", "b")),
        json.dumps(MACHINE | {"start": "A\t"}),
    ],
)
def test_a_tab_in_a_name_is_refused(text):
    with pytest.raises((FormatError, MachineError)):
        formats.parse(text)
