"""What is probably not meant is told of what a person wrote, once; a problem can always be asked for it."""

import itertools

import pytest

from noisytm import SynthesisProblem, TuringMachine, library, read_problem, words, write
from noisytm.cli.command import main
from noisytm.codespace import CodeSpace
from noisytm.errors import ProbableMistake
from noisytm.problem import problem_from_mapping, readout_of

DETECT = library.machine("detectA")
# both tuples of one state are listed: nothing is out of reach but for the lack of steps
FULL = TuringMachine(["_", "1"], "_", ["a", "b"], "a", [(s, q, s, q, "S") for s in ("_", "1") for q in ("a", "b")])


def test_no_default_problem_has_a_mistake():
    for name in library.names():
        entry = library.entry(name)
        if entry.problem is not None:
            assert problem_from_mapping(entry.problem, entry.machine).mistakes == ()


def told(*arguments, **options):
    return SynthesisProblem.of_machine(*arguments, **options).mistakes


def test_inputs_that_are_the_same_on_the_tape():
    assert told(DETECT, ["A", "AB", "B_"], 3) == ()
    assert told(DETECT, ["A", "_A", "__"], 3) == ()
    (message,) = told(DETECT, ["A", "B", "A__", "B_", ""], 3)
    assert "the inputs 'A' and 'A__' are the same on the tape" in message and "(1 more are like this)" in message
    (message,) = told(DETECT, words("_AB", max_length=2), 10)
    assert "'' and '_'" in message
    long = TuringMachine(["nil", "one"], "nil", ["q"], "q", [("one", "q", "one", "q", "R")])
    assert "['one'] and ['one', 'nil']" in told(long, [["one"], ["one", "nil"]], 1)[0]


def test_outcomes_that_no_run_reaches():
    halting = TuringMachine(["_", "1"], "_", ["go", "end"], "go", [("1", "go", "1", "end", "R")], halting=["end"])
    (message,) = told(halting, ["", "1"], 5, targets={"": ["go", "end"], "1": "end"})
    assert "on '' no run of 5 steps gives 'end', whatever the tuples do" in message
    assert told(halting, ["1"], 5, targets={"1": "end"}) == ()
    (message,) = told(FULL, ["", "11"], 1, readout="tape:2", targets={"": ["__", "11"], "11": ["11"]})
    assert "on '' no run of 1 step gives '11'" in message
    assert told(FULL, ["", "11"], 3, readout="tape:2", targets={"": ["__", "11"], "11": ["11"]}) == ()
    # those within a distance may be reached
    assert told(FULL, [""], 1, readout="tape:2", targets={"": ["__", "11"]}, hamming=1) == ()


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_what_runs_reach_is_found_exactly_where_all_tuples_are_listed(cells):
    space, readout = CodeSpace.of(FULL), readout_of(f"tape:{cells}")
    outcomes = list(itertools.product(space.symbols, repeat=cells))
    for word in ["", "1", "_1", "11"]:
        reached = {(0, frozenset(i for i, x in enumerate(word) if x == "1"))}
        for steps in range(1, 6):
            reached = {
                (head + move, ones | {head} if write else ones - {head})
                for head, ones in reached for write in (False, True) for move in (-1, 0, 1)
            }  # fmt: skip
            found = {tuple("1" if head + i in ones else "_" for i in range(cells)) for head, ones in reached}
            for outcome in outcomes:
                assert readout.within_reach(outcome, word, steps, space) == (outcome in found), (word, steps, outcome)


def test_files_are_told_of_at_the_line_that_reads_them(tmp_path):
    path = tmp_path / "problem.yaml"
    path.write_text("{machine: detectA, inputs: [A, A_, AB], steps: 3, targets: {A: accept, A_: accept, AB: accept}}")
    with pytest.warns(ProbableMistake, match="'A' and 'A_' are the same on the tape") as found:
        _, problem = read_problem(path)
    assert [note.filename for note in found] == [__file__]
    # what a program makes, or noisytm wrote itself, is taken without a word, and can be asked
    assert SynthesisProblem.from_json(problem.to_json(DETECT)) == problem
    assert len(problem.mistakes) == 1


def test_padding_where_the_order_of_tuples_decides(tmp_path, capsys):
    turned = tmp_path / "turned.json"
    turned.write_text(write(TuringMachine(DETECT.symbols, "_", DETECT.states, "reject", DETECT.tuples[::-1]), "json"))
    few = ["--words", "A,B", "--steps", "2", "--padding", "1"]
    assert main(["bound", str(turned), *few]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "note" in line]
    assert "the tuples of a machine of 3 symbols and 2 states are not listed by symbol and then state" in line
    for other in ([str(turned), *few, "--semantics", "mean-field"], ["detectA", *few]):
        assert main(["bound", *other]) == 0
        assert "note" not in capsys.readouterr().err


def test_the_command_tells_once_in_a_line_and_quiet_does_not(capsys):
    many = ["bound", "detectA", "--words", "A,A_,BA", "--steps", "2"]
    assert main(many) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "note" in line]
    assert lines == [
        "noisytm: note: the inputs 'A' and 'A_' are the same on the tape, where blanks follow a word; list one of them,"
        " or leave the blank out of the letters"
    ]
    assert main([*many, "--quiet"]) == 0
    assert "note" not in capsys.readouterr().err
    early = ["bound", "detectA", "--words", "A,BBA", "--steps"]
    assert main([*early, "2"]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "note" in line]
    assert "after 2 steps the machine is in the middle of its work on 1 of 2 inputs: on 'BBA' it gives 'reject'" in line
    for enough in ("3", "12"):
        assert main([*early, enough]) == 0
        assert "note" not in capsys.readouterr().err
