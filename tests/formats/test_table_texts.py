"""Transition tables in Markdown and CSV: the spellings of cells, what marks what, and what is refused."""

import warnings

import pytest

from noisytm import FormatError, formats
from noisytm.errors import ReadingNote

BB2 = formats.parse("1RB1LB_1LA1RH")


def read(text, name, **options):
    """Read a text that must leave nothing open."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReadingNote)
        return formats.parse(text, name, **options)


def table(corner, *cells):
    """Return the two-state champion as Markdown, with its cells as given."""
    a0, a1, b0, b1 = cells
    return f"| {corner} | 0 (blank) | 1 |\n|---|---|---|\n| →A | {a0} | {a1} |\n| B | {b0} | {b1} |\n"


@pytest.mark.parametrize(
    ("corner", "cells"),
    [
        ("state", ["1RB", "1LB", "1LA", "1RH"]),
        ("", ["B/1/R", "B/1/L", "A/1/L", "H/1/R"]),
        ("δ", ["(B, 1, R)", "(B, 1, L)", "(A, 1, L)", "(H, 1, R)"]),
        ("q", ["1 R B", "1 L B", "1 L A", "1 R H"]),
        ("state", ["R, 1, B", "L, 1, B", "L,1,A", "R,1,H"]),
        ("state", ["1; →; B", "1; ←; B", "1; ←; A", "1; →; H"]),
        ("State", ["1 right B", "1 left B", "1 Left A", "1 Right H"]),
        ("next/move/write", ["B/R/1", "B/L/1", "A/L/1", "H/R/1"]),
        ("`write` move next", ["1 R B", "1 L B", "1 L A", "1 R H"]),
        ("state", ["`1RB`", "**1LB**", "1LA", "1RH"]),
    ],
)
def test_spellings_of_cells(corner, cells):
    text = table(corner, *cells)
    assert formats.detect(text) == "markdown"
    assert read(text, "markdown") == BB2
    commas = text.replace("| →A", "→A").replace("| B |", "B |")
    lines = [line.strip("| ") for line in commas.split("\n") if line and "---" not in line]
    csv = "\n".join(";".join(f'"{cell.strip()}"' for cell in line.split(" | ")) for line in lines if line)
    if "`" not in text and "*" not in text and corner:
        assert read(csv, "csv") == BB2


def test_a_table_among_other_text_and_without_outer_bars():
    text = "# Title | with a bar\n\nSome text.\n\n" + table("state", "1RB", "1LB", "1LA", "1RH") + "\nMore text.\n"
    assert read(text, "markdown") == BB2
    bare = "state | 0 (blank) | 1\n:-- | :-: | --:\n→A | 1RB | 1LB\nB | 1LA | 1RH"
    assert formats.detect(bare) == "markdown" and read(bare, "markdown") == BB2


def test_order_marks_and_empty_cells():
    text = "state,b,_,a\n*stop,,,\nq1,-,,—\n→ q0,b R q1,_ L stop,\n"
    assert formats.detect(text) == "csv"
    machine = read(text, "csv")
    assert (machine.symbols, machine.blank) == (("b", "_", "a"), "_")
    assert (machine.states, machine.start, machine.halting) == (("stop", "q1", "q0"), "q0", ("stop",))
    assert machine.keys == (("b", "q0"), ("_", "q0")) and machine.undefined == "stop"
    assert formats.parse(formats.write(machine, "csv")) == formats.parse(formats.write(machine, "markdown")) == machine


def test_three_dashes_count_a_step_that_writes_1():
    machine = read("| state | 0 (blank) | 1 |\n|---|---|---|\n| →A | 1RB | --- |\n| B | 1LA | 0RB |", "markdown")
    assert machine == formats.parse("1RB---_1LA0RB")
    for name in ("csv", "markdown"):
        assert read(formats.write(machine, name), name) == machine


def test_what_a_table_leaves_open_is_told():
    text = "|   | 0 | 1 |\n|---|---|---|\n| A | 1RB | 1LB |\n| B | 1LA | 1RH |\n"
    with pytest.warns(ReadingNote) as told:
        assert formats.parse(text) == BB2
    messages = " ".join(str(w.message) for w in told)
    assert "the first, 'A'" in messages and "the blank; it is '0'" in messages
    with pytest.warns(ReadingNote, match="the first, 'q'"):
        assert formats.parse("state,a,□\nq,a R q,a L q").blank == "□"


LIST = """Current State,Symbol,New Symbol,Direction,New State,Comments
→A,0 (blank),1,R,B,start
A,1,1,L,B,
B,0,1,L,A,
B,1,1,R,*H,"halts, with four ones"
"""


def test_a_row_a_transition():
    assert formats.detect(LIST) == "csv"
    assert read(LIST, "csv") == BB2
    assert read(LIST.replace("*H", "H"), "csv") == BB2
    for separator in ("\t", ";"):
        assert read("\n".join(line.replace(",", separator, 5) for line in LIST.split("\n")), "csv") == BB2
    rows = ["next|state|read|write|move", "---|---|---|---|---", "B|→A|_|1|R", "A|B|1|_|S"]
    machine = read("\n".join(rows), "markdown")
    assert machine.tuples == (("_", "A", "1", "B", "R"), ("1", "B", "_", "A", "S"))


def test_rules_of_halting_states_on_request():
    for name, text in (
        ("csv", "state,_ (blank)\n→A,_ R H\n*H,_ L A\n"),
        ("csv", "state,read,write,move,next\n→A,_,_,R,*H\nH,_,_,L,A\n"),
    ):
        with pytest.raises(FormatError, match=r"'H' is final and has a transition.*--final halts"):
            formats.parse(text, name)
        assert read(text, name, final="halts").tuples == (("_", "A", "_", "H", "R"),)


def test_long_symbols_and_separators_in_names():
    machine = formats.parse(
        '{"noisytm": "machine/1", "symbols": ["one", "no ne", "b/c"], "blank": "no ne", "states": ["q|r", "q*"],'
        ' "start": "q*", "tuples": [["one", "q|r", "b/c", "q*", "L"], ["no ne", "q*", "one", "q|r", "S"]]}'
    )
    for name in ("csv", "markdown"):
        text = formats.write(machine, name)
        assert text.replace("|", "").split()[0].startswith("write,move,next") or '"write,move,next"' in text
        assert read(text, name) == machine


BOTH = [
    ("state,0,1\nA,1RB,1XB", "'1XB' is no cell; a cell is a symbol of the columns ('0', '1')"),
    ("state,_,1\n→A,2RB,1RB", "'2RB' is no cell"),
    ("write move next,_,1\n→A,1 R,1 R B", "line 2: '1 R' must be three entries, write move next"),
    ("write move next,_,1\n→A,1 X B,1 R B", "line 2: move 'X' in '1 X B' must be L, R or S"),
    ("write move next,_,1\n→A,2 R B,1 R B", "line 2: '2 R B' writes '2', which has no column"),
    ("state,_,1\n→A,1RA", "line 2: the row has 2 cells and the header 3"),
    ("state,_,1\n→A,,\nA,,", "two rows are named 'A'; keep one"),
    ("state,_,_\n→A,,", "two columns are named '_'; keep one"),
    ("state,_,\n→A,,", "a column has no symbol in the header"),
    ("state,_,1\n→,,", "line 2: the row names no state"),
    ("state,_,1\n→A,,\n→B,,", "2 states are marked as start: 'A', 'B'"),
    ("state,a,b\n→A,a R A,", "no symbol is known as the blank; mark it, as in 'a (blank)'"),
    ("state,_,□\n→A,_ R A,", "several symbols could be the blank: '_', '□'; mark it"),
    ("state,_ (blank),□ (blank)\n→A,_ R A,", "several symbols could be the blank"),
    ("state,0 (blank),1\n→A,1RA,---\nB,,0RA", "both empty cells and ---"),
    ("state,_,a\n→A,aRA,---", "--- counts a step that writes 1, and no column is '1'"),
    ("state,_,S\n→S,S S S,_ S S", "could be"),
    ("state,_,1", "the table has a header and no rows"),
    ("state,read,write,move,next\n→A,_,1,R,A\nA,_,_,R,A", "are both for (_, A); keep one"),
    ("state,read,write,move,next\n→A,_,1,U,A", "line 2: move 'U' must be L, R or S"),
    ("state,read,write,move,next\n→A,_,,R,A", "line 2: the cells 'write' are empty"),
    ("state,read,write,move,next,weight\n→A,_,1,R,A,3", "the column 'weight' is unknown"),
    ("state,read,symbol,write,move,next\n→A,_,_,1,R,A", "the columns 'read' and 'symbol' are both read"),
    ("state,read,write,move,next\n→A,a,1,R,A", "no symbol is known as the blank"),
    ("state,read,write,move,next\n→,_,1,R,A", "'→' is a mark without a state"),
    ("name,_,1\n→A,1RA,", "the header begins with 'name'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BOTH)
@pytest.mark.parametrize("name", ["csv", "markdown"])
@pytest.mark.filterwarnings("ignore::noisytm.errors.ReadingNote")
def test_wrong_tables_get_one_line(name, text, fragment):
    if name == "markdown":
        header, *rows = text.split("\n")
        dashes = ",".join("-" * 3 for _ in header.split(","))
        text = "\n".join("|" + line.replace(",", "|") + "|" for line in [header, dashes, *rows])
        fragment = fragment.replace("line 2:", "line 3:")
    with pytest.raises(FormatError) as caught:
        formats.parse(text, name)
    message = str(caught.value)
    assert fragment in message and message.startswith(f"{name}: ") and "\n" not in message and len(message) < 500


@pytest.mark.parametrize(
    ("name", "text", "fragment"),
    [
        ("markdown", "no table", "the text has no table"),
        ("markdown", "|state|_|\n|---|---|\n|→A||\n\n|state|_|\n|---|---|\n|→A||", "the text has 2 tables; keep one"),
        ("markdown", "|state|_|\n|---|\n|→A||", "the line of dashes has not as many cells as the header"),
        ("csv", 'state,_\n"→A', "line 2: the text is not CSV"),
    ],
)
def test_texts_that_hold_no_table(name, text, fragment):
    with pytest.raises(FormatError, match=f"{name}: .*{fragment}"):
        formats.parse(text, name)


def test_a_list_of_machines_in_a_table_stays_bbchallenges():
    assert formats.detect("state,machine\nhalt,1RB1LB_1LA1RZ\n") == "bbchallenge"
    assert formats.detect("state,0,1\nA,1RB,1LB\n") == "csv"
    assert formats.detect("0\t1\t1\tr\t0\n0\t_\t_\tl\thalt\n") == "morphett"
    assert formats.detect("; one; two\n; three; four\n0 1 1 r 0\n") == "morphett"
