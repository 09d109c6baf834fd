"""Lists of bbchallenge machines as people have them: text after a machine, tabs, tables, rows on lines of their own."""

import csv
import io
import itertools
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import formats
from noisytm.errors import FormatError, MachineError
from noisytm.formats.bbchallenge import cells
from noisytm.formats.bbchallenge.layout import machine_of, rows_of
from noisytm.machine import TuringMachine

CASES = Path(__file__).parent.parent / "data" / "formats" / "cases"
BB2, BB3 = "1RB1LB_1LA1RZ", "1RB1RZ_1LB0RC_1LC1LA"
TWO = [formats.parse(BB2), formats.parse(BB3)]


@pytest.mark.parametrize(
    "text",
    [
        (CASES / "spaced-with-text.txt").read_text(encoding="utf-8"),
        "1RB 1LB  1LA 1RZ\tHalt 6 4",
        "1RB 1LB  1LA 1RZ 6 4",
        "1RB 1LB  1LA 1RZ 107 Z",
        "1RB 1LB  1LA 1RZ   the champion, by Rado",
        "1RB 1LB  1LA 1RZ # 1RB1LB_1LA1RZ again",
        "1RB1LB_1LA1RZ\tHalt\t6",
        "1RB1LB_1LA1RZ   # Halt 6 4",
        "1RB1LB_1LA1RZ; Halt",
        "1RB1LB1LA1RZ Halt 6 4",
        "1RB 1LB 1LA 1RZ Halt",
    ],
)
def test_text_after_a_machine_is_ignored(text):
    assert formats.read_text(text) == TWO[:1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1RB 1LB  1LA 1RZ 1XA", "'1XA' in '1XA' is not a cell"),
        ("1RB 1LB  1LA 1RZ is 1RB 1LB", "where one cell must be"),
        ("1RB 1LB  1LA 1RZ --", "'--' in '--' is not a cell"),
        ("1RB 1LB  1LA 1RZ 1RB1LB_1LA1RZ", "where one cell must be"),
        ("1RB 1LB  1LA 1R", "row 2 has 1 cells and row 1 has 2"),
        ("1RB1LB_1LA1RZ 1RB1LB_1LA1RZ", "mixes spaced and joined cells"),
        ("1RB1LB_1LA1RZ, 1RB1LB_1LA1RH", "there is a second machine, '1RB1LB_1LA'"),
        ("1RB1LB_1LA1RZ | 1RB1RZ_1LB0RC_1LC1LA", "there is a second machine"),
    ],
)
def test_text_that_may_be_more_of_the_machine_is_refused(text, reason):
    with pytest.raises(FormatError) as caught:
        formats.read_text(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        (CASES / "tabs-between-cells.txt").read_text(encoding="utf-8"),
        "1RB\t1LB  1LA\t1RZ",
        "1RB 1LB\t\t1LA 1RZ",
        "1RB 1LB \t 1LA 1RZ",
        "1RB\t1LB \t1LA\t1RZ\tHalt 6",
        "\t1RB\t1LB\t\t1LA\t1RZ\t\n",
        "1RB\t1LB\t1LA\t1RZ",
        "\t# comment\n\t1RB1LB_1LA1RZ\t",
    ],
)
def test_tabs_are_white_space(text):
    assert formats.read_text(text) == TWO[:1]


def test_tabs_that_may_separate_rows_are_refused():
    with pytest.raises(FormatError, match="single spaces and single tabs between cells"):
        formats.parse("1RB 1LB\t1LA 1RZ")
    with pytest.raises(FormatError, match="single spaces and single tabs between cells"):
        formats.parse("1RB\t1LB 1LA\t1RZ")


TABLES = {
    "as it was found": ((CASES / "csv-second-column.csv").read_text(encoding="utf-8"), 1),
    "a name in capitals": (f"Id,Machine\n1,{BB2}\n2,{BB3}\n", 2),
    "spaces around": (f"id , machine \n1 , {BB2} \n2 ,{BB3}\n", 2),
    "in the middle": (f"id,machine,status\n1,{BB2},halt\n2,{BB3},halt\n", 2),
    "first": (f"machine,status\n{BB2},halt\n{BB3},halt\n", 2),
    "alone": (f"machine\n{BB2}\n{BB3}\n", 2),
    "quoted": (f'"id","machine"\n"1","{BB2}"\n"2","{BB3}"\n', 2),
    "a comma in quotes": (f'note,machine\n"a, b",{BB2}\n"say ""hi""",{BB3}\n', 2),
    "a line end in quotes": (f'note,machine\n"a\nb",{BB2}\nc,{BB3}\n', 2),
    "semicolons": (f"id;machine\n1;{BB2}\n2;{BB3}\n", 2),
    "tabs": (f"id\tmachine\n1\t{BB2}\n2\t{BB3}\n", 2),
    "bars": (f"id|machine\n1|{BB2}\n2|{BB3}\n", 2),
    "no header": (f"1,{BB2}\n2,{BB3}\n", 2),
    "no header, tabs": (f"1\t{BB2}\thalt\n2\t{BB3}\thalt\n", 2),
    "no header, quoted": (f'"{BB2}",halt\n"{BB3}",halt\n', 2),
    "another header": (f"id,tm,status\n1,{BB2},halt\n2,{BB3},halt\n", 2),
    "a mark of byte order": (f"\ufeffid,machine\n1,{BB2}\n", 1),
    "line ends of Windows": (f"id,machine\r\n1,{BB2}\r\n2,{BB3}\r\n", 2),
    "comments and empty lines": (f"# a list\n\nid,machine\n# one\n1,{BB2}\n\n,\n2,{BB3}\n", 2),
    "spaced": ("id,machine\n1,1RB 1LB  1LA 1RZ\n2,1RB1RZ_1LB0RC_1LC1LA\n", 2),
}


@pytest.mark.parametrize("name", TABLES)
def test_any_column_of_a_table(name):
    text, count = TABLES[name]
    assert formats.detect(text.removeprefix("\ufeff")) == "bbchallenge"
    assert formats.read_text(text) == TWO[:count]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"id,machine\n1,{BB2}\n2", "line 3: column 2, which holds the machines, is missing or empty"),
        (f"id,machine\n1,{BB2}\n2,\n", "line 3: column 2"),
        (f'id,machine\n"a\nb",{BB2}\n2,1RB1SZ_1LA1RZ\n', "line 4: '1SZ' in '1RB1SZ_1LA1RZ' is not a cell"),
        (f'id,machine\n1,{BB2}\n"2,{BB3}\n', "line 3: the quotes or fields of the table are wrong"),
        (f"1,{BB2},{BB3}\n", "several columns of"),
        (f"{BB2},{BB3}\n", "line 1: there is a second machine, '1RB1RZ_1LB"),
        (f",{BB2}\n{BB3}\n", "line 2: column 2"),
        (f"{BB2},halt\n,halt\n", "line 2: ',halt' begins with ','"),
        ("machine,status\n", "no machine, only comments"),
    ],
)
def test_tables_that_are_wrong(text, reason):
    with pytest.raises(FormatError) as caught:
        formats.read_text(text, "bbchallenge")
    assert reason in str(caught.value)


FIELD = st.text(alphabet="ab ,;\t|\"'\n#1RL_-", max_size=5)


@sweep
@settings(max_examples=examples(300, 60), deadline=None)
@given(
    st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=4),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read(rows, delimiter, quoting, end):
    if any(line.lstrip().startswith("#") for row in rows for line in row[0].split("\n")):
        return  # a comment
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["before", "machine", "after"])
    writer.writerows((a, BB2, b) for a, b in rows)
    assert formats.read_text(file.getvalue()) == TWO[:1] * len(rows)


@pytest.mark.parametrize(
    "text",
    [
        "1RB1LB\n1LA1RZ",
        "1RB 1LB\n1LA 1RZ\n",
        "# the champion\n1RB1LB\n\n1LA1RZ",
        "1RB1RZ Halt\n1LB0RC\n1LC1LA\n",
        "1RB\t---\r\n1LA\t0RB\r\n",
        "0RB\n0LC\n0RA",
    ],
)
def test_rows_on_lines_of_their_own_are_not_taken_for_machines(text):
    with pytest.raises(FormatError, match=r"may be \d machines of one row, or the \d rows of one machine"):
        formats.read_text(text, "bbchallenge")
    for header in ("machine\n", "# a list\nMachine\n"):
        found = formats.read_text(header + text)
        assert [len(machine.halting) <= 1 for machine in found]
        written = formats.write_all(found, "bbchallenge")
        assert written.startswith("machine\n")
        assert formats.read_text(written) == found


def test_lines_of_one_row_that_cannot_be_rows_of_one_machine():
    assert len(formats.read_text("1RZ---\n1RH---\n")) == 2  # nothing goes to a second row
    assert len(formats.read_text("1RB---\n0RB\n")) == 2  # the rows would not be equally long
    assert len(formats.read_text("1RB---\n" * 27)) == 27  # there are no letters for so many rows
    assert len(formats.read_text(f"1RB---\n{BB2}\n")) == 2
    with pytest.raises(FormatError, match="has an empty row; put one '_' between rows, and all rows on one line"):
        formats.read_text("1RB1LB_\n1LA1RZ")


# long lists


def random_lines(seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        width, rows = rng.choice([(2, 5), (2, 3), (3, 2), (5, 2), (4, 1), (1, 4), (10, 2)])
        letters = "ABCDE"[:rows] + rng.choice(["", "Z", "H", "YZ"])
        digits = "0123456789"[:width]
        undefined = rng.choice([0, 0.2]) if width > 1 else 0
        grid = (
            "".join(
                "---" if rng.random() < undefined else rng.choice(digits) + rng.choice("LR") + rng.choice(letters)
                for _ in range(width)
            )
            for _ in range(rows)
        )
        yield "_".join(grid)


def whole(text):
    """Return the machine of a text by the constructor that checks everything."""
    rows = rows_of(text)
    symbols, states = "0123456789"[: len(rows[0])], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(rows)]
    listed = {(s, q): c for q, row in zip(states, rows, strict=True) for s, c in zip(symbols, row, strict=True)}
    tuples = [
        (s, q, listed[s, q][0], listed[s, q][2], listed[s, q][1])
        for s, q in itertools.product(symbols, states)
        if listed[s, q] != "---"
    ]
    halting = sorted({t[3] for t in tuples} - set(states))
    undefined = "stop" if len(tuples) == len(listed) else "write-1"
    return TuringMachine(list(symbols), "0", [*states, *halting], "A", tuples, halting, undefined)


def test_machines_of_a_list_are_those_that_the_constructor_checks():
    for text in random_lines(1, 300):
        if "_" not in text:  # it may be read as rows of two, or in both ways
            continue
        machine, slow = machine_of(text), whole(text)
        assert machine == slow
        assert vars(machine) == vars(slow)
        assert list(map(type, machine.tuples)) == list(map(type, slow.tuples))
        assert formats.parse(formats.write(machine, "bbchallenge")) == machine


def test_a_long_list_costs_no_check_of_each_machine(monkeypatch):
    lines = [line for line in random_lines(2, 3000) if "_" in line]
    checked = []
    monkeypatch.setattr(TuringMachine, "__post_init__", checked.append)
    missing = cells._Cells.__missing__
    cells.shape_of.cache_clear()
    met = []

    def counted(self, cell):
        met.append((id(self), cell))
        return missing(self, cell)

    monkeypatch.setattr(cells._Cells, "__missing__", counted)
    found = formats.read_text("\n".join(lines))
    assert not checked  # none went through the constructor, and no cell at a place was looked at twice
    assert len(met) == len(set(met)) < len(lines) * 10 / 3
    monkeypatch.undo()
    assert formats.write_all(found, "bbchallenge").split() == lines


def test_lists_are_read_and_written_machine_by_machine():
    lines = [BB2] * 40 + ["1RB1LB_1LA1RX_"] + [BB3] * 90_000
    machines = formats.each_in_text("\n".join(lines))
    assert [next(machines) for _ in range(40)] == [TWO[0]] * 40
    with pytest.raises(FormatError, match="bbchallenge: line 41: '1RB1LB_1LA1RX_' has an empty row"):
        next(machines)
    with pytest.raises(MachineError, match="machines are 5; give a list"):
        formats.write_each(5, "json")
    for target, first in (("bbchallenge", f"{BB2}\n"), ("json", "[\n{\n")):
        pieces = formats.write_each(itertools.repeat(TWO[0]), target)  # an endless list
        assert next(iter(pieces)).startswith(first)


@sweep
@settings(max_examples=examples(500, 100), deadline=None)
@given(st.text(alphabet='01RLABZ_-., ;\t|"#\n', max_size=40))
@example('"')
@example(',"\n,"')
@example("machine\n,")
@example("---\n...")
def test_any_list_gives_machines_or_one_line(text):
    try:
        assert formats.read_text(text, "bbchallenge")
    except FormatError as error:
        assert "\n" not in str(error)
    try:
        formats.detect(text)
    except FormatError as error:
        assert "\n" not in str(error)
