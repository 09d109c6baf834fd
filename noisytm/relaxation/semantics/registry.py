"""The semantics by name; a new one is a file like ``annealed`` and its object in `SEMANTICS`."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from noisytm._checks import one_of
from noisytm._registry import Registry
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.relaxation.semantics.annealed import ANNEALED
from noisytm.relaxation.semantics.contract import Semantics
from noisytm.relaxation.semantics.mean_field import MEAN_FIELD
from noisytm.relaxation.semantics.pseudo_utm import PSEUDO_UTM
from noisytm.relaxation.semantics.quenched import QUENCHED

SEMANTICS: Registry[Semantics] = Registry("semantics", [MEAN_FIELD, PSEUDO_UTM, ANNEALED, QUENCHED])

Kind = TypeVar("Kind", bound=Semantics)


@overload
def checked_semantics(value: Any) -> Semantics: ...


@overload
def checked_semantics(value: Any, kind: type[Kind]) -> Kind: ...


def checked_semantics(value: Any, kind: type[Semantics] = Semantics) -> Semantics:
    """Return the semantics that is meant by a name, or by the object itself; one of ``kind``, if that is given.

    Raises
    ------
    ProblemError
        If there is none, when the message lists those there are, or the object is not registered: results and files
        know a semantics by its name.

    Examples
    --------
    >>> checked_semantics("quenched").unit
    'noisy runs'
    """
    if isinstance(value, str):
        found = SEMANTICS.get(value)
        if found is not None and isinstance(found, kind):
            return found
    elif isinstance(value, Semantics):
        if SEMANTICS.get(value.name) is not value:
            raise ProblemError(f"semantics {shown(value.name)} is not registered; call SEMANTICS.register with it")
        if isinstance(value, kind):
            return value
        value = value.name
    return SEMANTICS[one_of("semantics", value, sorted(names_of(kind)))]


def names_of(kind: type[Semantics] = Semantics) -> tuple[str, ...]:
    """Return the names of the semantics of a class, in the order in which they were registered.

    Examples
    --------
    >>> names_of()
    ('mean-field', 'pseudo-utm', 'annealed', 'quenched')
    """
    return tuple(semantics.name for semantics in SEMANTICS.values() if isinstance(semantics, kind))
