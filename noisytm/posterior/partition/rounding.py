"""Samples rounded to codes, and what many codes do: whether they solve the problem, and which tuples they use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm._checks import real_array
from noisytm.codespace import CodeSpace, NoisyKeySpace
from noisytm.errors import MachineError, ProblemError
from noisytm.machine import MOVES, Description, TransitionTuple, TuringMachine
from noisytm.problem import ACCEPT, SynthesisProblem

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
SHAPE = "(replicas, samples, N, S + |Q| + 3)"


def checked_samples(space: CodeSpace, codes: Any) -> NDArray[np.float64]:
    """Return samples of independent replicas as an array of shape (replicas, samples, N, S + |Q| + 3).

    Raises
    ------
    ProblemError
        If they have another shape, or an entry is negative or no number.
    """
    given = np.asarray(real_array("samples", codes, SHAPE, ProblemError), np.float64)
    if given.ndim != 4 or given.shape[2:] != space.shape or not given.size:
        wanted = SHAPE.replace("N, S + |Q| + 3", ", ".join(map(str, space.shape)))
        raise ProblemError(f"samples have the shape {given.shape}; give an array of shape {wanted}")
    if not (given >= 0).all():  # false where one is no number
        raise ProblemError("samples have an entry that is negative or no number; give noisy codes")
    return given


def require_codes(space: CodeSpace, samples: Any) -> None:
    """Raise `ProblemError` where a distribution of a sample does not sum to 1, to within rounding."""
    try:
        given = real_array("samples", samples, SHAPE, ProblemError)
        space.checked(given.reshape(-1, *space.shape))
    except MachineError as error:
        raise ProblemError(f"samples: {error}") from None


def rounded(space: CodeSpace, codes: NDArray[np.float64]) -> tuple[Ints, Flags]:
    """Return the code nearest to each sample: the largest entry of every distribution, of equal ones the first.

    V_M, the samples that round to M, are the phases of the posterior; they tile code space but for ties, which have
    probability 0 under any prior with a density, and not on a grid.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    codes : ndarray of float64, shape (n, N, S + |Q| + 3)
        Samples.

    Returns
    -------
    codes : ndarray of int64, shape (n, N)
        Actions, (write·|Q| + next)·3 + move, as `TableSpace` numbers them; where keys err the key's number times as
        many as there are of these is added, (read·states that have tuples + in).
    ties : ndarray of bool, shape (n,)
        Whether the largest entry of some distribution is there twice.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine)
    >>> rounded(space, space.embed(machine)[None])
    (array([[ 1,  4, 10, 10, 14, 16]]), array([False]))
    """
    actions, ties = np.zeros(codes.shape[:2], np.int64), np.zeros(len(codes), bool)
    for _, start, values in space.blocks:
        block = codes[..., start : start + len(values)]
        actions = actions * len(values) + block.argmax(axis=-1)
        ties |= ((block == block.max(axis=-1, keepdims=True)).sum(axis=-1) > 1).any(axis=-1)
    return actions, ties


def tuples_of(space: CodeSpace, code: Any) -> tuple[TransitionTuple, ...]:
    """Return the tuples of a code, which has an action for each.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine, keys="noisy")
    >>> tuples_of(space, rounded(space, space.embed(machine)[None])[0][0]) == machine.tuples
    True
    """
    found = []
    for i, action in enumerate(code):
        parts, rest = [], int(action)
        for _, _, values in reversed(space.blocks):
            rest, place = divmod(rest, len(values))
            parts.append(values[place])
        key = () if space.noisy_keys else space.keys[i]
        found.append(TransitionTuple(*key, *reversed(parts)))
    return tuple(found)


def machine_of(problem: SynthesisProblem, code: Any) -> Description:
    """Return the machine, or the list, of a code over the tuples that a problem's space has."""
    space = problem.space
    kind = Description if space.by_number else TuringMachine
    tuples = tuples_of(space, code)
    return kind(space.symbols, space.blank, space.states, space.start, tuples, problem.halting)


class Ran(NamedTuple):
    """What codes do on a problem's inputs.

    Attributes
    ----------
    solves : ndarray of bool, shape (n,)
        Whether the outcome is accepted on every input.
    used : ndarray of bool, shape (n, N)
        Which tuples are used, on some input at some step.
    """

    solves: Flags
    used: Flags


def run_all(problem: SynthesisProblem, codes: Ints) -> Ran:
    """Run many codes on all inputs of a problem, side by side.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    codes : ndarray of int64, shape (n, N)
        Actions of the tuples that its space lists, as of `rounded`. Of tuples with one key the last acts.

    Raises
    ------
    BudgetError
        If there is too little memory for their tapes.

    Examples
    --------
    >>> from noisytm import library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> ran = run_all(problem, np.array([[1, 4, 10, 10, 14, 16], [0, 0, 0, 0, 0, 0]]))
    >>> ran.solves.tolist(), ran.used.sum(axis=1).tolist()
    ([True, False], [4, 3])
    """
    solves, used = np.ones(len(codes), bool), np.zeros(codes.shape, bool)
    encoded = problem.encoded
    longest = int(np.diff(encoded.starts).max())
    cells = longest + encoded.reach + 2 * problem.steps + 1
    _memory.require(8 * len(codes) * (cells + 8), f"the tapes of {len(codes):,} codes", "give fewer samples")
    for index in range(len(problem.inputs)):
        _clock.tick()
        solves &= _accepted(problem, index, *_ended(problem, index, codes, used, cells))
    return Ran(solves, used)


def _ended(problem: SynthesisProblem, index: int, codes: Ints, used: Flags, cells: int) -> tuple[Ints, Ints, Ints]:
    """Return state, tape and head of every code after its steps on one input, and note the tuples it uses."""
    encoded = problem.encoded
    acts = _acting(problem.space, codes)
    word = encoded.words[encoded.starts[index] : encoded.starts[index + 1]]
    tape = np.full((len(codes), cells), encoded.blank, np.int64)
    tape[:, problem.steps : problem.steps + len(word)] = word
    head: Ints = np.full(len(codes), problem.steps, np.int64)
    state: Ints = np.full(len(codes), encoded.start, np.int64)
    for _ in range(problem.steps):
        at = acts(tape[np.arange(len(codes)), head], state)
        go = np.flatnonzero(at >= 0)
        used[go, at[go]] = True
        rest, move = np.divmod(codes[go, at[go]], len(MOVES))
        rest, state[go] = np.divmod(rest, len(problem.space.states))
        tape[go, head[go]] = rest % len(problem.space.symbols)
        head[go] += move - 1  # L, S, R
    return state, tape, head


def _acting(space: CodeSpace, codes: Ints) -> Callable[[Ints, Ints], Ints]:
    """Return the function from the symbols and states of codes to the tuples that act there; −1 where none does."""
    if isinstance(space, NoisyKeySpace):
        named = np.array(space.named_states, np.int64)
        read, place = np.divmod(codes // (len(space.symbols) * len(space.states) * len(MOVES)), max(len(named), 1))
        key, numbers = read * len(space.states) + named[place], np.arange(codes.shape[1])

        def last(symbol: Ints, state: Ints) -> Ints:
            here = key == (symbol * len(space.states) + state)[:, None]
            found: Ints = np.where(here, numbers, -1).max(axis=1, initial=-1)
            return found

        return last
    table = np.full((len(space.symbols), len(space.states)), -1, np.int64)
    for number, pair in enumerate(space.key_indices):
        table[pair] = number

    def listed(symbol: Ints, state: Ints) -> Ints:
        return table[symbol, state]

    return listed


def _accepted(problem: SynthesisProblem, index: int, state: Ints, tape: Ints, head: Ints) -> Flags:
    encoded = problem.encoded
    automata = encoded.acceptance
    node = np.full(len(state), automata.layers[automata.of_input[index]][0])
    for place in encoded.places:
        value = state if place < 0 else tape[np.arange(len(state)), head + place]
        node = np.where(node >= 0, automata.nodes[np.maximum(node, 0), value], node)
    return np.asarray(node == ACCEPT)
