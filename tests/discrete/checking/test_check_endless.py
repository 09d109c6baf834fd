"""The check of proofs that a run never ends: it takes those that are found, and refuses data that have been changed."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest
from random_machines import random_machine, random_word
from seeds import seeds, sweep

from noisytm import RunResult, enumerate_machines, library, parse, run
from noisytm.discrete import Configuration, Cycle, EndlessRule, check_endless
from noisytm.discrete.chain import ChainRun
from noisytm.errors import BudgetError, CertificateError, FormatError, MachineError

CASES = {
    "cycles": ("1RB0RB_0LA---", 10**4),
    "translated": ("1RB0LA_0RC---_1RD0RD_1LD0LA", 10**4),
    "late": ("1RB0LA_0RC---_1RD0RD_1LD0LA", 100),
    "closed": ("1RB---_0LB1RC_1LB0RC", 10**3),
    "bouncer": ("1RB1LA0LA_2LA0RA---", 10**3),
    "bouncer of words": ("1RB0LC_0LA0RA_1LA---", 10**3),
    "ngrams": ("1RB1LC_0LA0RB_1LA---", 10**3),
    "words": ("1RB1LA_1LA0RC_1LD1RC_---0LA", 10**3),
    "automata": ("1RB0RA_1LC---_0LD0LC_0RE1RA_1RE1LD", 10**3),
}
# What may be another number, and the proof is still one.
FREE = {("closed graph", "step"), ("late cycle", "step")}


def proved(name):
    text, steps = CASES[name]
    return run(parse(text), max_steps=steps, prove_endless=True)


@pytest.mark.parametrize("name", CASES)
def test_proofs_are_checked_after_a_round_trip(name):
    result = proved(name)
    assert result.reason == {"late": "translated", "bouncer of words": "bouncer"}.get(name, name)
    again = RunResult.from_json(json.loads(json.dumps(result.to_json())))
    assert again == result and check_endless(again) == (result.cycle or result.endless)


def numbers(value, path=()):
    """Yield the paths to all numbers and truth values of a record."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from numbers(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers(inner, (*path, place))
    elif isinstance(value, (bool, int)):
        yield path


def changed(record, path, change):
    copy = json.loads(json.dumps(record))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = change(inner[path[-1]])
    return copy


@pytest.mark.parametrize("name", CASES)
def test_changed_numbers_are_refused(name):
    record = proved(name).to_json()
    part = "cycle" if "cycle" in record else "endless"
    tried = 0
    for path in numbers(record[part]):
        for change in (lambda x: not x,) if isinstance(record[part].get(path[0]), bool) else (
            lambda x: x + 1, lambda x: x - 1, lambda x: 2 * x + 3,
        ):  # fmt: skip
            if (record[part].get("proof"), path[-1]) in FREE:
                continue
            with pytest.raises((CertificateError, FormatError)):
                check_endless(RunResult.from_json(changed(record, (part, *path), change)))
            tried += 1
    assert tried >= (0 if name == "closed" else 6)


@pytest.mark.parametrize("name", ["bouncer", "bouncer of words"])
def test_changed_words_are_refused(name):
    proof = proved(name)
    tape = proof.endless.tape
    assert len(tape) > 1
    for wrong in (
        tape[1:],
        tape[:-1],
        tape[::-1],
        (*tape, (("1",), 1, 0)),
        ((tape[0][0] + ("1",), *tape[0][1:]), *tape[1:]),
    ):
        with pytest.raises(CertificateError):
            check_endless(dataclasses.replace(proof, endless=dataclasses.replace(proof.endless, tape=wrong)))


@pytest.mark.parametrize("name", CASES)
def test_another_machine_is_refused(name):
    """The proof is one of its machine: with a tuple left out that the run uses, it is none."""
    result = proved(name)
    machine = result.configuration.machine
    used = run(machine, max_steps=3000, visited=True, cycles=0).visited
    for key in used:
        tuples = [t for t in machine.tuples if (t.read, t.state) != key]
        other = dataclasses.replace(machine, tuples=tuples)
        here = dataclasses.replace(result.configuration, machine=other)
        with pytest.raises(CertificateError):
            check_endless(dataclasses.replace(result, configuration=here))


@pytest.mark.parametrize(
    "text",
    ["1RB0LC_1LA0LE_1LD0LE_1RE---_0RA1RA", "1RB1LB_1RC0LC_1LD0RE_---0LE_1RA1RC", "1RB0LB2RC_2RC2LC---_1LC0RA0LA"],
)
def test_words_of_which_there_is_one_in_the_beginning(text):
    """One copy is crossed before it has to be the same each time, on the side from which the head comes first."""
    result = run(parse(text), max_steps=1000, prove_endless=True)
    assert result.reason == "bouncer" and check_endless(result)


def test_closed_graphs_need_all_their_states():
    result = proved("closed")
    for states, symbols in (
        (("B",), ("0", "1")),
        (("C",), ("0", "1")),
        (("B", "C"), ("0",)),
        (("A", "B", "C"), ("0", "1")),
    ):
        wrong = dataclasses.replace(result.endless, states=states, symbols=symbols)
        with pytest.raises(CertificateError):
            check_endless(dataclasses.replace(result, endless=wrong))


def test_cycles_are_the_least():
    result = run(parse("1RB0RB_0LA---"), prove_endless=True)
    assert result.cycle == Cycle(0, 4, 0)
    for wrong, says in (
        (Cycle(0, 8, 0), "every 4 steps"),
        (Cycle(1, 4, 0), "before step 1"),
        (Cycle(0, 2, 0), "not what"),
    ):
        with pytest.raises(CertificateError, match=says):
            check_endless(dataclasses.replace(result, cycle=wrong))


def test_cells_that_are_still_to_come_matter():
    """A head that runs to the right over ones, and stops at the first blank."""
    machine = parse("---0RB_---1RA")
    seen = run(machine, "1" * 50, max_steps=20, cycles=0)
    assert seen.endless is None
    wrong = dataclasses.replace(seen, cycle=Cycle(0, 2, 2), reason="cycles")
    with pytest.raises(CertificateError, match="still to come"):
        check_endless(wrong)


def test_rules_of_the_chain_are_checked_too():
    """Those about sweeps; a rule about rules is refused."""
    checked = refused = 0
    for text in list(enumerate_machines(3, 2, progress=False).texts("ngrams"))[::2]:
        machine = parse(text)
        for width in (1, 2, 4):
            found = ChainRun(Configuration.initial(machine), width, counting=False)
            found.go(10**40, 600)
            if isinstance(found.endless, EndlessRule) and found.endless.step < 10**5:
                here = found.configuration(10**5)
                result = RunResult("budget", here, "chain", endless=found.endless, options={"word": ""})
                try:
                    check_endless(result)
                    checked += 1
                except CertificateError:
                    refused += 1
    assert checked >= 20 and refused <= checked // 2


@sweep
@pytest.mark.parametrize("seed", seeds(range(600), 80))
def test_whatever_is_proved_is_checked(seed):
    """Any machine on any word; it goes on for a hundred times as long."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    word = random_word(rng, machine)
    result = run(machine, word, max_steps=200, prove_endless=True)
    assert result.reason != "budget" or result.endless is None
    if result.never_ends:
        assert check_endless(RunResult.from_json(result.to_json())) == (result.cycle or result.endless)
        assert not run(machine, word, max_steps=20000, cycles=0).halted


def test_what_cannot_be_checked():
    halted = run(library.machine("bb2"))
    with pytest.raises(CertificateError, match="no proof"):
        check_endless(halted)
    with pytest.raises(MachineError, match="result is"):
        check_endless("run")
    half = run(parse("1RB---_1LC1RB_1LA1LC"), max_steps=50)
    on = run(half.configuration.machine, start=half.configuration, max_steps=100, prove_endless=True)
    assert on.reason == "bouncer" and on.endless.step >= 50
    with pytest.raises(CertificateError, match="on which word"):
        check_endless(on)
    late = dataclasses.replace(half, endless=dataclasses.replace(proved("late").endless, step=10**40))
    with pytest.raises(BudgetError, match="one by one"):
        check_endless(late)
    with pytest.raises(BudgetError, match="run out"):
        check_endless(
            dataclasses.replace(half, endless=dataclasses.replace(proved("late").endless, step=10**9)), seconds=0.2
        )
