"""A plain run of a machine, independent of the package's own."""

from __future__ import annotations

from noisytm.machine import TuringMachine


def run(machine: TuringMachine, word, max_steps: int = 1000):
    """Return (steps, final state, {position: symbol} of the non-blank cells) after at most ``max_steps``."""
    tape = {i: s for i, s in enumerate(word) if s != machine.blank}
    state, head, steps = machine.start, 0, 0
    while steps < max_steps and state not in machine.halting:
        symbol = tape.get(head, machine.blank)
        rule = machine.table.get((symbol, state))
        if rule is None:
            if machine.undefined == "write-1":
                tape[head] = "1"
                steps += 1
            break
        write, state, move = rule
        tape[head] = write
        head += {"L": -1, "S": 0, "R": 1}[move]
        steps += 1
    return steps, state, {i: s for i, s in tape.items() if s != machine.blank}
