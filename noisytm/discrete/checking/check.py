"""The check of a run that never ends: what its result says is found again without anything that has found it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from noisytm import _clock
from noisytm._checks import instance
from noisytm._records import TAG_ENTRY, split_tag
from noisytm.discrete.checking.accepting import check_automaton
from noisytm.discrete.checking.bouncing import check_rule
from noisytm.discrete.checking.closing import check_ngrams, check_words
from noisytm.discrete.checking.repeating import check_closed, check_cycle, check_late_cycle
from noisytm.discrete.checking.replay import Replay
from noisytm.discrete.configuration import (
    RUN,
    AutomatonClosure,
    Bouncer,
    ClosedGraph,
    Cycle,
    Endless,
    EndlessRule,
    LateCycle,
    NgramClosure,
    RunResult,
    WordClosure,
)
from noisytm.errors import CertificateError

CHECKS: Mapping[type, Callable[[Replay, Any], None]] = {
    Cycle: check_cycle,
    ClosedGraph: check_closed,
    LateCycle: check_late_cycle,
    Bouncer: check_rule,
    EndlessRule: check_rule,
    NgramClosure: check_ngrams,
    WordClosure: check_words,
    AutomatonClosure: check_automaton,
}


def check_endless(result: RunResult, *, seconds: float | None = None) -> Cycle | Endless:
    """Check the proof that a run never ends, from its machine, its word and the data of the proof alone.

    Parameters
    ----------
    result : RunResult
        A result with a cycle, or another proof.
    seconds : float, optional
        Most time to take; no limit by default.

    Returns
    -------
    Cycle or Endless
        The proof, which holds.

    Raises
    ------
    CertificateError
        If there is no proof, or naming what fails.
    BudgetError
        If the time runs out, or the proof begins after too many steps to make them one by one.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> bouncer = run(parse("1RB---_1LC1RB_1LA1LC"), max_steps=1000, prove_endless=True)
    >>> check_endless(bouncer) == bouncer.endless
    True
    """
    proof = instance("result", result, RunResult).cycle or result.endless
    if proof is None:
        raise CertificateError("the run holds no proof that it never ends; noisytm run --prove-endless finds some")
    word = (result.options or {}).get("word")
    if word is None:
        raise CertificateError("the run does not say on which word it began, so that it cannot be made again")
    with _clock.limited(_clock.seconds_given(seconds)):
        CHECKS[type(proof)](Replay(result.configuration.machine, word), proof)
    return proof


def is_run(record: Any) -> bool:
    """Return whether a record is that of a run.

    Examples
    --------
    >>> is_run({"noisytm": "run/2"}), is_run({"noisytm": "bound/1"})
    (True, False)
    """
    return isinstance(record, Mapping) and split_tag(record.get(TAG_ENTRY))[0] == RUN.name
