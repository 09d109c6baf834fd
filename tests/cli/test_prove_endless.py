"""``noisytm run --prove-endless`` and what ``noisytm verify`` makes of it."""

from __future__ import annotations

import io
import json

import pytest

from noisytm import load
from noisytm.cli import main

BOUNCER, COUNTER, NGRAMS = "1RB1LA0LA_2LA0RA---", "1RB---_0LB1RC_1LB0RC", "1RB1LC_0LA0RB_1LA---"
AUTOMATA = "1RB0RA_1LC---_0LD0LC_0RE1RA_1RE1LD"
SKELET = "1RB1RD_1LC0RC_1RA1LD_0RE0LB_---1RC"  # runs on for ever, and nothing here proves it


@pytest.mark.parametrize(
    ("text", "reason"), [(BOUNCER, "bouncer"), (COUNTER, "closed"), (NGRAMS, "ngrams"), (AUTOMATA, "automata")]
)
def test_proofs_are_found_kept_and_checked(text, reason, capsys, tmp_path):
    assert main(["run", text, "--max-steps", "500"]) == 3
    assert main(["run", text, "--max-steps", "500", "--prove-endless"]) == 0
    assert "never stops; after 500 steps" in capsys.readouterr().out
    assert main(["run", text, "--max-steps", "500", "--prove-endless", "--json"]) == 0
    path = tmp_path / "run.json"
    path.write_text(capsys.readouterr().out)
    record = json.loads(path.read_text())
    assert record["reason"] == reason and "complete" not in record and record["noisytm"] == "run/3"
    assert load(path).to_json() == record
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"verified: the run never ends ({reason})\n")
    record["endless"]["step"] += 10**15
    path.write_text(json.dumps(record))
    assert main(["verify", str(path)]) in (1, 3)
    said = capsys.readouterr()
    assert not said.out and said.err.startswith("noisytm: ")


@pytest.mark.slow
def test_without_a_proof_the_steps_are_used_up(capsys):
    assert main(["run", SKELET, "--max-steps", "100", "--prove-endless", "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["reason"] == "budget" and "endless" not in record and record["complete"] is False


def test_what_has_no_proof_is_not_verified(capsys, monkeypatch):
    assert main(["run", "bb2", "--prove-endless", "--json"]) == 0
    text = capsys.readouterr().out
    for arguments, code, says in (([], 1, "holds no proof"), (["--full"], 2, "--full is for")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["verify", "-", *arguments]) == code
        assert says in capsys.readouterr().err


def test_lists(capsys, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(f"{BOUNCER}\n1RB1LB_1LA1RZ\n{COUNTER}\n")
    assert main(["run", "--each", str(path), "--max-steps", "500"]) == 3
    capsys.readouterr()
    assert main(["run", "--each", str(path), "--max-steps", "500", "--prove-endless"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["reason"] for line in lines] == ["bouncer", "halted", "closed"]
    path.write_text(f"{BOUNCER}\n{SKELET}\n")
    assert main(["run", "--each", str(path), "--max-steps", "500", "--prove-endless"]) == 3


def test_runs_are_taken_up(capsys, tmp_path):
    """A proved run is gone on from like any other; the proof is that of the unbroken run."""
    path = tmp_path / "kept.json"
    for steps in ("300", "900"):
        assert main(["run", BOUNCER, "--max-steps", steps, "--prove-endless", "--resume", str(path)]) == 0
    kept = json.loads(path.read_text())
    capsys.readouterr()
    assert main(["run", BOUNCER, "--max-steps", "900", "--prove-endless", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert kept["steps"] == 900 and kept["endless"] == whole["endless"] and kept["reason"] == "bouncer"
    assert main(["run", "--max-steps", "1000", "--resume", str(path)]) == 3  # not asked for any more


def test_no_time_is_left_for_proofs(capsys):
    assert main(["run", SKELET, "--max-steps", "100", "--prove-endless", "--seconds", "0.001"]) == 3
    assert "have run out" in capsys.readouterr().err
