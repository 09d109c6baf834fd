"""``noisytm verify`` accepts what ``noisytm bound`` wrote, and nothing else."""

import copy
import io
import itertools
import json
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, slow_where, sweep

from noisytm.cli import main
from noisytm.machine import TuringMachine

UNUSED = {"symbol": "_", "state": "accept", "kind": "move", "wrong": "L"}
WHAT_IS_VERIFIED = ["verified:", "machine:", "problem:", "semantics", "learning", "multiplicity:"]
FATAL = {"symbol": "_", "state": "reject", "kind": "next", "wrong": "accept"}


def bound(capsys, *arguments):
    assert main(["bound", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def original():
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        assert main(["bound", "detectA", "--steps", "4", "--json"]) == 0
    return json.loads(out.getvalue())


@pytest.fixture
def record(original):
    return copy.deepcopy(original)


@pytest.fixture
def check(capsys, tmp_path):
    """Run ``noisytm verify`` on a record or a text; return its exit code and its one line, or the first."""

    def run(content, *options):
        path = tmp_path / "certificate.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        code = main(["verify", str(path), *options])
        out, err = capsys.readouterr()
        assert (out == "") == (code != 0)
        if code:
            assert err.count("\n") == 1
            return code, err
        assert [line.split()[0] for line in out.splitlines()] == WHAT_IS_VERIFIED
        return code, out.splitlines(keepends=True)[0]

    return run


@pytest.fixture
def refused(check):
    def run(content, *options, says=""):
        code, line = check(content, *options)
        assert code == 1 and line.startswith("noisytm: ") and len(line) < 1000
        assert says in line
        return line

    return run


@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field"])
@pytest.mark.parametrize("loss", ["log", "brier"])
@pytest.mark.parametrize("name", ["detectA", "bb2", "parity", "copy"])
@slow_where("copy-brier-pseudo-utm", "copy-brier-mean-field", "copy-log-mean-field", "copy-log-pseudo-utm")
def test_accepts_what_bound_wrote(capsys, check, name, semantics, loss):
    options = ["--semantics", semantics, "--loss", loss, "--prior-concentration", "2/3"]
    record = bound(capsys, name, *options)
    code, line = check(record, "--full")
    assert code == 0
    assert line.startswith(f"verified: learning coefficient {record['learning_coefficient']} (primal and ")
    assert line.endswith(f"multiplicity {record['multiplicity']} computed again)\n")
    for entry, value in (("loss", "log" if loss == "brier" else "brier"), ("prior_concentration", "1/3")):
        assert check(record | {entry: value})[0] == 1


def test_reads_standard_input(record, capsys, monkeypatch):
    def verify(text):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return main(["verify", "-"])

    assert verify(json.dumps(record)) == 0
    assert verify(json.dumps(record | {"learning_coefficient": "9"})) == 1
    capsys.readouterr()


def test_wrong_multiplicity(record, refused):
    record["multiplicity"] = 2
    refused(record, says="multiplicity 2 needs as many optimal points")


def test_wrong_multiplicity_without_a_proof_needs_the_full_check(record, check, refused):
    """Records of version 0.1 have no proof of it, and no tag."""
    del record["certificate"]["optimal_face"]
    for entry in ("noisytm", "problem_key", "options", "seed", "compile_seconds"):
        del record[entry]
    del record["problem"]["noisytm"]
    record["multiplicity"] = 2
    assert check(record)[0] == 0
    refused(record, "--full", says="multiplicity is 2, but computing it again gives 1")
    for value in (0, -1, "1", 1.0, True, None):
        refused(record | {"multiplicity": value}, says="multiplicity is")


def test_a_row_that_is_not_fatal(record, refused):
    rows = record["certificate"]["dual"]
    rows[0]["syndrome"] = [{"coordinate": UNUSED, "count": 1}]
    refused(record, says="is not shown to be fatal")


def test_a_row_with_too_few_errors(record, refused):
    """Half of a fatal pair, with the costs that showed the pair, and with costs that would show it alone."""
    rows = record["certificate"]["dual"]
    pair = next(row for row in rows if len(row["syndrome"]) == 2)
    pair["syndrome"].pop()
    assert "dual weights on" in refused(record) or "is not shown to be fatal" in refused(record)
    pair["costs"] = [1 if c == min(pair["costs"]) else 1000 for c in pair["costs"]]
    refused(record)


def test_a_feasible_but_not_optimal_v(record, refused):
    machine = TuringMachine.from_json(record["machine"])
    used = {tuple(k) for k in record["used_tuples"]}
    kinds = {"write": machine.symbols, "next": machine.states, "move": ("L", "S", "R")}
    ones = [
        {"coordinate": {"symbol": t.read, "state": t.state, "kind": kind, "wrong": wrong}, "value": "1"}
        for t in machine.tuples
        for kind, right in (("write", t.write), ("next", t.next), ("move", t.move))
        for wrong in kinds[kind]
        if wrong != right and (t.read, t.state) in used
    ]
    assert len(ones) == 20
    record["certificate"]["primal"] = ones
    refused(record, says="primal values sum to 20, but the learning coefficient (log loss) is 29/3")
    record["learning_coefficient"] = "20"
    refused(record, says="dual weights sum to 29/3, but the learning coefficient (log loss) is 20")
    # weights doctored to add up break the load of some coordinate
    for row in record["certificate"]["dual"]:
        row["weight"] = str(Fraction(row["weight"]) * 20 / Fraction(29, 3))
    refused(record, says="more than its prior concentration 1")


def test_an_infeasible_v(record, refused):
    primal = record["certificate"]["primal"]
    first = next(e for e in primal if e["coordinate"] == FATAL)
    other = next(e for e in primal if e["coordinate"] != FATAL)
    assert first["value"] == "1"
    first["value"], other["value"] = "1/2", str(Fraction(other["value"]) + Fraction(1, 2))
    refused(record, says="primal v is not feasible: the oracle finds a fatal syndrome with α·v = 1/2 < 1")
    first["value"], other["value"] = "-1", str(Fraction(other["value"]) + Fraction(3, 2))
    refused(record, says="must be >= 0")


@pytest.mark.parametrize(
    "weight", ["0", "-1", "1/2", "2", "1.5", 1.5, None, "nan", "inf", "1/0", "", "x", True, [], "9e999"]
)
def test_a_wrong_weight(record, refused, weight):
    row = record["certificate"]["dual"][0]
    assert row["weight"] == "1"
    row["weight"] = weight
    refused(record)


# The write and the move of the unused tuple (_, accept), and the order of the states: no coordinate that counts.
HARMLESS = {3, 5, 21}


def single_changes(machine):
    """Return machines that differ in one entry of one tuple, or in one other part."""
    values = {2: machine["symbols"], 3: machine["states"], 4: ["L", "S", "R"]}
    changed = []
    for i, row in enumerate(machine["tuples"]):
        for j, allowed in values.items():
            new = copy.deepcopy(machine)
            new["tuples"][i][j] = next(v for v in allowed if v != row[j])
            changed.append(new)
    fewer = copy.deepcopy(machine)
    del fewer["tuples"][1]  # an unused tuple
    swapped = copy.deepcopy(machine)
    swapped["tuples"].reverse()
    return [
        *changed,
        fewer,
        swapped,
        machine | {"start": "accept"},
        machine | {"states": machine["states"][::-1]},
        machine | {"symbols": [*machine["symbols"], "C"]},
    ]


@pytest.mark.parametrize("index", range(23))
def test_a_changed_machine(original, refused, check, capsys, tmp_path, index):
    changes = single_changes(original["machine"])
    assert len(changes) == 23
    changed = changes[index]
    key = TuringMachine.from_json(changed).key
    only = original | {"machine": changed}
    both = only | {"problem": original["problem"] | {"machine": changed}}
    refused(only, says="the problem's machine is not the machine")
    refused(only | {"machine_key": key}, says="the problem's machine is not the machine")
    refused(original | {"problem": both["problem"]}, says="the problem's machine is not the machine")
    refused(both, says="machine_key is")
    without = {k: v for k, v in both.items() if k != "machine_key"}
    answers = check(both | {"machine_key": key}), check(without)
    assert answers[0] == answers[1]
    if answers[0][0] == 0:
        # The certificate proves the same value for this machine too: it must be its value.
        path = tmp_path / "problem.json"
        path.write_text(json.dumps(both["problem"]), encoding="utf-8")
        assert bound(capsys, "--problem", str(path))["learning_coefficient"] == original["learning_coefficient"]
        assert index in HARMLESS


def test_machine_key(record, refused):
    for key in ("0" * 64, "", None, 5, record["machine_key"].upper()):
        refused(record | {"machine_key": key}, says="machine_key is")


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("steps", 3),
        ("steps", 5),
        ("steps", 0),
        ("steps", "4"),
        ("steps", 10**12),
        ("inputs", ["", "A", "B", "AA", "AB", "BA"]),
        ("inputs", []),
        ("readout", "tape:1"),
        ("weights", ["1/2", "1/2"]),
        ("weights", "heavy"),
        ("hamming", 1),
        ("targets", {"": "accept", "A": "accept", "B": "reject", "AA": "accept", "AB": "accept", "BA": "accept"}),
        ("more", 1),
    ],
)
def test_a_changed_problem(record, check, entry, value):
    record["problem"][entry] = value
    code, line = check(record)
    assert code == 1 and line.startswith("noisytm: ")


def test_targets_that_the_machine_does_not_compute(record, refused):
    record["problem"]["targets"]["BA"] = "reject"
    line = refused(record, says="on 'BA' after 4 steps the machine gives 'accept', but the target is 'reject'")
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("semantics", "mean-field"),
        ("semantics", "annealed"),
        ("semantics", "quenched"),
        ("semantics", "frozen"),
        ("semantics", []),
        ("semantics", {}),
        ("loss", "brier"),
        ("loss", "other"),
        ("loss", {}),
        ("chart", "bits"),
        ("chart", "sphere"),
        ("chart", "polar"),
        ("chart", []),
        ("free", []),
        ("free", [UNUSED]),
        ("free", [FATAL]),
        ("digits", []),
        ("prior_concentration", "2"),
        ("prior_concentration", "0"),
        ("prior_concentration", "-1"),
        ("prior_concentration", "nan"),
        ("prior_concentration", "1e999999999"),
        ("dimension", 31),
        ("dimension", "30"),
        ("used_tuples", [["_", "reject"], ["A", "reject"], ["A", "accept"]]),
        ("used_tuples", []),
        ("unused_tuples", []),
        ("unused_tuples", None),
        ("description_length", {"used_tuples": 4, "listed_tuples": 6, "bits": 19}),
        ("description_length", 20),
        ("bounds", {"fatal_alone": "5", "used_tuples": "20", "dimension": "30"}),
        ("bounds", {"fatal_alone": "4", "used_tuples": "19", "dimension": "30"}),
        ("bounds", {}),
        ("learning_coefficient", "28/3"),
        ("learning_coefficient", "0"),
        ("learning_coefficient", "-29/3"),
        ("learning_coefficient", "nan"),
        ("learning_coefficient", 9.666666666666666),
        ("learning_coefficient", "29/3 "[:-1] + "0"),
        ("learning_coefficient", None),
        ("machine", None),
        ("machine", {}),
        ("machine", []),
        ("problem", None),
        ("problem", []),
        ("certificate", None),
        ("certificate", []),
        ("certificate", {}),
        ("certificate", {"primal": [], "dual": []}),
        ("certificate", {"primal": {}, "dual": {}}),
        ("certificate", {"primal": [1], "dual": ["x"]}),
    ],
)
def test_changed_entries(record, refused, entry, value):
    refused(record | {entry: value})


def test_missing_entries(original, refused):
    for entry in original:
        if entry not in {"machine_key", "iterations", "seconds", "compile_seconds", "version"}:
            without = {k: v for k, v in original.items() if k != entry}
            refused(without, says=f"the certificate file lacks '{entry}'")
    for part in ("inputs", "steps"):
        refused(original | {"problem": {k: v for k, v in original["problem"].items() if k != part}}, says=part)
    for part in ("primal", "dual"):
        refused(original | {"certificate": {k: v for k, v in original["certificate"].items() if k != part}}, says=part)


@pytest.mark.parametrize(
    "costs",
    [None, [], [1] * 29, [1] * 31, [-1] + [1] * 29, [0] * 30, [1.0] * 30, [True] * 30, ["1"] * 30, [2**57] * 30,
     [10**400] * 30, [2**63] * 30, {}, "1"],
)  # fmt: skip
def test_wrong_costs(record, refused, costs):
    row = record["certificate"]["dual"][-1]
    row["costs"] = costs
    refused(record)
    del row["costs"]
    refused(record, says="must be a list of objects with syndrome, weight, costs")


def test_costs_of_zero_are_refused_where_counts_pass_64_bits(capsys, refused):
    """At zero costs the exponents, which grow exponentially with the steps, would wrap around unseen."""
    record = bound(capsys, "detectA", "--steps", "80", "--semantics", "mean-field", "--words", "BA,A")
    record["certificate"]["dual"][-1]["costs"] = [0] * 30
    refused(record, says="must be integers from 1 to 2^57 - 1")


@pytest.mark.parametrize("count", [0, -1, 2, 10**30, 1.0, "1", None, True])
def test_wrong_counts(record, refused, count):
    record["certificate"]["dual"][0]["syndrome"][0]["count"] = count
    refused(record)


def test_wrong_coordinates(record, original, refused):
    def broken(change):
        new = copy.deepcopy(original)
        change(new["certificate"])
        return new

    right = {"symbol": "_", "state": "reject", "kind": "write", "wrong": "_"}
    for name in (right, right | {"state": "other"}, right | {"wrong": 5}, {}, None, "x", [], right | {"kind": "erase"}):
        refused(broken(lambda c, n=name: c["primal"][0].update(coordinate=n)), says="is not an error coordinate")
        refused(
            broken(lambda c, n=name: c["dual"][0]["syndrome"][0].update(coordinate=n)),
            says="is not an error coordinate",
        )
    refused(broken(lambda c: c["primal"].append(c["primal"][0])), says="twice")
    refused(broken(lambda c: c["dual"][0]["syndrome"].append(c["dual"][0]["syndrome"][0])), says="twice")
    refused(broken(lambda c: c["dual"].append(c["dual"][0])))
    refused(broken(lambda c: c["dual"].pop()))
    refused(broken(lambda c: c["primal"].pop()))
    refused(broken(lambda c: c["dual"][0].update(syndrome=[])))


@pytest.mark.parametrize("value", ["nan", "inf", "1e999999999", "9" * 5000, "1/0", "١", 0.5, None, [], {}, True, "1_0"])
def test_primal_values_that_are_no_fractions(record, refused, value):
    record["certificate"]["primal"][0]["value"] = value
    refused(record)


def test_fractions_whose_sum_has_more_digits_than_python_prints(record, refused):
    for i, entry in enumerate(record["certificate"]["primal"]):
        entry["value"] = f"1/{10**1500 + i}"
    refused(record, says="primal values sum to a fraction near 2^")


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[", "{", "null", "5", "[]", '"x"', "NaN", "[" * 100_000, '{"a":' * 100_000, "\ufeff{}", "{}", "{}{}",
        "1" * 5000, '{"machine": NaN}',
    ],
)  # fmt: skip
def test_texts_that_are_no_certificate(refused, text):
    refused(text)


def test_records_of_other_kinds(refused):
    for tag in ("enumeration/1", "padding/2"):
        refused({"noisytm": tag, "complete": False}, says=f"has the tag '{tag}'; it must be 'bound/2'")


@pytest.mark.parametrize("depth", [300, 900, 940, 960, 980])
def test_deep_values_inside(record, refused, depth):
    deep = json.dumps(record)
    for entry in (
        "machine",
        "problem",
        "dimension",
        "semantics",
        "loss",
        "chart",
        "multiplicity",
        "prior_concentration",
    ):
        value = json.dumps(record[entry])
        refused(deep.replace(f'"{entry}": {value}', f'"{entry}": ' + "[" * depth + "]" * depth, 1))


@sweep
@pytest.mark.slow
def test_every_scalar_changed_is_noticed_or_harmless(original, check):
    """Replace every number and text of the record, one by one; only what proves nothing may pass."""
    passed, places = set(), itertools.count()

    def walk(node, path):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(items):
            if isinstance(value, (dict, list)):
                if "costs" not in (key, *path):
                    walk(value, (*path, key))
                continue
            if path[:1] == ("certificate",) and next(places) % 150 and not ALL_SEEDS:
                continue
            for other in (None, "X", -7) if ALL_SEEDS else (None, "X"):
                node[key] = other
                code, line = check(changed)
                assert code in {0, 1} and "Traceback" not in line
                if code == 0:
                    passed.add((*path, key))
            node[key] = value

    changed = copy.deepcopy(original)
    walk(changed, ())
    assert changed == original
    # the seed is null already
    assert passed == {("version",), ("seed",), ("machine", "name"), ("problem", "machine", "name")}
