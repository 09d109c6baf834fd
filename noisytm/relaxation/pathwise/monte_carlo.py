"""Monte Carlo estimates of the rejected probability under the annealed and the quenched semantics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory, _progress
from noisytm._checks import MAX_STEPS, flag, instance, memory_of, seed_of, whole
from noisytm._records import Kind, Record, provenance, result_form
from noisytm._schema import COUNT, NUMBER, STRING, entries, many
from noisytm._summary import Summary, count, grouped
from noisytm._version import __version__
from noisytm.errors import BudgetError, EstimateError, FormatError, Interrupted, ProblemError
from noisytm.problem import SynthesisProblem, accepted_words
from noisytm.relaxation.pathwise.decision_diagrams import LazyRun
from noisytm.relaxation.pathwise.lazy_tables import count_rejected
from noisytm.relaxation.semantics import Runs, Semantics, checked_semantics

# Below this many samples neither a probability nor its error is worth stating.
LEAST_SAMPLES = 100
# Samples are drawn in chunks of about this many steps, some milliseconds for each code and input.
STEPS_AT_ONCE = 1 << 17
MOST_AT_ONCE = 4096
SPANS = 3


SAMPLED = Kind(
    "sampled-probability",
    {
        1: result_form(
            entries(semantics=STRING, samples=COUNT),
            seed=COUNT,
            value=many(many(NUMBER)),
            standard_error=many(many(NUMBER)),
            samples=COUNT,
            semantics=STRING,
        )
    },
)


@dataclass(frozen=True)
class SampledProbability(Record):
    """Estimates of rejected probabilities.

    Attributes
    ----------
    value : ndarray of float64, shape (n, inputs)
        k / samples, with k the number of samples whose readout was rejected: unbiased.
    standard_error : ndarray of float64, shape (n, inputs)
        √((k + ½)(samples − k + ½) / ((samples + 1)² (samples + 2))), the standard deviation of the probability given
        k under Jeffreys' prior. For many samples it is √(p(1 − p)/samples); where no sample, or every one, was
        rejected it is not zero but about 0.7 / samples.
    samples : int
        Samples for each code and input.
    seed : int
        Seed of the generator.
    semantics : str
        What was sampled.
    version : str
        Version of noisytm.
    problem_key : str or None
        `SynthesisProblem.key` of the problem.
    """

    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    samples: int
    seed: int
    semantics: str
    version: str
    problem_key: str | None = None
    kind: ClassVar[Kind] = SAMPLED

    def _summary(self) -> Summary:
        codes, inputs = self.value.shape
        error = float(self.standard_error.max(initial=0.0))
        most = "" if self.value.size == 1 else "at most "
        sole = f" of {self.value[0, 0]:.6g}" if self.value.size == 1 else ""
        return Summary(
            f"estimated probability{sole} of a wrong answer, {count(codes, 'code')} × {count(inputs, 'input')},"
            f" {grouped(self.samples)} samples each, standard error {most}{error:.2g}; {self.semantics}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        options = {"semantics": self.semantics, "samples": self.samples}
        head = provenance(None, self.problem_key, options, self.seed, self.version)
        body = {
            "value": self.value.tolist(),
            "standard_error": self.standard_error.tolist(),
            "samples": self.samples,
            "semantics": self.semantics,
        }
        return self.kind.tagged(head, body)

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> SampledProbability:
        try:
            value, error = (np.array(record[name], dtype=np.float64) for name in ("value", "standard_error"))
        except ValueError:
            raise FormatError("sampled-probability record: value must have rows of one length") from None
        if value.ndim != 2 or value.shape != error.shape:
            raise FormatError(
                f"sampled-probability record: value and standard_error have shapes {value.shape} and {error.shape};"
                " they must be (codes, inputs)"
            )
        asked = (record[name] for name in ("samples", "seed", "semantics", "version", "problem_key"))
        return cls(value, error, *asked)


class SamplingInterrupted(Interrupted):
    """Sampling was interrupted from the keyboard.

    Attributes
    ----------
    partial : SampledProbability or None
        The estimate from the samples drawn so far, ``None`` if there are none.
    """

    def __init__(self, partial: SampledProbability | None) -> None:
        done = 0 if partial is None else partial.samples
        super().__init__(f"interrupted after {done} samples", partial)


def sampled_wrong_probability(
    problem: SynthesisProblem,
    codes: Any,
    *,
    semantics: str | Semantics,
    samples: int,
    seed: int = 0,
    memory: int | None = None,
    progress: bool = False,
) -> SampledProbability:
    """Estimate f_x(w), the probability that the readout on input x is not accepted, by running sampled machines.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    codes : array_like of float, shape (n, N, S + |Q| + 3) or (N, S + |Q| + 3)
        Noisy codes; every distribution sums to 1.
    semantics : str or Semantics
        One that sums over runs and draws a tuple either anew at each use, or once for the whole run.
    samples : int
        Runs for each code and input, at least 100.
    seed : int
        Seed ≥ 0. The numbers drawn depend on it, on the place of the input and on the number of steps, not on the
        other codes: the same code gives the same estimate in any batch, and estimates of different codes are
        correlated, which makes their differences more certain.
    memory : int, optional
        Bytes that may be used; at most what there is; by default half of what is available.
    progress : bool
        Show the samples drawn on a terminal once they take longer than a second.

    Returns
    -------
    SampledProbability

    Raises
    ------
    MachineError
        If a code is not one of the problem's code space.
    ProblemError
        If an option has no such value.
    EstimateError
        If there are fewer than 100 samples.
    BudgetError
        If tape and results do not fit.
    SamplingInterrupted
        On an interrupt from the keyboard; it is a KeyboardInterrupt, and its ``partial`` holds the estimate so far.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, sampled_wrong_probability, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> found = sampled_wrong_probability(problem, problem.space.embed(machine), semantics="quenched", samples=200)
    >>> found.value
    array([[0., 0., 0.]])
    >>> found.standard_error.round(5)
    array([[0.0035, 0.0035, 0.0035]])
    """
    instance("problem", problem, SynthesisProblem)
    found = checked_semantics(semantics, Runs)
    found.require(problem)
    if found.anew is None:
        raise ProblemError(f"semantics is {found.name}; runs are sampled only where tuples are drawn anew or once")
    wanted, progress = whole("samples", samples, 1, MAX_STEPS, top="2^62"), flag("progress", progress)
    if wanted < LEAST_SAMPLES:
        raise EstimateError(f"samples is {wanted}; an estimate and its error need at least {LEAST_SAMPLES}")
    start = seed_of(seed)
    limit = memory_of(memory) or _memory.limit()
    batch = problem.space.checked(codes)
    sampler = _Sampler(problem, batch, _room(problem, len(batch), limit, found.anew), start)

    try:
        with _progress.counted("samples", wanted, show=progress) as sampler.bar:
            while (left := wanted - sampler.done) > 0:
                sampler.draw(min(sampler.at_once, left))
    except KeyboardInterrupt:
        raise SamplingInterrupted(_estimate(sampler, start, found.name) if sampler.done else None) from None
    return _estimate(sampler, start, found.name)


def _estimate(sampler: _Sampler, seed: int, semantics: str) -> SampledProbability:
    """Return what the samples drawn so far say."""
    k, n = sampler.tally
    error = np.sqrt((k + 0.5) * (n - k + 0.5) / (n + 2)) / (n + 1)
    return SampledProbability(k / n, error, n, seed, semantics, __version__, sampler.problem_key)


class _Sampler:
    """Counts rejected readouts, a chunk of samples for all inputs and codes at a time."""

    def __init__(self, problem: SynthesisProblem, codes: NDArray[np.float64], lazy: LazyRun, seed: int) -> None:
        self.problem_key = problem.key
        self._codes, self._lazy, self._seed = np.ascontiguousarray(codes), lazy, seed
        self._accepted = [accepted_words(problem, i) for i in range(len(problem.inputs))]
        self._chunks = 0
        self.bar = _progress.Bar()
        # rejected and all samples: one value, so that no interrupt comes between the two
        self.tally = (np.zeros((len(codes), len(problem.inputs)), dtype=np.int64), 0)
        self.at_once = min(max(STEPS_AT_ONCE // problem.steps, 1), MOST_AT_ONCE)

    @property
    def done(self) -> int:
        """Samples drawn so far for each code and input."""
        return self.tally[1]

    def draw(self, samples: int) -> None:
        """Draw the next chunk, and count it once it is complete."""
        lazy = self._lazy
        rejected, done = self.tally
        counted = np.empty_like(rejected)
        for i, (words, radius) in enumerate(self._accepted):
            task = (lazy.size, lazy.rule, words, radius)
            lazy.begin(i)
            begin = lazy.state[2].copy()
            for n, code in enumerate(self._codes):
                rng = np.random.default_rng([self._seed, i, self._chunks])
                counted[n, i] = count_rejected(task, lazy.state, begin, code, samples, rng)
                self.bar.to(done + samples * (i * len(self._codes) + n + 1) // counted.size)
                _clock.tick()
        self._chunks += 1
        self.tally = (rejected + counted, done + samples)


def _room(problem: SynthesisProblem, codes: int, limit: int, anew: bool) -> LazyRun:
    """Return the arrays for runs, beside which what is counted fits."""
    results = 8 * SPANS * codes * len(problem.inputs)
    need = results + LazyRun.bytes_for(problem, anew)
    if need > limit:
        raise BudgetError(
            f"sampling {problem.steps} steps for {codes} codes needs {_memory.in_words(need)} of memory, and the"
            f" limit is {_memory.in_words(limit)}; use fewer steps, or fewer codes at a time"
        )
    return LazyRun(problem, limit - results, anew)
