"""Every malformed text gives one clear line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import formats
from noisytm.errors import FormatError, MachineError, NoisytmError

JFF = "<structure><type>turing</type><automaton>{}</automaton></structure>"
Q0 = '<state id="0" name="a"><initial/></state>'
Q1 = '<state id="1" name="b"/>'
MACHINE = {
    "noisytm": "machine/1",
    "symbols": ["_"],
    "blank": "_",
    "states": ["a"],
    "start": "a",
    "tuples": [],
}


def transition(read="1", write="1", to="0", source="0", move="R"):
    return (
        f"<transition><from>{source}</from><to>{to}</to><read>{read}</read><write>{write}</write>"
        f"<move>{move}</move></transition>"
    )


def yaml(table, blank="' '", start="a", more=""):
    return f"blank: {blank}\nstart state: {start}\n{more}table:\n{table}"


BAD = {
    "bbchallenge": [
        ("1RB1LB_1LA1SZ", "'1SZ' in '1RB1LB_1LA1SZ' is not a cell"),
        ("1RB1LB_1LA1R", "'1R' in '1RB1LB_1LA1R' is not a cell"),
        ("1RB1LB__1LA1RZ", "has an empty row"),
        ("1RB1LB_1LA", "row 2 has 1 cells and row 1 has 2"),
        ("1RB2LB_1LA1RZ", "cell '2LB' of state A writes 2, but 2 cells a row"),
        ("0RB_---", "'---' writes 1, but a machine with one cell a row has only the symbol 0"),
        ("1RB1LB1LA1LB", "has no row separator and reads as one row of 4 symbols or as 2 rows of 2"),
        ("1RB 1LB 1LA 1LB", "has no row separator"),
        ("1RB1LB 1LA1RZ", "mixes spaced and joined cells"),
        ("1RB 1LB  1LA 1XZ", "'1XZ' in '1XZ' is not a cell"),
        ("1RB 1LB_1LA 1RZ", "is where one cell must be"),
        ("1RB1LB_1LA1RZ\n1rb1lb_1LA1RZ", "line 2: '1rb' in"),
        ("1RA" * 11, "has 11 symbols and 1 rows; bbchallenge has at most 10 and 26"),
        ("_".join(["0RA0LA"] * 27), "has 2 symbols and 27 rows"),
        ("# nothing but a comment", "no machine, only comments"),
        ("machine,status,decider", "no machine, only comments"),
        ("1RA---\n" * 100_001, "the text lists 100001 machines; the limit is 100000"),
    ],
    "turingmachine.io": [
        ("blank: [", "the text is not YAML at line 1"),
        ("a: b\n\tc: d", "not YAML"),
        ("just a word", "the document must be a mapping"),
        ("- a\n- b", "the document must be a mapping"),
        ("start state: a\ntable: {a: }", "the key 'blank' is missing or empty"),
        ("blank: ' '\ntable: {a: }", "the key 'start state' is missing or empty"),
        ("blank: ' '\nstart state: a", "the key 'table' is missing or empty"),
        (yaml("  a:", blank="ab"), "blank is 'ab'; it must be one character"),
        (yaml("  a:", blank="''"), "blank is ''; it must be one character"),
        (yaml("  a:", blank="'🂡'"), "it must be one character"),
        (yaml("  b:"), "start state: state 'a' is not declared in the table"),
        (yaml("  a: {0: {R: b}}"), "state 'b' is not declared in the table; add a line 'b:'"),
        (yaml("  a: {0: {R: a, L: a}}"), "the instruction has 2 moves; give exactly one of L, R, N"),
        (yaml("  a: {0: {write: 1}}"), "the instruction has 0 moves"),
        (yaml("  a: {0: {write: 10, R}}"), "write is '10'; it must be one character"),
        (yaml("  a: {0: {right: a}}"), "unknown keys 'right'; use write and one of L, R, N"),
        (yaml("  a: {0: S}"), "instruction 'S' must be L, R, N or a declared synonym"),
        (yaml("  a: {0: }"), "the instruction must be L, R, N, a synonym, or like"),
        (yaml("  a: {0: [R]}"), "the instruction must be L, R, N, a synonym, or like"),
        (yaml("  a: R"), "state 'a' must be a mapping"),
        (yaml("  a: {01: R}"), "symbol '01' must be one character, or a list of them"),
        (yaml("  a: {[]: R}"), "the list of symbols is empty"),
        (yaml("  a: {[0, [1]]: R}"), "a symbol of state 'a' must be a word"),
        (yaml("  a: {0: R, '0': L}"), "two rules for symbol '0'; keep one"),
        (yaml("  a: {[0, 0]: R}"), "two rules for symbol '0'; keep one"),
        (yaml("  a:\n  a:"), "table has the key 'a' twice"),
        (yaml("  a:", more="blank: 0\n"), "the document has the key 'blank' twice"),
        (yaml("  a:", more="tapes: 2\n"), "unknown top-level keys 'tapes'"),
        (yaml("  a: {0: x}", more="synonyms: {x: y, y: R}\n"), "a synonym cannot use another synonym"),
        (yaml("  a: {0: x}", more="synonyms: {x: {R: b}}\n"), "synonym 'x': state 'b' is not declared"),
        (yaml("  a: {0: &x {R: a}, 1: *x}"), "is a YAML alias (*name); write the value out"),
        (yaml("  a: &x {0: R}\n  b:\n    <<: *x"), "symbol '<<' must be one character"),
        ("source code: 'source code: 1'", "the key 'blank' is missing"),
        ("a: 1\n---\nb: 2", "the text is not YAML"),
        ("table: " + "[" * 20_000, "not YAML at line 1: it is nested more than 32 levels deep"),
        ("table: " + "{a: " * 20_000, "nested more than 32 levels deep"),
        ("- " * 20_000, "nested more than 32 levels deep"),
        ("? " * 20_000, "nested more than 32 levels deep"),
        ("\n".join(" " * k + "a:" for k in range(400)), "at line 33: it is nested more than 32 levels deep"),
        (yaml("  ab: {0: {R: abc}}", start="ab"), "line 'abc:' to it; did you mean 'ab'?"),
        ("# only a comment", "the YAML document is empty"),
        ("blank: \x01", "not YAML"),
        ("blank: ' '\n" * 100_000, "turingmachine.io YAML is read up to 250000"),
    ],
    "jflap": [
        ("<structure>", "the text is not XML"),
        ("<structure>" + "<a>" * 199 + "</a>" * 199 + "<b/></structure>", "the <type> is ''"),
        ("<a/>", "the XML begins with <a>; a JFLAP file begins with <structure>"),
        ("<structure><type>fa</type></structure>", "the <type> is 'fa'; only 'turing'"),
        ("<structure/>", "the <type> is ''"),
        (JFF.format(""), "0 states are initial; mark exactly one"),
        (JFF.format(Q0 + '<state id="1" name="b"><initial/></state>'), "2 states are initial"),
        (JFF.format(Q0 + '<state id="0" name="b"/>'), "state id '0' is missing or used twice"),
        (JFF.format(Q0 + '<state name="b"/>'), "state id '' is missing or used twice"),
        (JFF.format(Q0 + transition(to="7")), "a transition has <to>7</to>, which is not the id of a state"),
        (JFF.format(Q0 + transition(source="7")), "<from>7</from>"),
        (JFF.format(Q0 + "<transition/>"), "<from></from>"),
        (JFF.format(Q0 + transition(move="N")), "the move 'N'; it must be L, R or S"),
        (JFF.format(Q0 + transition(write="12")), "writes '12'; it must be one character"),
        (JFF.format(Q0 + transition(read="12")), "reads '12'; it must be a character, ~ or !x"),
        (JFF.format(Q0 + transition(read="!ab")), "reads '!ab'"),
        (JFF.format(Q0 + transition(read="!~")), "reads '!~'"),
        (
            JFF.format(Q0 + transition(read="a,b}v")),
            "a JFLAP variable, which remembers a symbol between steps",
        ),
        (JFF.format(Q0 + transition() + transition(write="0")), "two different transitions at '1'"),
        (JFF.format(Q0 + transition() + transition("~", "0")), "two different transitions at"),
        (
            JFF.format(Q0 + Q1 + transition("!1") + transition("!0", to="1")),
            "two different transitions at the blank",
        ),
        (
            JFF.format('<state id="0" name="a"><initial/><final/></state>' + transition()),
            "state 'a' is final and has a transition; JFLAP halts in a final state by default",
        ),
        (JFF.format(Q0).replace("<automaton>", "<tapes>3</tapes><automaton>"), "the machine has 3 tapes"),
        (JFF.format(Q0 + transition().replace("<read>", '<read tape="2">')), "<read> for several tapes"),
        (
            JFF.format('<block id="0" name="a"><tag>M0</tag><initial/></block><M0><state id="0" name="x"/></M0>'),
            "inside block 'a' 0 states are initial; mark exactly one",
        ),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + JFF.format(Q0), "document type declaration or entities"),
        (
            '<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><a>&c;</a>',
            "document type declaration or entities",
        ),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "document type declaration"),
        (
            "<structure>" + "<a>" * 100_000 + "</a>" * 100_000 + "</structure>",
            "the XML is nested more than 200 levels deep",
        ),
        (JFF.format('<state id="0" name="a&#9;b"><initial/></state>'), "not a non-empty printable string"),
    ],
    "morphett": [
        ("0 1 0 r", "line 1: '0 1 0 r' has 4 entries; a rule is"),
        ("0 1 0 r 1 x", "has 6 entries"),
        ("0 1 0 r 1 ! x", "has 7 entries"),
        ("; first\n0 11 0 r 1", "line 2: symbol '11' must be a single character"),
        ("0 1 00 r 1", "symbol '00' must be a single character"),
        ("0 1 0 s 1", "direction 's' must be l, r or * (no move)"),
        ("; no rule", "the program has no rules"),
        ("halt 0 1 r halt", "every rule is for a halting state"),
        (
            "* * * r *\n" + "".join(f"s{i} {chr(0x4E00 + i)} 1 r a\n" for i in range(1100)),
            "the wildcards stand for up to 1",
        ),
    ],
    "json": [
        ("{", "the text is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1, "a": 2}', "the key 'a' twice in one object"),
        ("5", "machine JSON is 5; it must be an object"),
        ("[]", "no machine, only comments or an empty list"),
        ("{}", 'has "noisytm": None'),
        ("[" + json.dumps(MACHINE) + ", 3]", "machine 2 of 2: machine JSON is 3"),
        (json.dumps({**MACHINE, "start": "b"}), "start state 'b' is not among"),
        (json.dumps({**MACHINE, "tuples": ["abcde"]}), "must be a list [read, state, write, next, move]"),
        (json.dumps({**MACHINE, "name": "\ud800"}), "has half a surrogate pair"),
        (json.dumps({**MACHINE, "symbols": "_"}), "it must be a list"),
        (json.dumps({**MACHINE, "halt": []}), "unknown entries 'halt'"),
        (json.dumps({**MACHINE, "symbols": ["\ud800"]}), "not a non-empty printable string"),
        (json.dumps({**MACHINE, "tuples": [["_", "x" * 9000, "_", "a", "R"]]}), "state 'xxx"),
        ("[" + ",".join(["{}"] * 100_001) + "]", "lists 100001 machines; the limit is 100000"),
        ("1" * 5000, "the text is not JSON"),
    ],
}


@pytest.mark.parametrize(
    ("name", "text", "fragment"),
    [(name, text, fragment) for name, rows in BAD.items() for text, fragment in rows],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_bad_text(name, text, fragment):
    with pytest.raises((FormatError, MachineError)) as caught:
        formats.read_text(text, name)
    message = str(caught.value)
    assert fragment in message
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert len(message) < 500


@pytest.mark.parametrize("name", formats.formats())
@pytest.mark.parametrize(
    ("text", "fragment"),
    [("", "the text is empty"), (" \n\t\n", "the text is empty"), ("1RB\0", "a NUL character at position 3")],
)
def test_no_text_at_all(name, text, fragment):
    for given_format in (name, None):
        with pytest.raises(FormatError, match=fragment):
            formats.read_text(text, given_format)


@pytest.mark.parametrize("name", [None, *formats.formats()])
def test_100_megabytes_are_refused_before_parsing(name):
    with pytest.raises(FormatError, match="the text has 100000000 characters; the limit is 10000000"):
        formats.read_text("x" * 100_000_000, name)


def test_big_file_is_refused_without_loading_it(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(FormatError, match="has more than 10000000 bytes, the limit"):
        formats.read(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FormatError, match=r"cannot read .*: No such file"):
        formats.read(tmp_path / "missing")
    with pytest.raises(FormatError, match=r"cannot read .*: Is a directory"):
        formats.read(tmp_path)
    latin = tmp_path / "latin"
    latin.write_bytes(b"1RB1LB_1LA1RZ # \xe9")
    with pytest.raises(FormatError, match="is not UTF-8 at byte 16"):
        formats.read(latin)


def test_byte_order_mark_and_line_ends_are_accepted(tmp_path):
    path = tmp_path / "machine"
    path.write_bytes(b"\xef\xbb\xbf1RB1LB_1LA1RZ\r\n")
    assert formats.read(path) == formats.parse("1RB1LB_1LA1RZ")
    program = "0 1 0 r 0\r\n0 _ 1 l halt\r\n"
    assert formats.parse(program) == formats.parse(program.replace("\r", ""))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1RB1LB_1LA1RZ", "bbchallenge"),
        ("# comment\n\n1RB 1LB  1LA 1RZ", "bbchallenge"),
        ("machine,status,decider\n1RB1LB_1LA1RZ,halt,none", "bbchallenge"),
        ("---1LB_1LA1RZ", "bbchallenge"),
        ("# a\nblank: ' '\nstart state: a\ntable:\n  a:", "turingmachine.io"),
        ("table: {a: }\nstart state: a\nblank: 0", "turingmachine.io"),
        ('  <?xml version="1.0"?><structure/>', "jflap"),
        ("; comment\n0 _ 1 R halt ; done", "morphett"),
        ('{"blank": "_"}', "json"),
        ("[]", "json"),
    ],
)
def test_detection(text, name):
    assert formats.detect(text) == name


def test_ambiguous_text_must_be_named():
    text = "1RB 0 1 r 1RB\n1RB _ _ l halt\n"
    with pytest.raises(FormatError, match="could be bbchallenge or morphett; name its format"):
        formats.parse(text)
    assert formats.parse(text, "morphett").states == ("1RB", "halt")


def test_unrecognised_text_lists_the_formats():
    with pytest.raises(FormatError, match=r"'hello world' is none of bbchallenge, turingmachine\.io"):
        formats.parse("hello world")


def test_unknown_format():
    machine = formats.parse("1RB1LB_1LA1RZ")
    for call in (
        lambda: formats.parse("1RB1LB_1LA1RZ", "bb"),
        lambda: formats.write(machine, "bb"),
        lambda: formats.renamed_for(machine, "bb"),
    ):
        with pytest.raises(FormatError, match="format 'bb' is unknown; use one of"):
            call()


@sweep
@pytest.mark.parametrize("name", formats.formats())
@given(text=st.text(alphabet="01RLSABZ_-.,;#*!~ \n:{}[]<>/abhltNkr'\"&", max_size=60))
@settings(max_examples=examples(300, 75), deadline=None)
def test_any_text_gives_machines_or_one_line(name, text):
    try:
        assert formats.read_text(text, name)
    except NoisytmError as error:
        assert "\n" not in str(error)


@sweep
@pytest.mark.parametrize("name", formats.formats())
@given(data=st.data())
@settings(max_examples=examples(150, 40), deadline=None)
def test_damaged_text_gives_machines_or_one_line(name, data):
    machine = formats.renamed_for(formats.parse("1RB1RZ_1LB0RC_1LC1LA"), name)
    text = formats.write(machine, name)
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(text)))
        j = data.draw(st.integers(i, min(i + 5, len(text))))
        text = text[:i] + data.draw(st.text(max_size=3)) + text[j:]
    try:
        assert formats.read_text(text, name)
    except NoisytmError as error:
        assert "\n" not in str(error)


@sweep
@settings(max_examples=examples(3000, 60), deadline=None)
@given(data=st.data())
def test_any_text_with_options_gives_machines_or_one_line(data):
    form = formats.FORMATS[data.draw(st.sampled_from(list(formats.FORMATS)))]
    machine = formats.renamed_for(formats.parse("1RB1RZ_1LB0RC_1LC1LA"), form.name)
    text = formats.write(machine, form.name)
    i = data.draw(st.integers(0, len(text)))
    text = text[:i] + data.draw(st.text(max_size=5)) + text[i + data.draw(st.integers(0, 9)) :]
    options = {"final": "halts", "symbols": data.draw(st.text(max_size=3))}
    given_options = {name: options[name] for name in form.options if data.draw(st.booleans())}
    text = data.draw(st.sampled_from([text, data.draw(st.text(max_size=30))]))
    try:
        assert formats.read_text(text, form.name, **given_options)
        formats.detect(text)
    except NoisytmError as error:
        assert "\n" not in str(error)
