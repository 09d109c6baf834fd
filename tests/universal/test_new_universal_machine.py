"""Universal machines that are defined here and registered run machines, by the command too."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pytest
from house import ROOT

from noisytm import Minsky74, TagSystem, library, run, simulate_on_two_tag
from noisytm.cli import main
from noisytm.errors import BudgetError, MachineError
from noisytm.universal import HOSTS, hosts
from noisytm.universal.simulators import SIMULATORS
from noisytm.universal.simulators.tag_simulator import blocks, named, symbols_between


@dataclass(frozen=True)
class Renamed(Minsky74):
    """Minsky's machine with another name for the mark with which letters are written."""

    name: ClassVar[str] = "minsky-renamed"
    description: ClassVar[str] = "Minsky's machine with z for y"

    @cached_property
    def machine(self):
        return library.machine("minsky-7-4").renamed(symbols={"y": "z"})

    def _tape(self, word):
        cells, head = super()._tape(word)
        return cells.replace("y", "z"), head

    def _read(self, configuration):
        return named(blocks(symbols_between(configuration, configuration.head), "z", "A"), self._letters)


class Itself:
    """A run of a machine on nothing but itself."""

    name, description, counts_steps = "itself", "the machine, directly", True

    def __init__(self, result=None):
        self.result = result

    def simulate(self, machine, word, cycles, max_steps, *, trace):
        result = run(machine, word, min(cycles, max_steps or cycles))
        if result.reason == "budget":
            raise BudgetError("no more steps", partial=Itself(result))
        return Itself(result)

    def to_json(self):
        return {"on": self.name, "score": self.result.score}

    def trace_json(self):
        return [{"steps": self.result.steps}]

    def trace_lines(self):
        yield f"{self.result.steps} steps"

    def require_agreement(self):
        assert self.result.steps > 0

    def __str__(self):
        return f"score {self.result.score}"


def test_a_new_machine_for_2_tag_systems():
    with SIMULATORS.also(Renamed):
        assert list(hosts())[-1] == "minsky-renamed"
        mine = simulate_on_two_tag(library.machine("parity"), "1", "minsky-renamed", 1)
        known = simulate_on_two_tag(library.machine("parity"), "1", "minsky-7-4", 1)
        assert mine.agrees and mine.steps == known.steps
        system = TagSystem(2, "abH", {"a": "bb", "b": "H"})
        assert list(Renamed(system).words("aa", 10**4)) == list(Minsky74(system).words("aa", 10**4))
    with pytest.raises(MachineError, match="minsky-renamed"):
        simulate_on_two_tag(library.machine("parity"), "1", "minsky-renamed", 1)


def test_the_command_runs_machines_on_it(capsys):
    arguments = ["universal", "parity", "--word", "1", "--cycles", "1", "--on", "minsky-renamed"]
    with SIMULATORS.also(Renamed):
        assert main([*arguments, "--json"]) == 0
        record = json.loads(capsys.readouterr().out)
        assert record["on"] == "minsky-renamed" and record["agrees_with_direct_run"]
        assert main(["universal", "--help"]) == 0
        shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", capsys.readouterr().out).split())
        assert "minsky-renamed (Minsky's machine with z for y)" in shown
        assert "rogozhin-2-18, minsky-renamed]" in shown
    assert main(arguments) == 2


def test_a_new_universal_machine_of_another_kind(capsys):
    with HOSTS.also(Itself()):
        arguments = ["universal", "bb2", "--on", "itself"]
        assert main([*arguments, "--trace"]) == 0
        assert capsys.readouterr().out == "6 steps\nscore 4\n"
        assert main([*arguments, "--trace", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"on": "itself", "score": 4, "trace": [{"steps": 6}]}
        assert main([*arguments, "--max-steps", "2"]) == 3
        out, err = capsys.readouterr()
        assert out.startswith("score") and err == "noisytm: no more steps\n"


def test_the_table_in_the_documents_is_that_of_the_registry():
    text = (ROOT / "docs" / "universal.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+), (\d+) \| (.*) \| (.*) \| `(\w+)` \|$", text, re.MULTILINE)
    expected = []
    for name, kind in SIMULATORS.items():
        machine = library.machine(name)
        size = (str(len(set(machine.states) - set(machine.halting))), str(len(machine.symbols)))
        expected.append((name, *size, kind.source, kind.runs, kind.__name__))
    assert rows == expected
