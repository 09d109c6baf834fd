"""Conventions, limits and messages of discrete runs."""

from __future__ import annotations

import _thread
import contextlib
import dataclasses
import gc
import sys
import threading
import time

import numpy as np
import pytest
from seeds import slow_where

from noisytm import _progress
from noisytm.discrete import Configuration, RunInterrupted, course, run, trace, used_tuples
from noisytm.discrete.configuration import packing
from noisytm.discrete.direct import loop as direct
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.formats import parse
from noisytm.machine import TuringMachine
from noisytm.problem import outcome

BB2 = parse("1RB1LB_1LA1RZ")
UNDEFINED = parse("1RB---_1LA---")


@pytest.fixture
def walker() -> TuringMachine:
    """Walk right for ever, writing 1s."""
    return TuringMachine(["0", "1"], "0", ["go"], "go", [("0", "go", "1", "go", "R")])


def test_start_in_a_halting_state():
    machine = TuringMachine(["0"], "0", ["end"], "end", [], ["end"])
    for budget in (0, 5):
        result = run(machine, max_steps=budget)
        assert (result.halted, result.reason, result.steps) == (True, "halted", 0)
        assert result.tape == (("0", 1),)


def test_the_halting_step_counts_and_may_be_the_last():
    assert (run(BB2, max_steps=5).reason, run(BB2, max_steps=6).reason) == ("budget", "halted")
    assert run(BB2, max_steps=6) == run(BB2)


def test_undefined_cell_by_convention():
    writing = run(UNDEFINED)
    assert (writing.halted, writing.reason, writing.state) == (True, "undefined", "A")
    assert (writing.steps, writing.head, writing.score, writing.rightmost) == (3, 1, 2, 1)
    stopping = run(dataclasses.replace(UNDEFINED, undefined="stop"))
    assert (stopping.halted, stopping.reason, stopping.state) == (True, "undefined", "A")
    assert (stopping.steps, stopping.head, stopping.score, stopping.rightmost) == (2, 0, 2, 1)


def test_the_extra_step_needs_budget_too():
    assert run(UNDEFINED, max_steps=2).reason == "budget"
    stopping = dataclasses.replace(UNDEFINED, undefined="stop")
    assert run(stopping, max_steps=2).reason == "undefined"


def test_the_extra_step_is_made_once():
    end = run(UNDEFINED, max_steps=3).configuration
    assert end.stopped and run(UNDEFINED, max_steps=99, start=end).configuration is end


def test_the_extra_step_writes_on_top_and_leaves_the_tape():
    machine = TuringMachine(["0", "1", "2"], "0", ["a"], "a", [], undefined="write-1")
    assert run(machine, "2").tape == (("1", 1), ("0", 1))
    assert run(machine, "202").tape == (("1", 1), ("0", 1), ("2", 1))


def test_result_json_has_the_agreed_entries():
    record = run(BB2).to_json()
    assert (
        record
        | {
            "halted": True,
            "reason": "halted",
            "steps": 6,
            "score": 4,
            "state": "Z",
            "head": 0,
            "tape": [["1", 4]],
            "method": "direct",
        }
        == record
    )
    header = {"noisytm", "version", "machine_key", "problem_key", "options", "seed", "machine"}
    agreed = {"halted", "reason", "steps", "score", "state", "head", "tape", "tape_start", "method"}
    assert set(record) == header | agreed | {"leftmost", "rightmost", "stopped", "seconds", "compile_seconds"}


def test_word_beyond_the_head_is_kept_but_not_visited():
    machine = TuringMachine(["_", "A", "B"], "_", ["a"], "a", [])
    result = run(machine, "A_B__")
    assert result.tape == (("A", 1), ("_", 1), ("B", 1))
    assert (result.leftmost, result.rightmost, result.score) == (0, 0, 2)
    assert run(machine, "__").tape == (("_", 1),)


def test_counts_and_visited_follow_the_listed_order():
    result = run(BB2, counts=True, visited=True)
    assert BB2.keys == (("0", "A"), ("0", "B"), ("1", "A"), ("1", "B"))
    assert result.counts == (2, 2, 1, 1) and sum(result.counts) == result.steps
    assert result.visited == BB2.keys
    partial = run(BB2, max_steps=2, visited=True)
    assert (partial.visited, partial.counts) == ((("0", "A"), ("0", "B")), None)


@pytest.mark.parametrize(("write", "move"), [("1", "L"), ("1", "R")])
def test_growth_on_either_side(write, move):
    machine = TuringMachine(["0", "1"], "0", ["go"], "go", [("0", "go", write, "go", move)])
    result = run(machine, max_steps=1_000_000)
    sign = -1 if move == "L" else 1
    assert (result.head, result.score, result.steps) == (sign * 1_000_000, 1_000_000, 1_000_000)
    assert result.tape == ((("0", 1), ("1", 1_000_000)) if sign < 0 else (("1", 1_000_000), ("0", 1)))


def test_tape_limit_carries_the_partial_result(walker):
    with pytest.raises(BudgetError, match=r"max_cells = 2000 cells.*raise max_cells") as caught:
        run(walker, max_steps=10**6, max_cells=2_000, visited=True)
    partial = caught.value.partial
    assert (partial.reason, partial.visited) == ("budget", (("0", "go"),))
    assert 900 < partial.steps < 2_000
    *_, last = trace(walker, "", partial.steps)
    assert partial.configuration == last
    resumed = run(walker, max_steps=10**6, start=partial.configuration)
    assert resumed.configuration == run(walker, max_steps=10**6).configuration


def test_no_memory_is_a_budget_error_too(walker, monkeypatch):
    monkeypatch.setattr(packing.Buffer, "grow", lambda *_: False)
    with pytest.raises(BudgetError) as caught:
        run(walker)
    assert caught.value.partial.steps == packing.MARGIN - 1
    with pytest.raises(BudgetError, match="does not fit") as caught:
        outcome(walker, "", 10**6)
    assert isinstance(caught.value.partial, Configuration)


def test_budgets_go_far_beyond_32_bits():
    machine = parse("1RB0RB_0LA---")
    done = run(machine, max_steps=1000).configuration
    far = dataclasses.replace(done, steps=2**62 - 1000)
    assert run(machine, max_steps=2**62, start=far).steps == 2**62


@pytest.mark.parametrize("value", [-1, 1.5, 10.0, "7", None, True, np.float64(3)])
def test_bad_step_counts(value):
    with pytest.raises(MachineError, match=r"max_steps is .*; it must be an integer from 0 to 10\^100000"):
        run(BB2, max_steps=value)
    with pytest.raises(MachineError, match=r"steps is .*; it must be an integer"):
        outcome(BB2, "", value)
    with pytest.raises(MachineError, match=r"steps is .*; it must be an integer"):
        used_tuples(BB2, [""], value)


def test_too_large_step_counts():
    assert run(BB2, max_steps=10**1_000_000).steps == 6
    with pytest.raises(MachineError, match=r"max_steps is a larger number; it must be an integer from 0 to 10\^100000"):
        run(BB2, max_steps=10**1_000_000 + 1)
    with pytest.raises(MachineError, match=r"steps is .*; it must be an integer"):
        outcome(BB2, "", 2**62 + 1)
    with pytest.raises(MachineError, match=r"cycles is -1; it must be an integer"):
        run(BB2, cycles=-1)


def test_bad_options():
    with pytest.raises(MachineError, match="method is 'fast'; it must be one of auto, direct, block, chain"):
        run(BB2, method="fast")
    with pytest.raises(MachineError, match="'x' at position 1"):
        run(BB2, "0x")
    with pytest.raises(ProblemError, match="readout is 'tape:0'"):
        outcome(BB2, "", 3, "tape:0")
    assert run(BB2, method="direct") == run(BB2, method="auto")


def test_bad_starts():
    half = run(BB2, max_steps=3).configuration
    with pytest.raises(MachineError, match="another machine"):
        run(UNDEFINED, start=half)
    with pytest.raises(MachineError, match="both word '0' and start"):
        run(BB2, "0", start=half)
    with pytest.raises(MachineError, match="after 3 steps and max_steps is 2"):
        run(BB2, max_steps=2, start=half)
    with pytest.raises(MachineError, match="it must be the configuration of a result"):
        run(BB2, start=run(BB2))


def test_too_large_a_table(monkeypatch):
    monkeypatch.setattr(packing, "MAX_TABLE_CELLS", 11)
    machine = TuringMachine(["0", "1", "2"], "0", ["a", "b"], "a", [])
    with pytest.raises(MachineError, match="3 symbols and 2 states"):
        run(machine)


def test_outcome_ignores_the_convention():
    assert run(UNDEFINED).tape == (("1", 2),)
    assert run(UNDEFINED).head == 1
    assert outcome(UNDEFINED, "", 50, "tape:3") == ("1", "1", "0")
    assert outcome(UNDEFINED, "", 50) == "A"


def test_configurations_cannot_be_changed():
    end = run(BB2).configuration
    with pytest.raises(ValueError, match="read-only"):
        end.cells[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        end.head = 3
    assert end != "something else"
    assert len({end, run(BB2).configuration}) == 1


@pytest.mark.parametrize("method", ["direct", "block", "chain", "auto"])
@slow_where("chain")
def test_interrupts_get_through(method):
    """The compiled loops return often enough; a counter, so that next to no memory is used.

    Without garbage collection: an interrupt in the callback that hypothesis has there is reported as an error.
    """
    machine = parse("1RB---_0LB1RC_1LB0RC")
    run(machine, max_steps=10**6, method=method)
    caught = threading.Event()

    def insist():  # an interrupt that arrives in a callback of the interpreter's is lost
        while not caught.wait(0.1):
            _thread.interrupt_main()

    thread = threading.Thread(target=insist)
    begin = time.monotonic()
    gc.disable()
    try:
        thread.start()
        with pytest.raises(RunInterrupted) as stopped:
            run(machine, max_steps=10**4000, method=method, counts=True)
        caught.set()
        with contextlib.suppress(KeyboardInterrupt):  # one may have been on its way
            thread.join()
    finally:
        gc.enable()
    assert time.monotonic() - begin < 60
    so_far = stopped.value.partial
    assert so_far.reason == "budget" and sum(so_far.counts) == so_far.steps
    expected = run(machine, max_steps=so_far.steps, method="block", counts=True)
    assert (so_far.configuration, so_far.counts) == (expected.configuration, expected.counts)
    more = so_far.steps + 1000
    assert (
        run(machine, max_steps=more, start=so_far.configuration).configuration
        == run(machine, max_steps=more).configuration
    )


class Terminal:
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_progress_shows_on_a_terminal_only(monkeypatch):
    machine = parse("1RB0RB_0LA---")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(direct, "CHUNK", 1000)
    monkeypatch.setattr(direct, "PROGRESS_DELAY", 0)
    monkeypatch.setattr(course, "STRIDE", 2000)
    drawn, bars = [], _progress.bars()
    monkeypatch.setattr(_progress, "bars", lambda: lambda **options: drawn.append(bars(**options)) or drawn[-1])
    assert run(machine, max_steps=10_000, method="direct", cycles=0).steps == 10_000
    assert "steps" in terminal.text
    assert [bar.total for bar in drawn] == [10_000]  # one for all parts of the run, else none gets past the delay
    terminal.text = ""
    monkeypatch.setattr(Terminal, "isatty", lambda _: False)
    run(machine, max_steps=10_000, method="direct", cycles=0)
    assert terminal.text == ""


def test_a_run_that_soon_ends_by_rules_is_not_searched_for_a_cycle(monkeypatch):
    """The search takes twice as long as the moves that the champion of three states and symbols needs."""
    searched = []
    monkeypatch.setattr(course, "find_cycle", lambda *how: searched.append(how))
    champion = run(parse("1RB2LA1LC_0LA2RB1LB_1RZ1RA1RC"), max_steps=10**18)
    assert champion.halted and champion.method == "chain" and not searched
    assert not run(parse("1RB1LE_0LC0LB_0RD1LC_1RD1RA_---0LA"), max_steps=10**9).halted and len(searched) == 1
