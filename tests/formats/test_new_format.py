"""A format that is defined here and registered goes through reading, writing, recognition, the command and its help."""

import ast
import re

import pytest
from house import ROOT, sources

from noisytm import TuringMachine, formats, library
from noisytm.cli import main
from noisytm.errors import FormatError
from noisytm.formats import FORMATS, Format

HEADER = "tuple: read,state,write,next,move"


def csv_read(text):
    rows = [line.split(",") for line in text.strip().splitlines()]
    if [",".join(rows[0])] != [HEADER]:
        raise FormatError(f"the header must be {HEADER}")
    symbols = dict.fromkeys(s for row in rows[1:] for s in (row[0], row[2]))
    states = dict.fromkeys(q for row in rows[1:] for q in (row[1], row[3]))
    yield TuringMachine(list(symbols), rows[1][0], list(states), rows[1][1], rows[1:])


def csv_write(machine):
    text = "\n".join([HEADER, *(",".join(t) for t in machine.tuples)]) + "\n"
    if next(csv_read(text)) != machine:
        raise FormatError("the table does not hold the whole machine")
    return text


TABLE = Format(
    name="table",
    description="a table of tuples with a header",
    endings=(".csv",),
    lossy="halting states",
    looks_like=lambda text: text.startswith(HEADER),
    read=csv_read,
    write=csv_write,
    rename=lambda machine: machine.renamed(symbols={machine.blank: "blank"}),
)
DETECT_A = library.machine("detectA")


@pytest.fixture
def table():
    with FORMATS.also(TABLE):
        yield
    assert "table" not in formats.formats()


@pytest.mark.usefixtures("table")
def test_a_new_format_is_read_written_and_recognised(tmp_path):
    assert formats.formats()[-1] == "table"
    text = formats.write(DETECT_A, "table")
    assert text.startswith(HEADER)
    assert formats.detect(text) == "table"
    assert formats.parse(text) == formats.parse(text, "table") == DETECT_A
    path = tmp_path / "detectA.csv"
    path.write_text(text)
    assert formats.read(path) == DETECT_A
    assert formats.read_all(path) == [DETECT_A]
    assert "blank" in formats.renamed_for(DETECT_A, "table").symbols
    with pytest.raises(FormatError, match="table: the header must be"):
        formats.parse("nonsense", "table")
    with pytest.raises(FormatError, match="there are 2 machines and a table text holds one; write bbchallenge or json"):
        formats.write_all([DETECT_A, DETECT_A], "table")
    with pytest.raises(FormatError, match=r"is none of bbchallenge, .*, json, table"):
        formats.parse("hello world")


@pytest.mark.usefixtures("table")
def test_the_command_converts_from_and_to_a_new_format(tmp_path, capsys):
    path = tmp_path / "detectA.csv"
    assert main(["convert", "detectA", "--to", "table", "--output", str(path)]) == 0
    assert main(["convert", str(path), "--from", "table", "--to", "json"]) == 0
    assert formats.parse(capsys.readouterr().out) == DETECT_A
    assert main(["run", str(path), "--word", "BA", "--max-steps", "3"]) == 0
    capsys.readouterr()
    assert main(["convert", "--help"]) == 0
    text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", capsys.readouterr().out).split())
    assert "table (a table of tuples with a header)" in text
    assert text.count("morphett, json, table]") == 2


def test_a_format_that_is_not_registered_is_unknown(capsys):
    with pytest.raises(FormatError, match="format 'table' is unknown"):
        formats.write(DETECT_A, "table")
    assert main(["convert", "detectA", "--to", "table"]) == 2
    assert "--to is 'table'; it must be one of bbchallenge" in capsys.readouterr().err


def test_two_formats_of_one_name_are_refused():
    with FORMATS.also(TABLE), pytest.raises(FormatError, match="format 'table' is registered already"):
        FORMATS.register(TABLE)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_describe_themselves(name):
    form = FORMATS[name]
    assert form.name == name
    assert form.description and "\n" not in form.description and not form.description.endswith(".")
    assert form.endings and all(ending.startswith(".") for ending in form.endings)


def documented():
    """Return the rows of the table of formats in docs/formats.md."""
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    return {m[1]: m[2] for m in re.finditer(r"^\| `([\w.]+)` \| (.*) \|$", text, re.MULTILINE)}


def test_the_table_in_the_documents_is_that_of_the_registry():
    rows = {
        name: " | ".join(
            [
                form.description,
                ", ".join(f"`{ending}`" for ending in form.endings),
                "yes" if form.write_several else "no",
                form.lossy or "nothing",
            ]
        )
        for name, form in FORMATS.items()
    }
    assert documented() == rows
    assert list(documented()) == list(rows)


def compared(text):
    """Return the strings that a module compares something with, or matches on, or looks up."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            parts = [node.value]
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        else:
            continue
        for part in parts:
            inner = part.elts if isinstance(part, (ast.Tuple, ast.List, ast.Set)) else [part]
            yield from (leaf.value for leaf in inner if isinstance(leaf, ast.Constant))


def test_no_module_compares_with_the_name_of_a_format():
    names = set(FORMATS)
    said = {module: text for module, text in sources().items() if any(name in text for name in names)}
    found = {module: set(compared(text)) & names for module, text in said.items()}
    assert len(said) > 20 and {module: some for module, some in found.items() if some} == {}


def test_a_comparison_with_a_name_is_found():
    assert "json" in set(compared('if form == "json":\n    pass'))
    assert "json" in set(compared('x = form in ("jflap", "json")'))
    assert "json" in set(compared('{"json": 1}[form]'))
