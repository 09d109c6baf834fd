"""``noisytm bound --explain``: the costs that sum to λ, the runs that break, the forms, and what is refused."""

import json
import re
import shlex
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

import noisytm
from noisytm import SynthesisProblem, TuringMachine, explain, learning_coefficient, library
from noisytm.cli import main
from noisytm.degeneracy import explaining
from noisytm.degeneracy.syndromes import witnessed
from noisytm.saved import from_json
from noisytm.show.explanations import describe_explanation

DETECT_A = ("bound", "detectA", "--max-length", "2", "--steps", "4")


@pytest.fixture
def said(capsys):
    def call(*arguments, code=0):
        assert main(list(arguments)) == code
        out, err = capsys.readouterr()
        return out if code == 0 else err

    return call


def test_the_table_names_every_entry_and_sums_to_the_learning_coefficient(said):
    text = said(*DETECT_A, "--explain")
    rows = [line for line in text.splitlines() if re.match(r"[* ] \(", line)]
    assert len(rows) == 6 and sum(line.startswith("*") for line in rows) == 4
    costs = [Fraction(re.split(r" {2,}", line[2:])[2]) for line in rows]
    assert sum(costs) == Fraction(29, 3)
    assert "the learning coefficient, 29/3, and so do the weights of the 17 syndromes: 29/3." in text
    assert "  A 1!, B 0      accept 1!    L -, R -" in rows[0]
    assert "on B: if (B, reject) goes to accept at step 1, the run ends in accept, not in reject" in text
    assert "bits   00001 00101" in text and "marks  .!!.. --+--" in text
    assert re.search(r"<= learning coefficient +29/3 +17/3 more; multiplicity 1", text)


def test_the_weights_of_another_loss_and_prior_are_scaled(said):
    text = said(*DETECT_A, "--explain", "--loss", "brier", "--prior-concentration", "1/2", "--semantics", "annealed")
    assert "(each number times its prior concentration and the factor of the loss)" in text
    assert "5 times 1/2 for this loss, 5/2." in text


def test_a_table_drawn_once_errs_at_every_use(said):
    text = said("bound", "detectA", "--words", "A", "--steps", "3", "--explain", "--semantics", "quenched")
    assert "on A: in the table where (A, reject) goes to reject, the run ends in reject, not in accept" in text


def test_where_nothing_is_fatal_nothing_costs_anything():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A"], 3, targets={"A": ["accept", "reject"]})
    text = describe_explanation(explain(learning_coefficient(problem, machine)))
    assert "No error at all can lead to a wrong answer: nothing costs anything." in text


def test_the_record_is_read_and_one_that_was_tampered_with_is_not(said):
    record = json.loads(said(*DETECT_A, "--explain", "--json"))
    assert from_json(record).to_json() == record
    assert record["noisytm"] == "explanation/1" and record["bound"]["noisytm"] == "bound/2"
    changes = [
        lambda r: r["rows"][0].update(sentence="on B: nothing happens"),
        lambda r: r["cells"][0].update(cost="1"),
        lambda r: r["rows"][0]["witness"].update(outcome=["reject"]),
        lambda r: r["rows"][0]["witness"]["slips"][0].update(steps=[99]),
        lambda r: r["rows"][0]["witness"].update(input=7),
        lambda r: r["rows"].pop(),
    ]
    for change in changes:
        changed = json.loads(json.dumps(record))
        change(changed)
        with pytest.raises(noisytm.FormatError):
            from_json(changed)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--survey",), "leave out --survey, --padding and --precision"),
        (("--padding", "1"), "leave out --survey, --padding and --precision"),
        (("--precision",), "leave out --survey, --padding and --precision"),
        (("--chart", "softmax:gaussian=1"), "the chart softmax:gaussian=1 has none"),
    ],
)
def test_what_has_no_explanation_is_refused(said, more, says):
    assert says in said(*DETECT_A, "--explain", *more, code=2)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_form_for_notebooks_is_whole_and_escapes_what_users_write():
    evil = "<script>alert(1)</script>"
    machine = TuringMachine([evil, "&b"], evil, ["<i>", "q"], "<i>", [(evil, "<i>", "&b", "q", "R")], name=evil)
    result = learning_coefficient(SynthesisProblem.of_machine(machine, [[evil]], 1), machine, semantics="annealed")
    for form in (explain(result)._repr_html_(), result._repr_html_()):
        tags = Tags()
        tags.feed(form)
        assert not tags.open and not {"script", "i"} & set(tags.seen) and evil in tags.text
        assert {"table", "caption", "thead", "th"} <= set(tags.seen)


@pytest.mark.slow  # that its commands run, tests of all documents see
def test_the_page_shows_what_is_printed(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "why.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ noisytm ([^\n]*)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    [machine] = re.findall(r"as `textbook.json`:\n\n```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    Path("textbook.json").write_text(machine, encoding="utf-8")
    for command, output in blocks:
        assert said(*shlex.split(command)) == output


@pytest.mark.parametrize(
    "more",
    [
        ("--semantics", "quenched"),
        pytest.param(("--semantics", "mean-field"), marks=pytest.mark.slow),
        pytest.param(("--keys", "noisy"), marks=pytest.mark.slow),
    ],
)
def test_every_syndrome_is_shown_with_what_it_breaks(said, more):
    command = ("syndromes", "detectA", "--words", "BA", "--steps", "3", "--explain", *more)
    record = json.loads(said(*command, "--json"))
    assert len(record["explained"]) == len(record["syndromes"]) > 0
    assert from_json(record).to_json() == record
    text = said(*command)
    assert text.count("with errors") >= 2
    for shown in record["explained"][:3]:
        assert f"  {shown['sentence']}" in text.splitlines()
    record["explained"].pop()
    with pytest.raises(noisytm.FormatError, match="one for each"):
        from_json(record)


@pytest.mark.slow  # the records of samples, and the commands of docs/why.md, have one each
def test_the_best_code_stands_beside_the_one_that_was_given(said, tmp_path):
    file = tmp_path / "given.json"
    rows = [("_", "a", "_", "a", "S"), ("_", "b", "_", "b", "S")]
    given = TuringMachine(["_"], "_", ["a", "b"], "a", rows, name="given")
    file.write_text(json.dumps(given.to_json()), encoding="utf-8")
    asked = ("search", str(file), "--words", "", "--steps", "2", "--explain", "--semantics", "annealed")
    record = json.loads(said(*asked, "--json"))
    assert from_json(record).to_json() == record
    costs = [sum(Fraction(cell[side] or 0) for cell in record["cells"]) for side in ("given", "found", "saved")]
    assert costs[0] - costs[1] == costs[2] and costs[1] == Fraction(record["search"]["learning_coefficient"])
    text = said(*asked)
    assert "certified" in text and "What breaks the best code:" in text and "What breaks given:" in text
    assert re.search(r"sum .* " + str(costs[2]) + "$", text, re.MULTILINE)
    record["found"] = record["given"]
    with pytest.raises(noisytm.FormatError, match="another code"):
        from_json(record)


def test_a_search_without_a_machine_has_nothing_to_compare_with(said, tmp_path):
    problem = SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "b"})
    problem.save(tmp_path / "problem.json")
    assert "names none" in said("search", str(tmp_path / "problem.json"), "--explain", code=2)
    assert "leave out --count-only" in said("search", "detectA", "--explain", "--count-only", code=2)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_explanation_that_is_ended_early_is_printed_as_far_as_it_goes(form, monkeypatch, capsys):
    real, calls = explaining.witness_of, []

    def ended(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise noisytm.BudgetError("the time has run out")
        return real(*arguments)

    monkeypatch.setattr(explaining, "witness_of", ended)
    assert main([*DETECT_A, "--explain", *form]) == 3
    out, err = capsys.readouterr()
    assert "the time has run out" in err
    if form:
        assert from_json(json.loads(out)).value == Fraction(29, 3)
        return
    assert out.count("which run this breaks was not reached before the end") == 15
    assert "on the empty word: if (_, reject) writes A at step 1" in out


def test_syndromes_that_were_reached_before_the_end_keep_their_runs(monkeypatch, capsys):
    real, calls = witnessed.witness_of, []

    def ended(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise noisytm.BudgetError("the time has run out")
        return real(*arguments)

    monkeypatch.setattr(witnessed, "witness_of", ended)
    assert main(["syndromes", "detectA", "--words", "B", "--steps", "3", "--explain"]) == 3
    out = capsys.readouterr().out
    assert out.count("step   right") == 2 and "was not reached before the end" in out and "the time has run out" in out
