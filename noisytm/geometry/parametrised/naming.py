"""Groups of distributions that a prior or a chart names: whether a code space has them."""

from __future__ import annotations

from noisytm._text import did_you_mean, shown
from noisytm.codespace import KEY_KINDS, CodeSpace
from noisytm.errors import ProblemError

Group = tuple[str | int, ...]  # (kind,), (number of a tuple, kind), or (symbol, state, kind)


def require_group(group: Group, space: CodeSpace, what: str) -> None:
    """Raise `ProblemError` unless the distributions of a code space have a group; ``what`` names it.

    Examples
    --------
    >>> from noisytm import library
    >>> require_group((6, "in"), CodeSpace.of(library.machine("detectA"), "noisy"), "the prior")
    Traceback (most recent call last):
    noisytm.errors.ProblemError: the prior names tuple 6; the list has 6 tuples, numbered from 0
    """
    *place, kind = group
    if kind in KEY_KINDS and not space.noisy_keys:
        raise ProblemError(f"{what} names {shown(kind)}, an entry of keys that err; here keys are exact")
    if len(place) == 2 and space.by_number:
        raise ProblemError(
            f"{what} names {shown(group)}; tuples whose keys err or are repeated are known by number: give it, from 0"
            " on, in the place of the key"
        )
    if len(place) == 2 and tuple(place) not in space.keys:
        written = [":".join(key) for key in space.keys]
        near = did_you_mean(":".join(map(str, place)), written)
        raise ProblemError(f"{what} names {shown(':'.join(map(str, place)))}; the machine lists no such tuple{near}")
    if len(place) == 1 and not space.by_number:
        raise ProblemError(f"{what} names tuple {place[0]}; tuples are known by their keys here: give symbol and state")
    if len(place) == 1 and not 0 <= int(place[0]) < space.tuples:
        raise ProblemError(f"{what} names tuple {place[0]}; the list has {space.tuples} tuples, numbered from 0")
