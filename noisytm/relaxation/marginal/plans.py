"""What is the same in every evaluation of a problem: kernels, encoded inputs in order, sizes of buffers, blocks."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm._checks import integer, one_of
from noisytm._text import shown
from noisytm.codespace import CodeSpace, NoisyKeySpace
from noisytm.errors import ProblemError
from noisytm.problem import EncodedProblem, Kept, SynthesisProblem, most_nodes
from noisytm.relaxation.marginal.arrays import ListShape, Small
from noisytm.relaxation.marginal.kernels import Program
from noisytm.relaxation.marginal.tracer import NoisyKeys, Trace, tabled, trace
from noisytm.relaxation.marginal.workspace import Sizes, last_head_step, require_steps, sizes
from noisytm.relaxation.marginal.worth import LEDGER, seconds_in_arrays
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

KERNELS = ("auto", "interpreted", "written-out")

# Writing the head out and compiling it takes seconds; below about this many products the interpreter is done sooner.
WORK_WORTH_COMPILING = 4_000_000_000

# To scan a list at a symbol and state takes about as long for each tuple as to mix so many entries of a table. A table
# pays unless its rows are longer, for all that is scanned at a step or in all runs.
SCANS_WORTH_A_TABLE = 20

# With fewer codes and inputs than this most lanes would be idle.
WIDTH_WORTH_LANES = 4

# Inputs are summed, and shared among threads, in blocks of about this cost (see `Plan.cost`): a millisecond's work.
BLOCK_COST = 1_000_000

# As `BLOCK_COST` has it.
SECONDS_PER_PRODUCT = 1e-9

# Pulling cotangents back takes about twice as long as running.
BOTH_WAYS = 3


_plans = Kept()


class Plan(NamedTuple):
    """All that a call needs but the codes.

    Attributes
    ----------
    module : module
        The kernels.
    program : Program
        The head, for the interpreter.
    task : EncodedProblem
        Inputs, accepted outcomes, weights.
    order : ndarray of int64, shape (inputs,)
        The inputs by length.
    steps, horizon : int
        Number of steps, and the last time at which the head's cell is read.
    over_codes : bool
        Whether the lanes are codes, not inputs.
    sizes : Sizes
        The buffers of a call.
    cost : int
        Estimate of the products in one run, of one code on one input, those that are formed at once counted once.
    tables : ListShape, optional
        Where codes are lists that are run as tables: what the lists are. The other fields are of the tables.
    """

    module: ModuleType
    program: Program
    task: EncodedProblem
    order: NDArray[np.int64]
    steps: int
    horizon: int
    over_codes: bool
    sizes: Sizes
    cost: int
    tables: ListShape | None = None

    @property
    def block(self) -> int:
        """How many inputs are summed at a time: a multiple of the lanes, whatever the number of threads or codes."""
        lanes = self.sizes.lanes
        return max(BLOCK_COST // (BOTH_WAYS * self.cost * lanes), 1) * lanes

    def blocks_worth(self, codes: int) -> int:
        """Return the cost of a number of codes on all inputs, in blocks."""
        return codes * len(self.order) * self.cost * (BOTH_WAYS if self.sizes.backward else 1) // BLOCK_COST

    def seconds(self, codes: int) -> float:
        """Return about how long a number of codes takes on all inputs, in one thread."""
        return SECONDS_PER_PRODUCT * codes * len(self.order) * self.cost * (BOTH_WAYS if self.sizes.backward else 1)

    def steps_of(self, codes: int) -> int:
        """Return how many steps the kernels make: of all that stands in the lanes at once, there and back."""
        lanes, inputs = self.sizes.lanes, len(self.order)
        groups = -(-codes // lanes) * inputs if self.over_codes else codes * -(-inputs // lanes)
        last = (self.steps - 1) % self.sizes.segment + 1
        return groups * (2 * self.steps - last if self.sizes.backward else self.steps)


def traced(space: CodeSpace, semantics: str | Semantics) -> Trace:
    """Return the trace of a semantics for the shape of a code space."""
    found, keys = checked_semantics(semantics, Marginal), space.key_indices
    if isinstance(space, NoisyKeySpace):
        return trace(found, len(space.symbols), len(space.states), NoisyKeys(space.tuples, space.named_states))
    return trace(found, len(space.symbols), len(space.states), keys)


def _run_as(problem: SynthesisProblem, semantics: Marginal) -> tuple[Trace, ListShape | None]:
    """Return the trace that codes are run by, and, where they are lists that are run as tables, what these are."""
    space, runs = problem.space, problem.steps * len(problem.inputs)
    if isinstance(space, NoisyKeySpace) and semantics.averages_scans:
        lists = ListShape(len(space.symbols), len(space.states), space.tuples, space.named_states)
        if lists.rows and lists.columns <= SCANS_WORTH_A_TABLE * min(lists.tuples, runs):
            return tabled(semantics, *lists[:2], NoisyKeys(space.tuples, space.named_states)), lists
    return traced(space, semantics), None


def plan(
    problem: SynthesisProblem,
    codes: int,
    *,
    semantics: str | Semantics,
    kernel: str,
    lanes: int | None,
    backward: bool,
    as_tables: bool = True,
) -> Plan:
    """Return the plan for a number of codes, made anew only if no call on this problem has needed it yet.

    Lists whose scans are averaged are run as tables, if they may: the caller makes these.

    Raises
    ------
    ProblemError
        If an option has no such value.
    BudgetError
        If there is too little memory.
    """
    inputs = len(problem.inputs)
    written = _written_out(kernel, problem.space.shape[0] * problem.space.shape[1] * codes * inputs * problem.steps)
    width = lanes_of(lanes, codes, inputs)
    key = (
        checked_semantics(semantics, Marginal),
        written,
        width,
        width > 1 and codes > inputs,
        backward,
        lanes is not None,
        as_tables,
    )
    plans = _plans.of(problem)
    if key not in plans:
        plans[key] = _plan(problem, *key)
    known: Plan = plans[key]
    return known


def small(
    problem: SynthesisProblem, codes: int, *, semantics: str | Semantics, lanes: int, backward: bool
) -> Small | None:
    """Return what it takes to do without compiled kernels, or ``None`` where these are worth it; see `worth`.

    Parameters
    ----------
    problem, codes, semantics, backward
        As of `plan`.
    lanes : int
        Of the kernels that would be used instead.
    """
    seconds = array_seconds(problem, codes, semantics=semantics, backward=backward)
    if not LEDGER.arrays_do(_algebra(lanes, codes > len(problem.inputs)), seconds):
        return None
    return in_arrays(problem, semantics)


def in_arrays(problem: SynthesisProblem, semantics: str | Semantics) -> Small:
    """Return what it takes to do without compiled kernels, whatever is worth it."""
    found, task = checked_semantics(semantics, Marginal), problem.encoded
    found.require(problem)
    head, tables = _run_as(problem, found)
    horizon = last_head_step(problem.steps, task.reach)
    return Small(head, task, np.arange(len(problem.inputs)), problem.steps, horizon, tables)


def array_seconds(problem: SynthesisProblem, codes: int, *, semantics: str | Semantics, backward: bool) -> float:
    """Return about how long so many codes take without compiled kernels; see `seconds_in_arrays`."""
    found, longest = checked_semantics(semantics, Marginal), max(map(len, problem.inputs))
    found.require(problem)
    head, _ = _run_as(problem, found)
    return seconds_in_arrays(head, problem.steps, longest, codes * len(problem.inputs), backward)


def _algebra(lanes: int, over_codes: bool) -> str:
    return "real" if lanes == 1 else "vector_codes" if over_codes else "vector"


def _plan(
    problem: SynthesisProblem,
    semantics: Marginal,
    written: bool,
    lanes: int,
    over_codes: bool,
    backward: bool,
    fixed: bool,
    as_tables: bool,
) -> Plan:
    from noisytm.relaxation.marginal.assemble import compiled_kernels  # loads numba

    semantics.require(problem)
    head, tables = _run_as(problem, semantics) if as_tables else (traced(problem.space, semantics), None)
    task = problem.encoded
    module = compiled_kernels(_algebra(lanes, over_codes), head if written else None)
    steps, horizon = problem.steps, last_head_step(problem.steps, task.reach)
    longest = max(map(len, problem.inputs))
    nodes = most_nodes(task.acceptance)
    read = task.read_shape
    needed = sizes(module, head, steps, horizon, longest, task.reach, nodes=nodes, read=read, backward=backward)
    if lanes > 1 and not fixed and not _memory.fits(needed.nbytes):
        return _plan(problem, semantics, written, 1, False, backward, True, as_tables)  # an eighth of the buffers
    require_steps(needed, module, head, longest)
    order = np.argsort(np.diff(task.starts), kind="stable")
    cost = -(-_products(module, head, steps, horizon, longest, task.reach) // lanes)
    return Plan(module, head.program, task, order, steps, horizon, over_codes, needed, cost, tables)


def _products(module: ModuleType, head: Trace, steps: int, horizon: int, longest: int, width: int) -> int:
    """Estimate the products in one run: mix, head and three for each value of a tape."""
    at = head.layout
    tapes, _ = module.room(steps, longest, horizon, width, at.symbols, steps)
    return steps * (at.tuples * at.columns + head.work) + 3 * int(tapes)


def _written_out(kernel: str, products: int) -> bool:
    one_of("kernel", kernel, KERNELS)
    return kernel == "written-out" or (kernel == "auto" and products >= WORK_WORTH_COMPILING)


def lanes_of(lanes: int | None, codes: int, inputs: int) -> int:
    """Return how many runs the kernels compute at once: as many as is asked for, else 8 if there are several.

    Raises
    ------
    ProblemError
        If it is neither 1 nor 8.
    """
    width = None if lanes is None else integer(lanes)
    if lanes is not None and width not in (1, 8):
        raise ProblemError(f"lanes is {shown(lanes)}; it must be 1 or 8")
    return width or (8 if max(codes, inputs) >= WIDTH_WORTH_LANES else 1)
