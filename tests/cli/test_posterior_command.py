"""``noisytm posterior``: what it prints and writes, how to go on, options that do not go together."""

import csv
import json

import pytest
from posterior_gates import ONE
from seeds import slow_where

import noisytm
from noisytm import _kept_arrays
from noisytm.cli import main
from noisytm.errors import FormatError
from noisytm.posterior.energies import checks, replicas
from noisytm.posterior.populations import climbed

# Rungs of a population of so few up to n = 100.
RUNGS = 9
FEW = ("--particles", "200", "--replicas", "2", "--sweeps", "1", "--n", "100")


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    """Return a file with a machine of one tuple: K = −log(1 − u)."""
    path = tmp_path_factory.mktemp("code") / "one.json"
    ONE.save(path)
    return str(path)


def printed(capsys, *arguments, code=0):
    assert main(["posterior", *arguments]) == code
    return capsys.readouterr()


def test_record_and_files(capsys, code, tmp_path):
    problem = (code, "--words", "", "--steps", "1")
    record = json.loads(printed(capsys, *problem, *FEW, "--local", "--json", "--phases", "1").out)
    assert record["noisytm"] == "posterior/1" and record["exact"] == {"learning_coefficient": "1", "multiplicity": 1}
    assert record["estimate"].keys() == {"learning_coefficient", "error", "multiplicity_correction", "n_from", "n_to"}
    (phase,) = record["phases"]
    assert phase["solves"] and (phase["weight"], phase["learning_coefficient"]) == (1.0, "1")
    files = {ending: tmp_path / f"found{ending}" for ending in (".svg", ".csv", ".json.gz")}
    for file in files.values():
        said = printed(capsys, *problem, *FEW, "--local", "--output", str(file))
        assert "Learning coefficient from 2 chains (exact: λ = 1, m = 1)" in said.out
    assert noisytm.load(files[".json.gz"]).ladder == noisytm.FreeEnergy.from_json(record).ladder
    with files[".csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["free_energy"]) for row in rows] == [row["free_energy"] for row in record["ladder"]]
    assert "1 log n + constant, exact" in files[".svg"].read_text(encoding="utf-8")


def test_what_is_ended_says_how_to_go_on(capsys, code, tmp_path, monkeypatch):
    asked, kept = (code, "--words", "", "--steps", "1", *FEW), tmp_path / "kept.npz"
    whole = printed(capsys, *asked).out

    def one_rung(*arguments):
        yield next(climbed(*arguments))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(replicas, "climbed", one_rung)
        said = printed(capsys, *asked, "--resume", str(kept), code=130)
        alone = printed(capsys, *asked, "--json", code=130)
    assert "no power of ten reached; the first population has come to n = 0.1, F = " in said.out
    assert said.err.splitlines() == [
        f"noisytm: progress is kept in {kept}; the same command goes on from there",
        "noisytm: interrupted",
    ]
    assert printed(capsys, *asked, "--resume", str(kept)).out == whole
    assert json.loads(alone.out)["reached"]["n"] == 0.1
    assert "with --resume FILE the same command keeps it" in alone.err


@pytest.mark.slow
def test_groups_of_codes_have_a_file(capsys, code, tmp_path):
    asked = (code, "--words", "", "--steps", "1", *FEW, "--phases", "2", "--groups")
    table, whole, picture = (tmp_path / f"groups{ending}" for ending in (".csv", ".json", ".svg"))
    record = json.loads(printed(capsys, *asked, str(table), "--json").out)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for by in ("learning_coefficient", "used_tuples", "cube"):
        assert sum(float(row["weight"]) for row in rows if (row["by"], row["n"]) == (by, "100.0")) == pytest.approx(1)
    noisytm.Phases.from_json(record["groups"]).plot(picture)
    drawn = picture.read_text(encoding="utf-8")
    assert all(f"Shares of the posterior {by}" in drawn for by in ("by exact λ", "by used tuples", "by cube"))
    said = printed(capsys, *asked, str(whole), "--exact-seconds", "1e-9").out
    assert [line for line in said.splitlines() if line.endswith("by exact λ")] and "by cube" in said
    assert "λ was not computed of codes with these shares" in said and "no exact λ: it is not known" in said
    kept, found = noisytm.load(whole).sizes[-1], record["groups"]["sizes"][-1]
    assert kept.not_computed == found["solving"] > found["not_computed"] == 0


def test_populations_that_cannot_be_kept_stop_nothing(capsys, code, tmp_path, monkeypatch):
    asked = (code, "--words", "", "--steps", "1", *FEW, "--phases", "0")
    whole = printed(capsys, *asked).out

    def full(*_):
        raise FormatError("cannot write it: the disk is full")

    monkeypatch.setattr(_kept_arrays, "write_whole", full)
    said = printed(capsys, *asked, "--resume", str(tmp_path / "kept.npz"), code=1)
    assert said.out == whole
    assert said.err == "noisytm: progress is not kept: cannot write it: the disk is full; --resume names another file\n"


def test_what_is_refused_says_why_and_not_how_to_go_on(capsys, code, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_ANCESTORS", 201)
    said = printed(capsys, code, "--words", "", "--steps", "1", *FEW, code=3)
    assert said.out.endswith("This is not complete, or not to be trusted.\n") and "refused" in said.err
    assert len(said.err.splitlines()) == 1 and "resume" not in said.err


def test_volumes(capsys, code, tmp_path):
    asked = (code, "--words", "", "--steps", "1", "--volume", "--epsilon", "0.1", "--replicas", "2", "--sweeps", "2")
    table, kept = tmp_path / "found.csv", tmp_path / "kept.npz"
    said = printed(capsys, *asked, "--local", "--particles", "100", "--output", str(table), "--resume", str(kept))
    assert "The bits tend to λ = 1 (m = 1).\nThe used tuples of the code have 3 bits.\n" in said.out and not said.err
    record = json.loads(printed(capsys, *asked, "--local", "--particles", "100", "--resume", str(kept), "--json").out)
    assert record["noisytm"] == "volumes/1" and record["complete"] and record["description_bits"] == 3
    assert record["volumes"][1].keys() == {"epsilon", "log_volume", "error", "bits_per_halving", "bits_error"}
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["log_volume"]) for row in rows] == [row["log_volume"] for row in record["volumes"]]
    assert [row["expected_bits"] for row in rows][1:] == ["1.0"] * (len(rows) - 1)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_regret_curves(capsys, code, tmp_path):
    asked = (code, "--words", "", "--steps", "1", *FEW)
    curves, kept, table = (*asked, "--regret", "--bits", "1,3"), tmp_path / "kept.npz", tmp_path / "found.csv"
    said = printed(capsys, *curves, "--output", str(table), "--resume", str(kept)).out
    assert "\n2 populations of 200 particles, seed 0\n" in said
    assert "tables, uniform exact 0.693 0.693 0.693 1.00" in " ".join(said.split())
    assert {path.name for path in tmp_path.glob("*.npz")} == {"kept.npz", "kept-1-bit.npz", "kept-3-bits.npz"}
    record = json.loads(printed(capsys, *curves, "--json").out)
    found = noisytm.Regret.from_json(record)
    assert record["noisytm"] == "regret/2" and record["complete"] and record["seconds"] > 0
    assert (found.sampled.seed, found.sampled.options["particles"], record["transversal"]) == (0, 200, "1")
    assert len(found.curves) == 6 and [float(row["nats"]) for row in rows_of(table)] == [
        x["nats"] for x in found.rows()
    ]
    ladder = json.loads(printed(capsys, *asked, "--phases", "0", "--resume", str(kept), "--json").out)["ladder"]
    assert tuple(row["free_energy"] for row in ladder) == found.curves[-1].nats  # from the same populations


def test_susceptibilities(capsys, code, tmp_path):
    asked, table = (code, "--words", ",_", "--steps", "1", *FEW, "--susceptibilities"), tmp_path / "found.csv"
    said = printed(capsys, *asked, "--output", str(table)).out
    assert "share of λ" in said and "χ of nK" in said and "2 populations of 200 particles, seed 0" in said
    local = (*asked, "--local", "--components", "distributions", "--json")
    record = json.loads(printed(capsys, *local).out)
    assert record["noisytm"] == "susceptibilities/2" and record["n"] == 100 and record["options"]["local"]
    assert record["observables"] == ["nK", *(f"(_, 0) {kind}" for kind in ("write", "next", "move"))]
    found = noisytm.Susceptibilities.from_json(record)
    assert found.to_json() == record and found.complete and not found.warnings
    assert [row["observable"] for row in rows_of(table)] == ["share of λ"] * 2 + ["nK"] * 2


@slow_where("--regret")
@pytest.mark.parametrize("what", ["--regret", "--susceptibilities"])
def test_what_is_read_from_populations_so_far_is_printed(capsys, code, tmp_path, monkeypatch, what):
    asked = (code, "--words", "", "--steps", "1", *FEW, what, *(("--bits", "2") if what == "--regret" else ()))
    kept, table = tmp_path / "kept.npz", tmp_path / "found.csv"
    whole = printed(capsys, *asked).out

    def ended(after):
        rungs = iter(range(10**6))

        def some(*arguments):
            for found in climbed(*arguments):
                yield found
                if next(rungs) == after:
                    raise KeyboardInterrupt

        return some

    with monkeypatch.context() as patched:
        patched.setattr(replicas, "climbed", ended(RUNGS + 6))
        said = printed(capsys, *asked, "--resume", str(kept), "--output", str(table), "--json", code=130)
        patched.setattr(replicas, "climbed", ended(0))
        begun = printed(capsys, *asked, "--json", code=130)
    record = json.loads(said.out)
    assert record["noisytm"] == f"{what[2:]}/2" and record["complete"] is False
    assert f"progress is kept in {kept}; the same command goes on from there" in said.err
    assert {row["complete"] for row in rows_of(table)} == {"False"}
    if what == "--regret":
        real = record["curves"][-1]
        assert (real["n"][-1], real["error"][-1]) == (100.0, None) and real["error"][0] is not None
        assert [curve["status"] for curve in json.loads(begun.out)["curves"]] == ["exact", "upper bound"]
    else:
        assert 1 <= record["n"] < 100 and json.loads(begun.out)["reached"]["n"] == 0.1
    assert printed(capsys, *asked, "--resume", str(kept)).out == whole


@slow_where("--regret")
@pytest.mark.parametrize("what", ["--regret", "--susceptibilities"])
def test_populations_that_are_refused_are_printed(capsys, code, monkeypatch, what):
    monkeypatch.setattr(checks, "LEAST_ANCESTORS", 201)
    said = printed(capsys, code, "--words", "", "--steps", "1", *FEW, what, code=3)
    assert said.out.endswith("This is not complete, or not to be trusted.\n")
    assert "warning: " in said.out and "come from" in said.err and len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("--n", "many"), 2, "--n is 'many'; give a positive number"),
        (("--n", "-1"), 2, "--n is -1"),
        (
            ("--output", "f.txt"),
            1,
            "names no form of a result; end it in .svg, .png, .csv, .parquet, .json or .json.gz",
        ),
        (("--output", "nowhere/f.svg"), 1, "there is no folder"),
        (("--output", "f.csv", "--resume", "f.csv"), 2, "the populations need a file of their own"),
        (("--phases", "-1"), 2, "phases is -1"),
        (("--particles", "3"), 2, "particles is 3"),
        (("--resume", "nowhere/kept.npz"), 1, "its folder is not there"),
        (("--volume", "--resume", "nowhere/kept.npz"), 1, "its folder is not there"),
        (("--volume", "--n", "10"), 2, "--n is for the ladder in n; leave it out, or --volume"),
        (("--volume", "--phases", "0"), 2, "--phases is for the ladder in n; leave it out, or --volume"),
        (("--volume", "--bits", "8"), 2, "--bits is for the ladder in n; leave it out, or --volume"),
        (("--bits", "41"), 2, "--bits is 41; it must be an integer from 0 to 40"),
        (("--volume", "--groups", "g.csv"), 2, "--groups is for the ladder in n; leave it out, or --volume"),
        (("--local", "--groups", "g.csv"), 2, "near a machine all codes are one; leave out --local"),
        (("--phases", "0", "--groups", "g.csv"), 2, "codes that share the posterior: leave out --phases 0"),
        (("--groups", "g.txt"), 1, "names no form of a result"),
        (("--groups", "-"), 2, "--groups is '-'; give a file"),
        (("--groups", "g.csv", "--output", "./g.csv"), 2, "--groups and --output are both g.csv"),
        (("--exact-seconds", "0"), 2, "--exact-seconds: seconds is '0'; it must be positive"),
        (("--epsilon", "0.1"), 2, "--epsilon is for volumes; add --volume"),
        (("--volume", "--epsilon", "2"), 2, "--epsilon is 2; it must be from 1e-200 to 1"),
        (("--volume", "--regret"), 2, "--volume and --regret exclude each other; give one of them"),
        (("--volume", "--regret", "--susceptibilities"), 2, "--volume, --regret and --susceptibilities exclude each"),
        (("--regret", "--local"), 2, "--regret is of all codes; leave out --local"),
        (("--regret", "--loss", "brier"), 2, "--regret is of the log loss, the simplex chart and the uniform prior"),
        (("--regret", "--prior-concentration", "2"), 2, "--regret is of the log loss, the simplex chart"),
        (("--regret", "--phases", "3"), 2, "--phases is for the ladder in n; leave it out, or --regret"),
        (("--regret", "--localisation", "3"), 2, "--localisation is for the ladder in n; leave it out, or --regret"),
        (("--regret", "--bits", "4,"), 2, "--bits is ''; give 4,8,16, or other whole numbers from 0 to 40"),
        (("--regret", "--bits", "4,41"), 2, "--bits is 41; it must be an integer from 0 to 40"),
        (("--regret", "--resume", "nowhere/kept.npz"), 1, "its folder is not there"),
        (("--bits", "1/2"), 2, "--bits is '1/2'; give 8, or other whole numbers from 0 to 40"),
        (("--bits", "4,8"), 2, "--bits is '4,8'; give 8, or other whole numbers from 0 to 40"),
        (("--susceptibilities", "--epsilon", "1"), 2, "--epsilon is for volumes; leave it out, or --susceptibilities"),
        (("--susceptibilities", "--exact-seconds", "1"), 2, "--exact-seconds is for the ladder in n; leave it out"),
        (("--susceptibilities", "--replicas", "1"), 2, "--replicas is 1; it must be an integer from 2 to 1000"),
        (("--susceptibilities", "--components", "tuples"), 2, "--components are those of a machine, near it; add"),
        (("--components", "tuples"), 2, "--components is for susceptibilities; add --susceptibilities"),
        (("--volume", "--replicas", "1"), 2, "--replicas is 1; it must be an integer from 2 to 1000"),
    ],
)
def test_wrong_arguments(capsys, code, arguments, exit_code, message):
    said = printed(capsys, code, "--words", "", "--steps", "1", *arguments, code=exit_code)
    assert message in said.err and len(said.err.splitlines()) == 1 and not said.out
