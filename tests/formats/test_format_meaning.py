"""What the texts of each format mean: conventions, defaults, order, wildcards."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep
from stepping import run

from noisytm import formats
from noisytm.errors import FormatError
from noisytm.machine import TuringMachine

# bbchallenge


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("1RB 1LB  1LA 1RZ", "1RB1LB_1LA1RZ"),
        ("1RB ...  1LA 1RH", "1RB---_1LA1RH"),
        ("1RB1LB_1LA1RZ Halt 6 4", "1RB1LB_1LA1RZ"),
        ("1RB1LB_1LA1RZ,halt,decider", "1RB1LB_1LA1RZ"),
        ("1RB1LB_1LA1RZ # note", "1RB1LB_1LA1RZ"),
        ("1RB1LB1LA1RZ", "1RB1LB_1LA1RZ"),
        ("1RB 1LB 1LA 1RZ", "1RB1LB_1LA1RZ"),
        ("1RB1LC1RC1RB1RD0LE1LA1LD1RZ0LA", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"),
        ("1RA2LA3RA---", "1RA2LA3RA---"),
        ("1RA1LA1RA1RZ", "1RA1LA1RA1RZ"),
        ("1RA---", "1RA---"),
        ("0RB_0LC_0RA", "0RB_0LC_0RA"),
    ],
)
def test_variants_of_bbchallenge(text, joined):
    assert formats.write(formats.parse(text), "bbchallenge") == joined + "\n"


def test_undefined_cell_counts_a_step_that_writes_1():
    machine = formats.parse("0RB---_0LA---")
    assert machine.undefined == "write-1"
    assert run(machine, "1") == (1, "A", {0: "1"})


def test_complete_table_needs_no_convention():
    machine = formats.parse("1RB1LB_1LA1RZ")
    assert machine.undefined == "stop"
    remembering = TuringMachine(
        machine.symbols,
        "0",
        machine.states,
        "A",
        machine.tuples,
        halting=machine.halting,
        undefined="write-1",
    )
    for target in ("bbchallenge", "turingmachine.io"):
        assert formats.parse(formats.write(remembering, target)) == machine


def test_several_halting_letters_are_kept():
    machine = formats.parse("1RZ1LB_1LA1RH")
    assert machine.states == ("A", "B", "H", "Z")
    assert machine.halting == ("H", "Z")


def test_list_files():
    text = "# holdouts\n1RB---_1LA0RB Halt 3 1\n\n0RA--- Inf\n"
    assert [len(m.states) for m in formats.read_text(text)] == [2, 1]
    csv = "machine,status,decider\n1RB---_1LA0RB,nonhalt,loop\n0RA---,nonhalt,loop\n"
    assert formats.read_text(csv) == formats.read_text(text)


# turingmachine.io


def table(rows, **more):
    lines = [f"{key}: {value}" for key, value in ({"blank": "' '", "start state": "a"} | more).items()]
    return formats.parse("\n".join([*lines, "table:", *rows]), "turingmachine.io")


def test_scalars_are_read_as_written():
    machine = table(
        ["  a:", "    0: {write: y, R: on}", "    N: {write: 1, N: 010}", "  on: {y: L}", "  010:", "  1.50:"]
    )
    assert machine.states == ("a", "on", "010", "1.50")
    assert machine.halting == ("010", "1.50")
    assert machine.symbols == (" ", "0", "1", "N", "y")
    assert machine.table["N", "a"] == ("1", "010", "S")
    assert machine.table["y", "on"] == ("y", "on", "L")


def test_instructions():
    machine = table(
        ["  a:", "    0: {write: 1, L}", "    1: N", "    ' ': go", "    2: {R: null}", "  b:"],
        synonyms="{go: {write: 2, R: b}}",
    )
    assert machine.table["0", "a"] == ("1", "a", "L")
    assert machine.table["1", "a"] == ("1", "a", "S")
    assert machine.table[" ", "a"] == ("2", "b", "R")
    assert machine.table["2", "a"] == ("2", "a", "R")


@pytest.mark.parametrize(
    ("key", "symbols"),
    [
        ("[0, 1]", "01"),
        ("'0,1'", "01"),
        ("','", ","),
        ("'0,,,1'", "0,1"),
        ("[',', 1]", ",1"),
        ("[y, N]", "Ny"),
    ],
)
def test_one_rule_for_several_symbols(key, symbols):
    machine = table([f"  a: {{{key}: R}}"])
    assert {s for s, _ in machine.keys} == set(symbols)


def test_empty_row_is_not_a_halting_state():
    machine = table(["  h:", "  b: {}", "  a: {0: {R: b}}", "  g: ~"])
    assert machine.states == ("a", "b", "h", "g")
    assert machine.halting == ("h", "g")
    assert formats.parse(formats.write(machine, "turingmachine.io")) == machine


def test_start_state_that_halts():
    machine = formats.parse("blank: 0\nstart state: h\ntable:\n  b: {1: R}\n  h:\n")
    assert (machine.states, machine.halting) == (("h", "b"), ("h",))


def test_exported_document():
    source = "source code: |\n  blank: 0\n  start state: a\n  table: {a: {0: R}}\n"
    text = f"name: my machine\n{source}positions:\n  a: {{x: 1, y: 2}}\n"
    machine = formats.parse(text)
    assert (machine.name, machine.states) == ("my machine", ("a",))


def test_input_and_name_do_not_change_the_machine():
    rows = ["  a: {0: R}"]
    assert table(rows, input="'0011'", name="x") == table(rows)
    assert table(rows, name="x").name == "x"


# JFLAP

JFF = "<structure><type>turing</type><automaton>{}</automaton></structure>"


def jff(*parts):
    return formats.parse(JFF.format("".join(parts)))


def edge(read="", write="", source=0, to=0, move="<move>S</move>"):
    return f"<transition><from>{source}</from><to>{to}</to>{read}{write}{move}</transition>"


Q0 = '<state id="0" name="p"><initial/></state>'


def test_missing_elements_have_defaults():
    machine = jff(Q0, edge(move=""))
    assert machine.table == {("□", "p"): ("□", "p", "R")}


@pytest.mark.parametrize("blank", ["<read/>", "<read></read>", "<read>□</read>", ""])
def test_spellings_of_the_blank(blank):
    assert list(jff(Q0, edge(read=blank)).table) == [("□", "p")]


def test_files_without_automaton_and_with_blocks():
    states = '<block id="4"><tag>Machine0</tag><initial/></block><block id="2" name="end"><final/></block>'
    flow = edge(source=4, to=2, write="<write>1</write>")
    machine = jff(states, flow, "<Machine0/>")
    assert machine.states == ("q4", "end")
    assert machine.halting == ("end",)
    bare = formats.parse(f"<structure><type> turing </type>{states}{flow}</structure>")
    assert bare == machine


def test_same_transition_twice_is_deterministic():
    assert len(jff(Q0, edge(), edge()).tuples) == 1


def test_labels_do_not_name_states():
    assert jff('<state id="0" name="p"><label>other</label><initial/></state>').states == ("p",)


def test_order_of_jflap_states():
    end = '<state id="3" name="end"><final/></state>'
    assert jff(end, '<state id="2" name="b"/>', '<state id="1" name="s"><initial/></state>').states == (
        "s",
        "b",
        "end",
    )


PATTERNS = ["~", "!", "!a", "!b", "a", "b", ""]


@given(st.lists(st.tuples(st.sampled_from(PATTERNS), st.sampled_from(["~", "a", "b", ""])), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_shorthands_match_what_jflap_tries(rules):
    edges = [edge(f"<read>{r}</read>", f"<write>{w}</write>") for r, w in rules]
    alphabet = {"□"} | {x for r, w in rules for x in (r[-1:], w)} & {"a", "b"}

    def matches(pattern, symbol):
        if pattern == "~":
            return True
        if pattern.startswith("!"):
            return symbol != (pattern[1:] or "□")
        return symbol == (pattern or "□")

    expected = {}
    choice = False
    for ordinary in (True, False):
        for symbol in alphabet:
            written = {
                symbol if w == "~" else w or "□"
                for r, w in rules
                if r.startswith("!") != ordinary and matches(r, symbol)
            }
            choice = choice or len(written) > 1
            if written and symbol not in expected:
                expected[symbol] = min(written)
    empty = any(r.startswith("!") and not any(matches(r, s) for s in alphabet) for r, _ in rules)
    try:
        machine = jff(Q0, *edges)
    except FormatError as error:
        if empty:
            assert "stands for no symbol, as the file mentions no other" in str(error)
            return
        assert "nondeterministic" in str(error)
        assert choice
        return
    assert not choice
    assert not empty
    assert {s: machine.table[s, "p"][0] for s, _ in machine.keys} == expected


# Morphett


def test_start_state_of_morphett():
    assert formats.parse("a _ 1 r 0\n0 _ 1 l a").start == "0"
    assert formats.parse("a _ 1 r b\nb _ 1 l a").start == "a"
    assert formats.parse("a _ 1 r 0\n").start == "a"
    assert formats.parse("* _ 1 r *\n").states == ("0",)
    assert formats.parse("* _ 1 r b\nb _ _ l halt").states == ("b", "halt")


def test_two_rules_for_one_pair_are_refused_with_both_lines():
    with pytest.raises(FormatError, match="lines 1 and 2 are different rules for state '0' and symbol '_'"):
        formats.parse("0 _ 1 r 0\n0 _ _ L Halted !\n")
    assert formats.parse("0 _ _ l Halted\n0 _ _ L Halted !\n").table["_", "0"] == ("_", "Halted", "L")


def test_rules_of_halting_states_are_never_used():
    machine = formats.parse("0 _ 1 r HALT\nhalt x y r 0\n* * * l *")
    assert machine.halting == ("HALT",)
    assert machine.symbols == ("_", "1")
    assert {q for _, q in machine.keys} == {"0"}


STATES, LETTERS = ["0", "b", "*"], ["_", "a", "*"]


@sweep
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STATES),
            st.sampled_from(LETTERS),
            st.sampled_from(LETTERS),
            st.sampled_from("lrLR*"),
            st.sampled_from([*STATES, "halt"]),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=examples(300, 75), deadline=None)
def test_wildcards_run_as_the_simulator_looks_them_up(rules):
    text = "\n".join(map(" ".join, rules))
    program = {(q, s): rest for q, s, *rest in rules}
    if any([w, m.lower(), r] != [x.lower() for x in program[q, s]] for q, s, w, m, r in rules):
        with pytest.raises(FormatError, match="are different rules for state"):
            formats.parse(text, "morphett")
        return
    machine = formats.parse(text, "morphett")
    for word in itertools.chain.from_iterable(itertools.product(machine.symbols, repeat=n) for n in range(3)):
        tape, state, head, steps = dict(enumerate(word)), machine.start, 0, 0
        while steps < 30 and not state.startswith("halt"):
            symbol = tape.get(head, "_")
            keys = [(state, symbol), (state, "*"), ("*", symbol), ("*", "*")]
            rule = next((program[k] for k in keys if k in program), None)
            if rule is None:
                break
            write, move, target = rule
            tape[head] = symbol if write == "*" else write
            head += {"l": -1, "r": 1, "*": 0}[move.lower()]
            state = state if target == "*" else target
            steps += 1
        assert run(machine, word, 30) == (steps, state, {i: s for i, s in tape.items() if s != "_"})


# refusals when writing


def simple(**changes):
    fields = {
        "symbols": ["_", "1"],
        "blank": "_",
        "states": ["0", "b", "halt"],
        "start": "0",
        "halting": ["halt"],
        "tuples": [
            ("_", "0", "1", "b", "R"),
            ("_", "b", "_", "halt", "L"),
            ("1", "0", "1", "0", "R"),
            ("1", "b", "1", "b", "R"),
        ],
    }
    return TuringMachine(**(fields | changes))


@pytest.mark.parametrize("target", ["turingmachine.io", "morphett"])
def test_simple_machine_is_written(target):
    assert formats.parse(formats.write(simple(), target)) == simple()


T = simple().tuples
REFUSALS = [
    ({"tuples": T[::-1]}, "turingmachine.io", "tuple (1, b) is listed where the standard order"),
    ({"symbols": ["1", "_"]}, "turingmachine.io", "the symbols are in the order '1', '_'"),
    ({"symbols": ["_", "1", "0"], "tuples": [*T, ("0", "0", "0", "0", "R")]}, "morphett", "by code point"),
    ({"symbols": ["_", "1", "2"]}, "jflap", "the blank is '_', and in jflap it is always '□'"),
    ({"symbols": ["_", "1", "2"]}, "morphett", "no tuple mentions the symbols '2'"),
    ({"symbols": ["_", "1", "ab"]}, "turingmachine.io", "symbol 'ab' is not a single character"),
    (
        {"symbols": ["_", "1", "*"]},
        "morphett",
        "symbol '*' cannot be written in morphett: it is the wildcard",
    ),
    (
        {"symbols": ["_", "1", "~"]},
        "jflap",
        "symbol '~' cannot be written in jflap: JFLAP reads it as any symbol",
    ),
    ({"states": ["b", "0", "halt"]}, "turingmachine.io", "the start state '0' is not the first"),
    ({"states": ["0", "halt", "b"]}, "turingmachine.io", "the halting states 'halt' are not the last"),
    (
        {"states": ["0", "b", "halt", "halt2"], "halting": ["halt", "halt2"]},
        "morphett",
        "no tuple mentions state 'halt2'",
    ),
    ({"halting": []}, "morphett", "state 'halt' is not halting, and in morphett"),
    (
        {"tuples": T[1:], "undefined": "write-1"},
        "turingmachine.io",
        "tuple (_, 0) is unlisted and the machine's",
    ),
    ({}, "bbchallenge", "the symbols are '_', '1' with blank '_'; in bbchallenge they are '0', '1'"),
    ({"symbols": ["1", "_"]}, "bbchallenge", "'_' is not the first of the symbols '1', '_', as it is in bbchallenge"),
]


def test_no_other_names_are_asked_for_where_none_would_do():
    many = [str(i) for i in range(27)]
    steps = [(s, q, "1", r, "R") for q, r in itertools.pairwise(many) for s in "01"]
    for machine, reason in (
        (simple(symbols=["1", "_"]), "renaming keeps every order"),
        (TuringMachine(["0", "1"], "0", many, "0", steps, many[-1:]), "27 states; bbchallenge has letters for 26"),
    ):
        with pytest.raises(FormatError) as caught:
            formats.write(formats.renamed_for(machine, "bbchallenge"), "bbchallenge")
        assert reason in str(caught.value) and "--rename" not in str(caught.value)


@pytest.mark.parametrize(("changes", "target", "reason"), REFUSALS)
def test_lossy_conversions_are_refused_with_the_reason(changes, target, reason):
    with pytest.raises(FormatError) as caught:
        formats.write(simple(**changes), target)
    assert reason in str(caught.value)


def test_morphett_start_that_would_be_read_otherwise():
    machine = simple().renamed(states={"0": "b", "b": "0"})
    with pytest.raises(FormatError, match="the start state is 'b', but morphett text does not say where to start"):
        formats.write(machine, "morphett")


def test_states_with_white_space_or_wildcards_into_morphett():
    for name in ("q 0", "*", "a;b"):
        with pytest.raises(FormatError, match="which morphett splits at"):
            formats.write(simple().renamed(states={"0": name}), "morphett")


def letters(**changes):
    fields = {
        "symbols": ["0", "1"],
        "blank": "0",
        "states": ["A", "Z"],
        "start": "A",
        "halting": ["Z"],
        "tuples": [("0", "A", "1", "A", "R"), ("1", "A", "1", "Z", "L")],
    }
    return TuringMachine(**(fields | changes))


BB_REFUSALS = [
    ({"tuples": [("0", "A", "1", "A", "S"), ("1", "A", "1", "Z", "L")]}, "tuple (0, A) stays (S)"),
    ({"tuples": letters().tuples[1:]}, "tuple (0, A) is unlisted and the machine stops there"),
    ({"states": ["A", "Y", "Z"], "halting": ["Y", "Z"]}, "no tuple goes to the halting states 'Y'"),
    (
        {"states": ["A", "halt", "Z"], "halting": ["Z", "halt"]},
        "the halting states are 'halt', 'Z'; in bbchallenge",
    ),
    ({"states": ["A", "Z", "q"]}, "the halting states 'Z' are not the last"),
    ({"states": ["A", "q", "Z"], "undefined": "write-1"}, "the states with rows are 'A', 'q'"),
    ({"symbols": [*map(str, range(10)), "10"]}, "the machine has 11 symbols; bbchallenge has digits for 10"),
    ({"tuples": letters().tuples[::-1]}, "tuple (1, A) is listed where the standard order"),
    ({"tuples": [], "halting": ["A", "Z"]}, "the start state 'A' is halting"),
]


@pytest.mark.parametrize(("changes", "reason"), BB_REFUSALS)
def test_what_bbchallenge_cannot_say(changes, reason):
    with pytest.raises(FormatError) as caught:
        formats.write(letters(**changes), "bbchallenge")
    assert reason in str(caught.value)


def test_renaming_never_changes_what_an_unlisted_tuple_writes():
    machine = letters(symbols=["1", "0"], blank="1", tuples=[("1", "A", "0", "Z", "R")], undefined="write-1")
    assert formats.renamed_for(machine, "bbchallenge") == machine
