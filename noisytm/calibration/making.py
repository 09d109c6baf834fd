"""The answer key, made anew: what is exact, then, for each code and each γ, E[nβK] by both samplers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from noisytm import _progress
from noisytm._checks import flag, listed, path_of, positive_float, seed_of
from noisytm._clock import limited, seconds_given
from noisytm._json import ENDINGS
from noisytm._partial import ENDED, carrying
from noisytm._text import shown
from noisytm.calibration.codes import AskedCode, asked_codes
from noisytm.calibration.key import ERROR, GAMMA, N_BETA, AnswerKey, Cell, KnownCode
from noisytm.degeneracy import LearningCoefficient, learning_coefficient
from noisytm.errors import FormatError, ProblemError
from noisytm.geometry import AnyCoordinate
from noisytm.losses import LOSSES
from noisytm.relaxation import linear_part

SEED, LEAST_ERROR = 1, 1e-4


def exact_key(seed: int = SEED, error: float = ERROR) -> AnswerKey:
    """Return the key with all that is exact, and no cell yet; ended before, the exception has the codes so far."""
    codes: list[KnownCode] = []
    try:
        for asked in asked_codes():
            codes.append(_exact(asked))
    except ENDED as ended:
        raise carrying(ended, AnswerKey(tuple(codes), seed, error)) from None
    return AnswerKey(tuple(codes), seed, error)


def _exact(asked: AskedCode) -> KnownCode:
    found = learning_coefficient(
        asked.problem, asked.machine, semantics=asked.semantics, loss=asked.loss, chart=asked.chart
    )
    found = replace(found, seconds=None, compile_seconds=None)  # a key that is made again is the same
    return KnownCode(asked.name, asked.about, asked.layers, found, _regular(found) if asked.layers == 1 else ())


def _regular(found: LearningCoefficient) -> tuple[tuple[AnyCoordinate, Fraction], ...]:
    """Return the coordinates that are fatal alone, with c = ∂K/∂(θ²) at the code, an exact number.

    At a code ∂f_x/∂u is a whole number for every input, and K = Σ q(x) f_x + …, so c = Σ q(x) ∂f_x/∂u. A loss that
    vanishes like f² has none.
    """
    if LOSSES[found.loss].factor != 1:
        return ()
    problem, sums = found.problem, [Fraction(0)] * found.problem.space.dimension
    for x, accepted, weight in zip(problem.inputs, problem.targets, problem.weights, strict=True):
        alone = replace(problem, inputs=(x,), targets=(accepted,), weights=(Fraction(1),))
        slopes = linear_part(alone, found.machine, semantics=found.semantics)
        sums = [s + weight * round(slope) for s, slope in zip(sums, slopes.tolist(), strict=True)]
    names = problem.space.coordinates(found.machine)
    return tuple((name, c) for name, c in zip(names, sums, strict=True) if c)


def remade_key(
    seed: int = SEED,
    *,
    error: Any = ERROR,
    names: Any = None,
    resume: str | os.PathLike[str] | None = None,
    seconds: Any = None,
    progress: bool = False,
) -> AnswerKey:
    """Make the answer key anew: λ, m and c exactly, and E[nβK] by populations and by walks, to a stated error.

    docs/answer-key.md says how long all of it takes; the file to resume from has each code's figures at one γ as soon
    as they are there.

    Parameters
    ----------
    seed : int
        What is random depends on it and on ``error`` alone.
    error : float
        The standard error that figures of either sampler may have, as a share of the figure, from 1e-4 to 1: where it
        is larger more is drawn, up to 200 times as much as at first.
    names : sequence of str, optional
        Codes of which E[nβK] is sampled; by default all.
    resume : path, optional
        A file, .json or .json.gz, that keeps the key so far; what is in it is not made again.
    seconds : float, optional
        Most time to take.
    progress : bool
        Show on a terminal how far it is.

    Returns
    -------
    AnswerKey

    Raises
    ------
    ProblemError
        If a code has no such name, or an argument cannot be.
    FormatError
        If the file to resume from keeps something else.
    BudgetError
        If time runs out; its ``partial`` is the key so far.
    EstimateError
        If populations do not deserve trust.
    """
    wanted = None if names is None else listed("names", names, ProblemError)
    limit, seed, share = seconds_given(seconds), seed_of(seed), relative_error(error)
    kept = None if resume is None else path_of(resume)
    if kept is not None and not kept.endswith(ENDINGS):
        raise FormatError(f"the file to resume from is {shown(kept)}; give one that ends in {' or '.join(ENDINGS)}")
    with _progress.shown_if(flag("progress", progress, ProblemError)), limited(limit):
        key = exact_key(seed, share)
        codes = [code.name for code in (key.codes if wanted is None else map(key.code, wanted))]
        key = key if kept is None else _with_cells_of(key, kept)
        try:
            return _sampled(key, codes, kept)
        except ENDED as ended:
            raise carrying(ended, getattr(ended, "partial", None) or key) from None


def _sampled(key: AnswerKey, names: Iterable[str], kept: str | None) -> AnswerKey:
    from noisytm.calibration.sampling import cells_of  # loads numba

    todo = [(gamma, name) for gamma in GAMMA for name in names]
    with _progress.counted("ladders", len(todo)) as bar:
        for gamma, name in todo:
            bar.note(f"{name}, γ = {gamma:g}")
            if any(key.code(name).cell(n, gamma) is None for n in N_BETA):
                try:
                    cells = cells_of(key.code(name), gamma, key.seed, error=key.error)
                except ENDED as ended:
                    raise carrying(ended, key) from None
                key = with_cells(key, {name: cells})
                if kept is not None:
                    key.save(kept)
            bar.more()
    return key


def relative_error(error: Any) -> float:
    """Return the share of a figure that its error may be, or raise `ProblemError`.

    Examples
    --------
    >>> relative_error("1/100")
    0.01
    """
    share = positive_float("error", error)
    if not LEAST_ERROR <= share <= 1:
        raise ProblemError(f"error is {shown(error)}; it must be a share of a figure from {LEAST_ERROR:g} to 1: 0.01")
    return share


def with_cells(key: AnswerKey, cells: Mapping[str, Iterable[Cell]]) -> AnswerKey:
    """Return the key with more cells of some codes, in the place of those that were there at the same nβ and γ."""

    def more(code: KnownCode) -> KnownCode:
        all_cells = {(c.gamma, c.n_beta): c for c in (*code.cells, *cells.get(code.name, ()))}
        return replace(code, cells=tuple(cell for _, cell in sorted(all_cells.items())))

    return replace(key, codes=tuple(map(more, key.codes)))


def _with_cells_of(key: AnswerKey, path: str) -> AnswerKey:
    """Return the key with the cells that a file keeps, if it is of the same seed, error and codes."""
    if not Path(path).exists():
        return key
    before = AnswerKey.load(path)
    if before.seed != key.seed:
        raise FormatError(f"{shown(path)} keeps an answer key of seed {before.seed}, not {key.seed}; name another file")
    if before.error != key.error:
        raise FormatError(
            f"{shown(path)} keeps an answer key with errors of {before.error:g}, not {key.error:g}; name another file"
        )
    if [replace(code, cells=()) for code in before.codes] != list(key.codes):
        raise FormatError(f"{shown(path)} keeps an answer key of other codes; name another file")
    return with_cells(key, {code.name: code.cells for code in before.codes})
