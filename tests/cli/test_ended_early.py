"""What verbs print when a signal, or a limit of time, ends them: their own JSON, and the code that says what it was."""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, sweep

import noisytm
from noisytm.cli import main
from noisytm.show import SyndromeReport

RUN = [sys.executable, "-W", "error", "-m", "noisytm"]
WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "ended, because its terminal is gone"}


def require_interval(record):
    part = noisytm.PartialCoefficient.from_json(record)
    assert "learning_coefficient" not in record and record["complete"] is False
    assert 0 <= part.interval.lower <= part.interval.upper


def require_syndromes(record):
    report = SyndromeReport.from_json(record)
    assert record["complete"] is False and 0 < report.syndromes.max_weight < 60
    assert all(sum(k for _, k in row) <= report.syndromes.max_weight for row in report.syndromes.syndromes)


def require_survey(record):
    part = noisytm.Survey.from_json(record)
    assert record["complete"] is False and not part.complete and len(part.rows) < 30


def require_padding(record):
    part = noisytm.PaddingTable.from_json(record)
    assert record["complete"] is False and 0 < len(part.lines) < 3000


def require_enumeration(record):
    part = noisytm.Enumeration.from_json(record)
    assert record["complete"] is False and record["proved"] is False and part.machines > 0


def require_simulation(record):
    assert record["complete"] is False and 0 < len(record["cycles"]) < 1_000_000


def require_ladder(record):
    part = noisytm.FreeEnergy.from_json(record)
    assert record["complete"] is False and not part.complete and part.ladder
    assert len(part.ladder) < 13 or part.ladder[-1].free_energy_error is None  # one replica may have come to the end


def require_regret(record):
    part = noisytm.Regret.from_json(record)
    assert record["complete"] is False and not part.complete and part.curves[0].status == "exact"
    assert len(part.curves[-1].n) < 13 or part.curves[-1].error[-1] is None or part.curves[-1].bits is not None


def require_answers(record):
    if record["noisytm"].startswith("posterior/"):  # before a second population has come to any n
        require_ladder(record)
        return
    part = noisytm.Susceptibilities.from_json(record)
    assert record["complete"] is False and not part.complete and part.n < 1e12


def require_search(record):
    assert record["complete"] is False and "learning_coefficient" not in record


# Each runs for minutes; the second of each is what has to hold of what it prints.
VERBS = {
    "bound": (("bound", "detectA", "--steps", "3000", "--json"), require_interval),
    "syndromes": (
        ("syndromes", "detectA", "--semantics", "annealed", "--max-weight", "60", "--json"),
        require_syndromes,
    ),
    "survey": (("bound", "detectA", "--survey", "--steps", "600", "--json"), require_survey),
    "padding": (("bound", "detectA", "--padding", "500", "--json"), require_padding),
    "beaver": (("beaver", "5", "--json", "--resume", "FILE"), require_enumeration),
    "universal": (("universal", "bb5", "--cycles", "1000000", "--json"), require_simulation),
    "tag": (
        ("universal", "parity", "--word", "1" * 9, "--on", "minsky-7-4", "--cycles", "999999", "--json"),
        require_simulation,
    ),
    "posterior": (("posterior", "detectA", "--local", "--n", "1e12", "--particles", "1000", "--json"), require_ladder),
    "regret": (("posterior", "detectA", "--regret", "--n", "1e12", "--json"), require_regret),
    "susceptibilities": (("posterior", "detectA", "--susceptibilities", "--n", "1e12", "--json"), require_answers),
    "search": (("search", "detectA", "--json"), require_search),
    "verify": (("verify", "FILE", "--seconds", "600"), None),
}
SIGNALS = [*itertools.product(VERBS, WORDS)]


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """Return a file with a certificate of the right form that takes minutes to check."""
    problem = noisytm.SynthesisProblem.of_machine(noisytm.library.machine("detectA"), noisytm.words("AB", 2), steps=6)
    record = noisytm.learning_coefficient(problem, noisytm.library.machine("detectA")).to_json()
    record["problem"]["steps"] = 6_000
    asked = noisytm.SynthesisProblem.from_json(record["problem"])
    path = tmp_path_factory.mktemp("heavy") / "certificate.json"
    path.write_text(json.dumps(record | {"problem_key": asked.key}), encoding="utf-8")
    return path


def command(verb, tmp_path, heavy):
    file = heavy if verb == "verify" else tmp_path / "progress.json"
    return [str(file) if word == "FILE" else word for word in VERBS[verb][0]]


def require_message(verb, err, ended):
    last = err.splitlines()[-1]
    assert last.startswith(f"noisytm: {ended}") and "Traceback" not in err
    assert verb != "verify" or "left unchecked: " in last


def let_it_work(process, seconds):
    """Wait until a process has had some seconds of a processor, however busy the machine; or so long, without /proc."""
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        time.sleep(seconds)
        return
    while process.poll() is None and processor_seconds(stat) < seconds:
        time.sleep(0.05)


def processor_seconds(stat):
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.compat
@pytest.mark.skipif(os.name != "posix", reason="needs signals to processes")
@sweep
@pytest.mark.parametrize(("verb", "name"), SIGNALS if ALL_SEEDS else [("bound", "SIGTERM"), ("syndromes", "SIGINT")])
def test_a_signal(tmp_path, heavy, verb, name):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*RUN, *command(verb, tmp_path, heavy)], **options) as process:
        let_it_work(process, (6 if verb in ("survey", "padding") else 4) if ALL_SEEDS else 1.8)
        assert process.poll() is None
        sent = time.monotonic()
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=60)
        answered = time.monotonic() - sent
    assert process.returncode == 128 + getattr(signal, name) and answered < 20
    require_message(verb, err, WORDS[name])
    check = VERBS[verb][1]
    if check is not None:
        check(json.loads(out))


@sweep
@pytest.mark.parametrize("verb", VERBS if ALL_SEEDS else ["bound", "beaver"])
def test_a_limit_of_time(tmp_path, heavy, capsys, verb):
    arguments = command(verb, tmp_path, heavy)
    if verb == "verify":
        arguments = arguments[:2]
    seconds = "2" if ALL_SEEDS else "0.7"
    assert main([*arguments, "--seconds", seconds]) == 3
    out, err = capsys.readouterr()
    require_message(verb, err, "")
    assert re.search("seconds", err)
    check = VERBS[verb][1]
    if check is not None:
        check(json.loads(out))


def test_the_text_says_so_too(capsys):
    assert main(["bound", "detectA", "--steps", "3000", "--seconds", "0.3"]) == 3
    out, err = capsys.readouterr()
    lower, upper = re.fullmatch(r"([0-9/]+) <= learning coefficient <= ([0-9/]+)\n", out).groups()
    assert Fraction(lower) <= Fraction(upper) and "found so far" in err
    assert main(["beaver", "4", "--seconds", "0.001", "--max-steps", "3000"]) == 3
    assert "This is not complete" in capsys.readouterr().out
