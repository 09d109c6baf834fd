"""Weights from a file of inputs with counts."""

from fractions import Fraction

import pytest

from noisytm import FormatError, NoisytmError, ProblemError, SynthesisProblem, library, read_problem
from noisytm.cli import main
from noisytm.problem import load_asked

LONG = (
    '{noisytm: machine/1, symbols: [_, "a,b", c], blank: _, states: [q], start: q, halting: [], undefined: stop,'
    " tuples: []}"
)
ROWS = "input,count\r\nB,1\r\n,2\r\nA,5\r\n"
SHARES = (Fraction(2, 8), Fraction(5, 8), Fraction(1, 8))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    problem = tmp_path / "inner" / "problem.yaml"

    def write(name, text, weights=None, more="machine: detectA, inputs: ['', A, B], steps: 3"):
        (tmp_path / "inner" / name).write_text(text, encoding="utf-8", newline="")
        problem.write_text(f"{{{more}, weights: {weights or name}}}", encoding="utf-8")
        return problem

    return write


@pytest.mark.parametrize(
    "name, text",
    [
        ("c.csv", ROWS),
        ("c.csv", "\ufeffInput , Count\n\nA, 5.0\nB,1\n,2\n"),
        ("c.csv", 'count,word\n5/4,"A"\n0.25,B\n1/2,""\n'),
        ("c.tsv", "input\tweight\nA\t5\nB\t1\n\t2\n"),
        ("c.yaml", "{A: 5, B: 1, '': 2}"),
        ("c.yml", "- [A, 5]\n- [[B], 1]\n- ['', 2]\n"),
        ("c.json", '{"A": 5, "B": 1, "": 2}'),
    ],
)
def test_counts_become_shares(folder, monkeypatch, tmp_path, name, text):
    monkeypatch.chdir(tmp_path)  # the file is looked for beside the problem
    problem = read_problem(folder(name, text))[1]
    assert problem.weights == SHARES
    record = problem.to_json()
    assert record["weights"] == ["1/4", "5/8", "1/8"] and SynthesisProblem.from_json(record) == problem


def test_symbols_of_several_characters_are_lists(folder):
    more = f'machine: {LONG}, inputs: [["a,b", c], []], steps: 1'
    problem = read_problem(folder("c.csv", 'input,count\n"[""a,b"", ""c""]",3\n,1\n', more=more))[1]
    assert problem.weights == (Fraction(3, 4), Fraction(1, 4))


def test_without_a_machine(folder, monkeypatch):
    more = "space: {symbols: _1, states: ab}, inputs: ['', '1'], steps: 2, targets: {'': b, '1': a}"
    path = folder("c.csv", "input,count\n1,3\n,1\n", more=more)
    assert load_asked(str(path))[1].weights == (Fraction(1, 4), Fraction(3, 4))
    monkeypatch.chdir(path.parent)  # a text has no folder but the current one
    assert load_asked(path.read_text())[1].weights == (Fraction(1, 4), Fraction(3, 4))


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("c.csv", "", "name its columns input and count"),
        ("c.csv", "A,5\nB,1\n", "name its columns input and count"),
        ("c.csv", "input,count\n", "has no inputs"),
        ("c.csv", "input,count,label\nA,5,accept\n", "columns 'label' too; leave input and count alone: what"),
        ("c.csv", "input,count\nA,5,6\n", "line 2: there are 3 cells"),
        ("c.csv", "input,count\nA,accept\n", "line 2: the count of 'A' is 'accept'"),
        ("c.csv", "input,count\nA,-1\n", "the count of 'A' is '-1'"),
        ("c.csv", "input,count\nA,0\n", "an input that never occurs is left out"),
        ("c.csv", "input,count\nA,nan\n", "out of scope"),
        ("c.csv", "input,count\nA,1\nA,2\n", "line 3: the input 'A' is there twice"),
        ("c.csv", "input,count\nA,1\nB,2\n", "lacks the input ''"),
        ("c.csv", ROWS + "AB,2\n", "has 'AB', which is not among the inputs"),
        ("c.csv", ROWS + "AX,2\n", "AX"),
        ("c.csv", 'input,count\n"A,1\n', "line 2: unexpected end of data"),
        ("c.json", '{"A": 1, "A": 2}', "input 'A': the input 'A' is there twice"),
        ("c.json", '{"A": {"accept": 1}}', "give a count alone: what a machine should do is said by targets"),
        ("c.json", "{", "file of counts"),
        ("c.yaml", "{1: 5}", "1 is no word; quote digits"),
        ("c.yaml", "[5, 1, 2]", "give a mapping input"),
        ("c.yaml", "{A: yes}", "the count of 'A' is"),
        ("c.txt", ROWS, "end the name of a file of counts in .csv, .tsv, .yaml, .yml or .json"),
    ],
)  # fmt: skip
def test_what_is_refused(folder, name, text, message):
    with pytest.raises(NoisytmError) as caught:
        read_problem(folder(name, text))
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_no_file_and_no_folder(folder, capsys):
    with pytest.raises(FormatError, match=r"cannot read file of counts '.*none\.csv'"):
        read_problem(folder("c.csv", ROWS, weights="none.csv"))
    with pytest.raises(ProblemError, match="only a problem file can name a file of counts"):
        SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 3, weights="c.csv")
    assert main(["bound", "--problem", str(folder("c.csv", ROWS)), "--json"]) == 0
    assert '"1/4"' in capsys.readouterr().out
