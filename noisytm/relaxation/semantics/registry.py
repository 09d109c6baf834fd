"""The semantics by name. To add one: a file that defines it, and its line in `BUILT_IN`; or call `register`."""

from __future__ import annotations

import re
from typing import Any, TypeVar, overload

from noisytm._checks import one_of
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.relaxation.semantics.annealed import Annealed
from noisytm.relaxation.semantics.contract import Semantics
from noisytm.relaxation.semantics.mean_field import MeanField
from noisytm.relaxation.semantics.pseudo_utm import PseudoUTM
from noisytm.relaxation.semantics.quenched import Quenched

BUILT_IN = (
    MeanField,
    PseudoUTM,
    Annealed,
    Quenched,
)

Kind = TypeVar("Kind", bound=Semantics)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_known: dict[str, Semantics] = {}


def register(semantics: Kind) -> Kind:
    """Make a semantics known by its name, to every function, to files and to the command.

    Raises
    ------
    ProblemError
        If it is none, or its name is no name or is taken.

    Examples
    --------
    >>> from noisytm.relaxation.semantics import PseudoUTM
    >>> class Mine(PseudoUTM):
    ...     name, description = "mine", "the same under another name"
    >>> register(Mine())
    <semantics mine: the same under another name>
    >>> "mine" in semantics_names()
    True
    >>> unregister("mine")
    """
    if not isinstance(semantics, Semantics):
        raise ProblemError(f"{shown(semantics)} is no semantics; register an object of a class derived from Semantics")
    name, description = (getattr(semantics, field, None) for field in ("name", "description"))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ProblemError(f"the semantics' name is {shown(name)}; use lower case letters, digits and hyphens")
    if not isinstance(description, str) or not description or "\n" in description:
        raise ProblemError(f"the description of semantics {name} is {shown(description)}; it must be one line")
    if name in _known:
        raise ProblemError(f"a semantics {name} is registered already; give the new one another name")
    _known[name] = semantics
    return semantics


def unregister(name: str) -> None:
    """Forget a semantics; `ProblemError` if there is none of this name."""
    checked_semantics(name)
    del _known[name]


def all_semantics(kind: type[Kind]) -> tuple[Kind, ...]:
    """Return the semantics of a class, in the order in which they were registered.

    Examples
    --------
    >>> [semantics.name for semantics in all_semantics(Semantics)]
    ['mean-field', 'pseudo-utm', 'annealed', 'quenched']
    """
    return tuple(semantics for semantics in _known.values() if isinstance(semantics, kind))


def semantics_names() -> tuple[str, ...]:
    """Return the names of all semantics, in order."""
    return tuple(_known)


@overload
def checked_semantics(value: Any) -> Semantics: ...


@overload
def checked_semantics(value: Any, kind: type[Kind]) -> Kind: ...


def checked_semantics(value: Any, kind: type[Semantics] = Semantics) -> Semantics:
    """Return the semantics that is meant by a name, or by the object itself; one of ``kind``, if that is given.

    Raises
    ------
    ProblemError
        If there is none, when the message lists those there are, or the object is not registered.

    Examples
    --------
    >>> checked_semantics("quenched").unit
    'noisy runs'
    """
    if isinstance(value, kind):
        found: Semantics = value
    else:
        found = _known[one_of("semantics", value, sorted(semantics.name for semantics in all_semantics(kind)))]
    if _known.get(found.name) is not found:
        raise ProblemError(f"semantics {shown(found.name)} is not registered; call register with this object first")
    return found


for _built_in in BUILT_IN:
    register(_built_in())
