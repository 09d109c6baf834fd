"""``noisytm bound … --precision``, and ``noisytm verify`` of what it writes."""

import io
import json

import pytest

from noisytm import FinitePrecision, LearningCoefficient, SynthesisProblem, library, precision, words
from noisytm.cli import main
from noisytm.degeneracy.program import envelope


@pytest.fixture
def command(capsys, monkeypatch):
    """Run a command with a text on its input; return its code and what it printed."""

    def run(*arguments, text=""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return run


def test_bound_and_verify(command):
    code, out, err = command("bound", "detectA", "--steps", "10", "--precision", "--json")
    assert (code, err) == (0, "")
    record = json.loads(out)
    assert record["learning_coefficient"] == "125/16" and record["precision"]["transversal"] == "10"
    assert record["precision"]["breakpoints"] == [
        ["1", "125/16"], ["8/7", "115/14"], ["64/49", "418/49"], ["64/25", "10"]
    ]  # fmt: skip
    assert LearningCoefficient.from_json(record).precision.complete
    code, said, err = command("verify", "-", text=out)
    assert (code, err) == (0, "")
    assert "finite precision: Λ(s) = min(125/16·s, 5 + 45/16·s, 6 + 31/16·s, 7 + 75/64·s, 10)" in said
    record["precision"]["proof"]["trees"][2].pop()
    code, said, err = command("verify", "-", text=json.dumps(record))
    assert code == 1 and said == "" and err == "noisytm: the tree at s = 64/49 lacks 1 of its nodes\n"


def test_text(command):
    code, out, err = command("bound", "detectA", "--precision", "--semantics", "mean-field", "--loss", "brier")
    assert (code, err) == (0, "")
    last = out.split("Finite precision")[1].splitlines()
    assert last[2].split() == ["Λ(s)", "from", "s", "where", "Λ", "is", "errors", "pinned", "to", "0"]
    assert "it is the precision: the code costs τ = 10 times b bits" in " ".join(last)


def test_a_picture_of_the_curve(command, tmp_path):
    file = tmp_path / "curve.svg"
    asked = ("bound", "detectA", "--steps", "4", "--precision", "--semantics", "mean-field")
    code, out, err = command(*asked, "--output", str(file))
    assert (code, err) == (0, "") and "Finite precision" in out
    drawn = file.read_text(encoding="utf-8")
    for text in (
        "Λ(s) = min(10·s, 10)", "10·s: data limit", "τ = 10", "machine detectA: 3 symbols, 2 states, 6 listed tuples",
        "log loss, mean-field, simplex chart; b bits a weight",
    ):  # fmt: skip
        assert text in drawn, text
    for wrong, says in ((file.with_suffix(".csv"), "end the name in .svg or .png"), (tmp_path / "no" / "f.svg", "no")):
        code, out, err = command(*asked, "--output", str(wrong))
        assert code == 1 and not out and says in err and err.count("\n") == 1
    code, _, err = command("bound", "detectA", "--survey", "--output", str(file))
    assert code == 2 and "--padding" in err


def test_the_record_of_precision_alone(command, tmp_path):
    path = tmp_path / "curve.json"
    machine = library.machine("detectA")
    precision(SynthesisProblem.of_machine(machine, words("AB", 2), 4), machine).save(path)
    code, out, _ = command("verify", str(path))
    assert code == 0 and out.startswith("verified: finite precision: Λ(s) = min(")
    code, _, err = command("verify", str(path), "--full")
    assert code == 1 and "states no multiplicity" in err
    record = json.loads(path.read_text())
    record["precision"]["lines"][0][1] = "1"
    code, _, err = command("verify", "-", text=json.dumps(record))
    assert code == 1 and err.count("\n") == 1


@pytest.mark.parametrize("json_wanted", [True, False])
def test_what_was_found_is_printed_on_an_interrupt(command, monkeypatch, json_wanted):
    """The learning coefficient is known, one kink is proved: both can be verified."""
    prove, calls = envelope.prove, []  # the trees found

    def interrupted(*arguments):
        if len(calls) == 2:
            raise KeyboardInterrupt
        found = prove(*arguments)
        calls.extend([found] if isinstance(found, tuple) else [])
        return found

    monkeypatch.setattr(envelope, "prove", interrupted)
    code, out, err = command("bound", "detectA", "--steps", "10", "--precision", *(["--json"] if json_wanted else []))
    assert code == 130 and "interrupted" in err
    if not json_wanted:
        assert "Not complete" in out and "exact; multiplicity 1" in out
        return
    record = json.loads(out)
    assert record["learning_coefficient"] == "125/16" and record["precision"]["complete"] is False
    part = LearningCoefficient.from_json(record).precision
    assert isinstance(part, FinitePrecision) and 0 < len(part.breakpoints) < 4
    code, said, _ = command("verify", "-", text=out)
    assert code == 0 and "is not complete" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--chart", "sphere"], "--precision: finite precision has no meaning in the sphere chart"),
        (["--survey"], "leave out --survey and --padding"),
        (["--padding", "2"], "leave out --survey and --padding"),
    ],
)
def test_what_has_no_precision(command, arguments, said):
    code, out, err = command("bound", "detectA", "--precision", *arguments)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1
