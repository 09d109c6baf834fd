"""A cycle of the staged pseudo-UTM relaxed cell by cell, with a noisy code on the description tape.

It is the ``pseudo-utm`` step, computed by the machine of which that step is the relaxation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from noisytm.codespace import CodeSpace
from noisytm.errors import MachineError
from noisytm.universal.pseudo_utm.relaxed import Marginal, RelaxedConfiguration, RelaxedTape, point, run
from noisytm.universal.pseudo_utm.staged import StagedPseudoUTM

if TYPE_CHECKING:
    from noisytm.algebra import Semiring


def relaxed_cycles(
    algebra: Semiring,
    space: CodeSpace,
    code: Sequence[Sequence[Any]],
    tape: Mapping[int, Marginal],
    z: Sequence[Any],
    cycles: int = 1,
) -> tuple[RelaxedTape, Marginal]:
    """Relax the staged pseudo-UTM cell by cell for some cycles.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean.
    space : CodeSpace
        The listed tuples in the order of the description tape, S symbols and |Q| states.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple, each distribution of mass one; before them those of its key
        where keys err, whose cells are then noisy as well.
    tape : mapping of int to list of S values
        Cells of the working tape, relative to its head; absent ones are blank.
    z : list of |Q| values
        The state cell.
    cycles : int
        Number of cycles, of 10N + 5 steps each.

    Returns
    -------
    tape, z
        Working tape and state cell afterwards.

    Raises
    ------
    MachineError
        If the code has another shape than the space says.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from noisytm.machine import TuringMachine
    >>> from noisytm.algebra.semirings import Numbers
    >>> half = Fraction(1, 2)
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> code = [[Fraction(x) for x in (1, 0, 1, 0, 1, 0)]]
    >>> exact = Numbers(Fraction(0), Fraction(1))
    >>> relaxed_cycles(exact, CodeSpace.of(machine), code, {}, [half, half])[1]
    [Fraction(1, 4), Fraction(3, 4)]
    """
    universal = StagedPseudoUTM(space.symbols, space.blank, space.states)
    start = relaxed_configuration(algebra, universal, space, code, tape, z)
    end = run(algebra, universal.machine, start, cycles * universal.cycle_steps(space.tuples))
    return working_marginals(end)


def relaxed_configuration(
    algebra: Semiring,
    universal: StagedPseudoUTM,
    space: CodeSpace,
    code: Sequence[Sequence[Any]],
    tape: Mapping[int, Marginal],
    z: Sequence[Any],
) -> RelaxedConfiguration:
    """Return the configuration before a cycle; the parameters are those of `relaxed_cycles`."""
    rows, columns = space.shape
    if len(code) != rows or any(len(row) != columns for row in code):
        raise MachineError(f"the code has {len(code)} rows; this code space needs {rows} rows of {columns} values")
    machine = universal.machine
    letters = machine.alphabets[0]
    mark = point(algebra, letters, universal.mark)
    cells = [mark]
    for i, row in enumerate(code):
        if not space.noisy_keys:
            cells += [point(algebra, letters, name) for name in space.keys[i]]
        cells += [
            _spread(algebra, letters, values, row[start : start + len(values)]) for _, start, values in space.blocks
        ]
    cells.append(mark)
    return RelaxedConfiguration(
        state=point(algebra, machine.states, machine.start),
        tapes=(
            {place - 1: cell for place, cell in enumerate(cells)},
            dict.fromkeys((-1, 0, 1), mark),
            {0: [*z, algebra.zero]},
            dict(tape) or {0: point(algebra, space.symbols, space.blank)},
        ),
    )


def working_marginals(configuration: RelaxedConfiguration) -> tuple[RelaxedTape, Marginal]:
    """Return the working tape and the state cell, without its entry for X, which stays zero."""
    _, _, state, working = configuration.tapes
    return working, state[0][:-1]


def _spread(algebra: Semiring, letters: Sequence[str], values: Sequence[str], masses: Sequence[Any]) -> Marginal:
    """Return a distribution over ``values`` as one over all letters of a tape."""
    known = dict(zip(values, masses, strict=True))
    return [known.get(letter, algebra.zero) for letter in letters]
