"""The answer key, made anew: what is exact, then one ladder of populations for each code and each γ."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from noisytm import _progress
from noisytm._checks import flag, listed, path_of, seed_of
from noisytm._clock import limited, seconds_given
from noisytm._json import ENDINGS
from noisytm._partial import ENDED, carrying
from noisytm._text import shown
from noisytm.calibration.codes import AskedCode, asked_codes
from noisytm.calibration.exact import exact_of, regular_of
from noisytm.calibration.key import GAMMA, N_BETA, AnswerKey, Cell, KnownCode
from noisytm.errors import FormatError, ProblemError

SEED = 1


def exact_key(seed: int = SEED) -> AnswerKey:
    """Return the key with all that is exact, and no cell yet; ended before, the exception has the codes so far."""
    codes: list[KnownCode] = []
    try:
        for asked in asked_codes():
            codes.append(_exact(asked))
    except ENDED as error:
        raise carrying(error, AnswerKey(tuple(codes), seed)) from None
    return AnswerKey(tuple(codes), seed)


def _exact(asked: AskedCode) -> KnownCode:
    found = exact_of(asked)
    return KnownCode(asked.name, asked.about, asked.layers, found, regular_of(found) if asked.layers == 1 else ())


def remade_key(
    seed: int = SEED,
    *,
    names: Any = None,
    resume: str | os.PathLike[str] | None = None,
    seconds: Any = None,
    progress: bool = False,
) -> AnswerKey:
    """Make the answer key anew: λ, m and c exactly, and E[nβK] by tempered populations and by walks.

    All in all it takes some ten minutes of a processor; the file to resume from has each code's figures at one γ as
    soon as they are there.

    Parameters
    ----------
    seed : int
        What is random depends on it alone.
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
    limit, seed = seconds_given(seconds), seed_of(seed)
    kept = None if resume is None else path_of(resume)
    if kept is not None and not kept.endswith(ENDINGS):
        raise FormatError(f"the file to resume from is {shown(kept)}; give one that ends in {' or '.join(ENDINGS)}")
    with _progress.shown_if(flag("progress", progress, ProblemError)), limited(limit):
        key = exact_key(seed)
        codes = [code.name for code in (key.codes if wanted is None else map(key.code, wanted))]
        key = key if kept is None else _with_cells_of(key, kept)
        try:
            return _sampled(key, codes, kept)
        except ENDED as error:
            raise carrying(error, getattr(error, "partial", None) or key) from None


def _sampled(key: AnswerKey, names: Iterable[str], kept: str | None) -> AnswerKey:
    from noisytm.calibration.sampling import cells_of  # loads numba

    todo = [(gamma, name) for gamma in GAMMA for name in names]
    with _progress.counted("ladders", len(todo)) as bar:
        for gamma, name in todo:
            bar.note(f"{name}, γ = {gamma:g}")
            if any(key.code(name).cell(n, gamma) is None for n in N_BETA):
                try:
                    cells = cells_of(key.code(name), gamma, key.seed)
                except ENDED as error:
                    raise carrying(error, key) from None
                key = with_cells(key, {name: cells})
                if kept is not None:
                    key.save(kept)
            bar.more()
    return key


def with_cells(key: AnswerKey, cells: Mapping[str, Iterable[Cell]]) -> AnswerKey:
    """Return the key with more cells of some codes, in the place of those that were there at the same nβ and γ."""

    def more(code: KnownCode) -> KnownCode:
        all_cells = {(c.gamma, c.n_beta): c for c in (*code.cells, *cells.get(code.name, ()))}
        return replace(code, cells=tuple(cell for _, cell in sorted(all_cells.items())))

    return replace(key, codes=tuple(map(more, key.codes)))


def _with_cells_of(key: AnswerKey, path: str) -> AnswerKey:
    """Return the key with the cells that a file keeps, if it is of the same seed and the same codes."""
    if not Path(path).exists():
        return key
    before = AnswerKey.load(path)
    if before.seed != key.seed:
        raise FormatError(f"{shown(path)} keeps an answer key of seed {before.seed}, not {key.seed}; name another file")
    if [replace(code, cells=()) for code in before.codes] != list(key.codes):
        raise FormatError(f"{shown(path)} keeps an answer key of other codes; name another file")
    return with_cells(key, {code.name: code.cells for code in before.codes})
