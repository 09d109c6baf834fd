"""A run with errors beside the right one, step by step, the errors at the steps where they happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from noisytm._text import shown_name
from noisytm.degeneracy.explanation.replay import Frame, rerun
from noisytm.degeneracy.explanation.witness import Branch, Witness, errors_by_step
from noisytm.degeneracy.explanation.wording import slip_text
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

# Up to so many steps all are shown; of more, those near errors, the first and the last ones.
ALL_SHOWN = 12
NEAR = 1
# So many cells of a tape at most.
CELLS_SHOWN = 24
LEFT_OUT = "…"


class Beside(NamedTuple):
    """A row of a diagram: after how many steps, state and tape of the right run and of that with errors, and these.

    Where rows are left out, ``step`` is ``None`` and everything else empty.
    """

    step: int | None
    right: tuple[str, str]
    wrong: tuple[str, str]
    errors: tuple[str, ...]


def side_by_side(
    problem: SynthesisProblem, machine: Description, witness: Witness, branch: Branch | None = None
) -> list[Beside]:
    r"""Return a run with errors beside the right one.

    Parameters
    ----------
    problem, machine
        What the witness is of.
    witness : Witness
        A run.
    branch : Branch, optional
        One of its branches that is a run, where there is no one run.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.degeneracy.explanation import Slip, Witness
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=2)
    >>> witness = Witness(0, (Slip(0, "next", "accept", (2,)),), False, ("accept",))
    >>> print(*side_by_side(problem, machine, witness)[1:], sep="\n")
    Beside(step=1, right=('reject', ' B[_]'), wrong=('reject', ' B[_]'), errors=())
    Beside(step=2, right=('reject', ' B[_]'), wrong=('accept', ' B[_]'), errors=('(_, reject) goes to accept',))
    """
    of = witness if branch is None else branch
    steps = problem.steps if branch is None else branch.step
    word = problem.inputs[witness.input]
    right = rerun(machine, word, [()] * steps).frames
    wrong = rerun(machine, word, errors_by_step(of.slips, steps)).frames
    told: dict[int, list[str]] = {}
    for slip in of.slips:
        for step in slip.steps:
            told.setdefault(step, []).append(slip_text(problem, slip, False))
    frames = [*right, *wrong]
    first = min(min(frame.first, frame.head) for frame in frames)
    last = max(max(frame.first + len(frame.cells) - 1, frame.head) for frame in frames)
    blank, rows = machine.blank, []
    for after in _shown(steps, set(told)):
        if after is None:
            rows.append(Beside(None, ("", ""), ("", ""), ()))
            continue
        sides = [(shown_name(f.state), _tape(f, first, last, blank)) for f in (right[after], wrong[after])]
        rows.append(Beside(after, sides[0], sides[1], tuple(told.get(after, ()))))
    return rows


def _shown(steps: int, erring: set[int]) -> list[int | None]:
    """Return the steps that are shown, ``None`` for those left out between."""
    if steps <= ALL_SHOWN:
        return list(range(steps + 1))
    near = {step + k for step in erring for k in range(-NEAR, NEAR + 1)} | {0, 1, steps - 1, steps}
    chosen: list[int | None] = []
    for step in range(steps + 1):
        if step in near:
            chosen.append(step)
        elif chosen[-1] is not None:
            chosen.append(None)
    return chosen


def _tape(frame: Frame, first: int, last: int, blank: str) -> str:
    """Return the cells from first to last, the head's in brackets; of a long tape those around the head."""
    before, after = first, last
    if last - first >= CELLS_SHOWN:
        before = max(first, min(frame.head - CELLS_SHOWN // 2, last - CELLS_SHOWN + 1))
        after = before + CELLS_SHOWN - 1
    symbols = {k: shown_name(frame.cell(k, blank)) for k in range(before, after + 1)}
    text = "".join(
        ("[" if k == frame.head else "]" if k == frame.head + 1 else " ") + symbols[k] for k in range(before, after + 1)
    )
    text += "]" if frame.head == after else ""
    return f"{LEFT_OUT if before > first else ''}{text}{LEFT_OUT if after < last else ''}"


def condensed(branches: Sequence[Branch]) -> tuple[Branch, ...]:
    """Return branches without those that only pass on what another one came to.

    Examples
    --------
    >>> from noisytm.degeneracy.explanation import Slip
    >>> slips = (Slip(0, "write", "A", (1,)),)
    >>> passed = [Branch(1, 0, "A", slips), Branch(2, None, "b", (), (0,)), Branch(3, None, "b", (), (1,))]
    >>> [(branch.step, branch.of) for branch in condensed(passed)]
    [(1, ()), (3, (0,))]
    """
    kept: list[Branch] = []
    place: dict[int, int] = {}
    within = {n for branch in branches for n in branch.of}
    for n, branch in enumerate(branches):
        if n in within and len(branch.of) == 1 and not branch.slips:
            place[n] = place[branch.of[0]]
            continue
        place[n] = len(kept)
        of = tuple(dict.fromkeys(place[m] for m in branch.of))
        kept.append(Branch(branch.step, branch.place, branch.value, branch.slips, of))
    return tuple(kept)
