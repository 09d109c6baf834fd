"""A recogniser that is defined here and registered is asked, counted, listed and described like the others."""

import json
import re
from dataclasses import dataclass

import pytest
from house import ROOT

from noisytm import Enumeration, enumerate_machines
from noisytm._checks import whole
from noisytm.cli import main
from noisytm.enumeration import reference
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import (
    RECOGNISERS,
    Cycle,
    HoldoutRecogniser,
    Recogniser,
    RunRecogniser,
    Setting,
    TableRecogniser,
    classes,
    searched,
)
from noisytm.errors import MachineError, NoisytmError


@dataclass(frozen=True)
class LateCycle:
    """A cycle that a longer run comes to."""

    cycle: Cycle


class LateCycles(HoldoutRecogniser):
    name, label = "late", "cycle of a longer run"
    description = "a longer run comes back to a configuration"
    proof = LateCycle
    settings = (Setting("late_steps", 100, lambda value, symbols: whole("late_steps", value, 1, 1000, MachineError)),)

    def prove(self, table, symbols, settings):
        found = reference.run(table, settings["late_steps"], translated=False)
        return LateCycle(found) if isinstance(found, Cycle) else None

    def proves(self, table, proof):
        return RECOGNISERS["cycles"].proves(table, proof.cycle)


CHOSEN = ("closed", "cycles", "translated", "late")


@pytest.fixture
def late():
    with RECOGNISERS.also(LateCycles()):
        yield
    assert "late" not in classes()


@pytest.mark.usefixtures("late")
def test_a_new_recogniser_decides_and_is_counted():
    assert classes()[-2:] == ("late", "holdout")
    early = enumerate_machines(3, 2, max_steps=20, recognisers=CHOSEN)
    longer = enumerate_machines(3, 2, max_steps=100, recognisers=CHOSEN[:3])
    assert early.halting == longer.halting - 1  # the champion makes 21 steps
    assert early.counts["late"] > 0
    assert early.counts["cycles"] + early.counts["late"] >= longer.counts["cycles"]
    record = early.to_json()
    assert record["counts"] == dict(early.counts) and record["options"]["late_steps"] == 100
    assert sum(record["weights"].values()) == record["weight_of_root"]
    assert len(list(early.texts("late"))) == early.counts["late"]


@pytest.mark.usefixtures("late")
def test_its_option_is_checked_and_part_of_the_key():
    short = EnumerationOptions(3, 2, recognisers=CHOSEN, late_steps=21)
    assert short.late_steps == 21 and short.key != EnumerationOptions(3, 2, recognisers=CHOSEN).key
    assert enumerate_machines(3, 2, max_steps=20, recognisers=CHOSEN, late_steps=1).counts["late"] == 0
    with pytest.raises(MachineError, match="late_steps is 0"):
        EnumerationOptions(3, 2, late_steps=0)


@pytest.mark.usefixtures("late")
def test_the_readable_search_has_it_too():
    options = EnumerationOptions(2, 2, max_steps=8, recognisers=("late",))
    nodes = list(reference.nodes(options))
    found = enumerate_machines(2, 2, max_steps=8, recognisers=("late",))
    names = [reference.class_of(node.outcome) for node in nodes]
    assert {name: names.count(name) for name in classes()} == found.counts
    proofs = [node for node in nodes if isinstance(node.outcome, LateCycle)]
    assert proofs and all(RECOGNISERS["late"].proves(node.table, node.outcome) for node in proofs)


@pytest.mark.usefixtures("late")
def test_the_command_counts_and_lists_it(capsys):
    assert main(["beaver", "2", "2", "--max-steps", "8"]) == 0
    assert re.search(r"^  cycle of a longer run +\d+$", capsys.readouterr().out, re.MULTILINE)
    assert main(["beaver", "2", "2", "--max-steps", "8", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert list(counts) == list(classes())
    assert main(["beaver", "2", "2", "--max-steps", "8", "--list", "late"]) == 0
    assert len(capsys.readouterr().out.split()) == counts["late"]
    assert main(["beaver", "--help"]) == 0
    text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", capsys.readouterr().out).split())
    assert "late (a longer run comes back to a configuration)" in text and "late, holdout]" in text


def test_without_it_nothing_knows_of_it(capsys):
    with pytest.raises(MachineError, match="'late'; it must be one of closed, cycles"):
        EnumerationOptions(2, 2, recognisers=("late",))
    with pytest.raises(TypeError, match="there is no option 'late_steps'; those of the recognisers are ngrams"):
        EnumerationOptions(2, 2, late_steps=5)
    assert main(["beaver", "2", "2", "--list", "late"]) == 2
    assert "must be one of" in capsys.readouterr().err


def test_the_numbers_of_the_compiled_search():
    from noisytm.enumeration import _kernel

    numbers = {name: number for number, name in enumerate(searched())}
    assert numbers == {
        "halted": _kernel.HALTED,
        "closed": _kernel.CLOSED,
        "cycles": _kernel.CYCLES,
        "translated": _kernel.TRANSLATED,
        "holdout": _kernel.HOLDOUT,
    }


@pytest.mark.parametrize("name", RECOGNISERS)
def test_recognisers_describe_themselves(name):
    recogniser = RECOGNISERS[name]
    assert isinstance(recogniser, Recogniser) and recogniser.name == name
    assert isinstance(recogniser, TableRecogniser | RunRecogniser | HoldoutRecogniser)
    page = (ROOT / "docs" / "enumeration.md").read_text(encoding="utf-8").lower()
    assert f"**{recogniser.label}** (`{name}`)" in page
    assert all(f"`{setting.name}`" in page for setting in recogniser.settings)


def test_every_proof_of_the_readable_search_is_checked_by_its_recogniser():
    options = EnumerationOptions(2, 3, max_steps=60, ngrams=((2, 0),), words=((2, 2),))
    counted = dict.fromkeys(RECOGNISERS, 0)
    for node in reference.nodes(options):
        kind = reference.class_of(node.outcome)
        if kind in RECOGNISERS:
            counted[kind] += 1
            if counted[kind] > 60:
                continue
            assert RECOGNISERS[kind].proves(node.table, node.outcome)
            other = {cell: entry for cell, entry in node.table.items() if cell != (0, 0)}
            assert not RECOGNISERS[kind].proves(other, node.outcome)
    assert all(counted[kind] for kind in ("closed", "cycles", "translated", "ngrams"))


def test_a_result_comes_back_where_the_same_is_registered():
    plain = enumerate_machines(2, 2, recognisers=("closed", "cycles"))
    record = json.loads(json.dumps(plain.to_json(), sort_keys=True))
    assert Enumeration.from_json(record).counts == plain.counts
    with RECOGNISERS.also(LateCycles()):
        mine = enumerate_machines(2, 2, max_steps=8, recognisers=CHOSEN)
        assert Enumeration.from_json(mine.to_json()).counts == mine.counts
        with pytest.raises(NoisytmError, match="enumeration record: options is"):
            Enumeration.from_json(record)
    with pytest.raises(NoisytmError, match="late"):
        Enumeration.from_json(mine.to_json())


def test_names_that_would_be_counted_twice_are_refused():
    class Other(LateCycles):
        name = "unfilled"

    with RECOGNISERS.also(Other()), pytest.raises(MachineError, match="cannot be called 'unfilled'"):
        enumerate_machines(2, 2)

    class Another(LateCycles):
        name = "other"
        settings = (Setting("words", 1, lambda value, symbols: value),)

    with RECOGNISERS.also(Another()), pytest.raises(MachineError, match="option words of recogniser other"):
        enumerate_machines(2, 2)
    with pytest.raises(MachineError, match=r"the name of recogniser .* is None; it must be one line"):
        RECOGNISERS.register(object())
