"""What a witness says, as a sentence: the input, the errors with their steps, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence

from noisytm._text import shown_name
from noisytm.degeneracy.explanation.witness import Branch, Slip, Witness
from noisytm.geometry import tuple_names
from noisytm.problem import Outcome, SynthesisProblem

BRANCHES = (
    "In branches: this semantics keeps a history of its own for the state, each cell and the move, and an error counts"
    " once for each history that it happens in. Where they meet the answer is wrong, though no one run need make all."
)
VERBS = {"read": "reads", "in": "is in", "write": "writes", "next": "goes to", "move": "moves"}


def sentence(problem: SynthesisProblem, witness: Witness) -> str:
    """Return what a witness shows.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["B"], steps=2)
    >>> sentence(problem, Witness(0, (Slip(0, "next", "accept", (2,)),), False, ("accept",)))
    'on B: if (_, reject) goes to accept at step 2, the run ends in accept, not in reject'
    """
    word = word_text(problem, problem.inputs[witness.input])
    slips = [slip_text(problem, slip, not witness.always) for slip in witness.slips]
    right = "" if (own := accepted_text(problem, witness.input)) is None else f", not {own}"
    if witness.outcome is None:
        met = _where_they_meet(problem, witness)
        return (
            f"on {word}, in branches: {_joined(slips)}; where they meet {met}{right.replace(', not in ', ', not ', 1)}"
        )
    ends = outcome_text(problem, witness.outcome)
    if witness.always:
        return f"on {word}: in the table where {_joined(slips)}, the run ends {ends}{right}"
    return f"on {word}: if {_joined(slips)}, the run ends {ends}{right}"


def _where_they_meet(problem: SynthesisProblem, witness: Witness) -> str:
    """Return what is read where the last branches meet."""
    within = {n for branch in witness.branches for n in branch.of}
    last = [branch for n, branch in enumerate(witness.branches) if n not in within]
    if len(last) == len(problem.readout.places) == 1 and last[0].place is None:
        return f"the answer is {outcome_text(problem, (last[0].value,))}".replace("is in ", "is ", 1)
    return "the answer is wrong"


def branch_text(problem: SynthesisProblem, branch: Branch) -> str:
    """Return what one branch comes to.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["B"], steps=2)
    >>> branch_text(problem, Branch(1, 0, "A", (Slip(0, "write", "A", (1,)),)))
    'if (_, reject) writes A at step 1, the head reads A after step 1'
    """
    slips = _joined([slip_text(problem, slip, True) for slip in branch.slips])
    value = shown_name(branch.value)
    if branch.place is None:
        held = f"the state is {value} after step {branch.step}"
    elif branch.place == 0:
        held = f"the head reads {value} after step {branch.step}"
    else:
        side = "right" if branch.place > 0 else "left"
        held = f"the cell {abs(branch.place)} to the {side} of the head holds {value} after step {branch.step}"
    if not branch.of:
        return f"if {slips}, {held}" if slips else held
    from_ = f"from {_joined([f'({n + 1})' for n in branch.of])}"
    return f"{from_}, if {slips}: {held}" if slips else f"{from_}: {held}"


def slip_text(problem: SynthesisProblem, slip: Slip, steps: bool) -> str:
    """Return an error in words, with its steps if these are asked for."""
    name = tuple_names(problem.space)[slip.at]
    said = f"{name} {VERBS[slip.kind]} {shown_name(slip.value)}"
    return f"{said} {steps_text(slip.steps)}" if steps else said


def steps_text(steps: Sequence[int]) -> str:
    """Return at which steps, those in a row as a range, and in how many branches where it is in several.

    Examples
    --------
    >>> steps_text([2]), steps_text([1, 2, 3, 5]), steps_text([4, 4, 4])
    ('at step 2', 'at steps 1 to 3 and 5', 'at step 4 (3 branches)')
    """
    different = sorted(set(steps))
    ranges: list[list[int]] = []
    for step in different:
        if ranges and ranges[-1][-1] == step - 1:
            ranges[-1].append(step)
        else:
            ranges.append([step])
    said = [part for r in ranges for part in ([f"{r[0]} to {r[-1]}"] if len(r) > 2 else map(str, r))]
    often = "" if len(steps) == len(different) else f" ({len(steps)} branches)"
    return f"at step{'s' if len(different) > 1 else ''} {_joined(said)}{often}"


def word_text(problem: SynthesisProblem, word: Sequence[str]) -> str:
    """Return an input as text."""
    single = all(len(s) == 1 for s in problem.space.symbols)
    return (shown_name("".join(word)) if single else " ".join(map(shown_name, word))) or "the empty word"


def outcome_text(problem: SynthesisProblem, outcome: Outcome) -> str:
    """Return an outcome as what a run ends in or with."""
    written = problem.readout.written(outcome, problem.space)
    said = shown_name(written) if isinstance(written, str) else " ".join(map(shown_name, written))
    return f"{'in' if problem.readout.reads_state and len(problem.readout.places) == 1 else 'with'} {said}"


def accepted_text(problem: SynthesisProblem, index: int) -> str | None:
    """Return the accepted outcome of an input, or ``None`` if there are several."""
    outcome = problem.sole_outcome(index)
    return None if outcome is None else outcome_text(problem, outcome)


def _joined(parts: Sequence[str]) -> str:
    """Return parts as an enumeration in words."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
