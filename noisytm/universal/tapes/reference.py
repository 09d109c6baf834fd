"""A machine with several tapes as one would explain it: dictionaries for tapes, the rules tried one by one.

Slow on purpose. The compiled loop, which looks rules up in the dense table, is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from noisytm.machine import MOVES
from noisytm.universal.tapes.configuration import KTapeConfiguration

SHIFT = {move: number - 1 for number, move in enumerate(MOVES)}


def trace(start: KTapeConfiguration, steps: int) -> Iterator[KTapeConfiguration]:
    """Yield the configurations of a run: ``start``, then one after each step, until the machine is at rest.

    Parameters
    ----------
    start : KTapeConfiguration
        Where to begin.
    steps : int
        Number of steps at most.

    Examples
    --------
    >>> from noisytm.universal import KTapeMachine
    >>> from noisytm import KTapeMachine
    >>> right = KTapeMachine(["_1"], "_", ["go"], "go", [("go", ["1"], "go", ["_"], ["R"])])
    >>> [c.tapes[0] for c in trace(right.configuration(["11"]), 9)]
    [('1', '1'), ('1',), ('_',)]
    """
    machine = start.machine
    tapes = [dict(enumerate(t, origin)) for t, origin in zip(start.tapes, start.origins, strict=True)]
    heads, state = list(start.heads), start.state
    yield start
    for made in range(1, steps + 1):
        read = [tape.get(head, b) for tape, head, b in zip(tapes, heads, machine.blanks, strict=True)]
        rule = machine.rule_at(state, read)
        if rule is None:
            return
        for i, tape in enumerate(tapes):
            written = rule.write[i]
            tape[heads[i]] = read[i] if written is None else written
            heads[i] += SHIFT[rule.moves[i]]
        state = rule.next
        yield _configuration(start, tapes, heads, state, made)


def _configuration(
    start: KTapeConfiguration, tapes: list[dict[int, str]], heads: list[int], state: str, made: int
) -> KTapeConfiguration:
    origins = [min(tape) for tape in tapes]
    cells = [
        tuple(tape.get(position, blank) for position in range(origin, max(tape) + 1))
        for tape, origin, blank in zip(tapes, origins, start.machine.blanks, strict=True)
    ]
    return KTapeConfiguration(start.machine, state, tuple(heads), tuple(cells), tuple(origins), start.steps + made)
