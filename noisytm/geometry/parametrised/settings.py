"""What the name of a parametrisation says after its colon: a value for all coordinates, or for some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from noisytm._summary import Described
from noisytm._text import did_you_mean, shown
from noisytm.codespace import KINDS, CodeSpace
from noisytm.errors import ProblemError

Value = TypeVar("Value")
Group = tuple[str, ...]  # (kind,), or (symbol, state, kind)
FORMS = "write, next or move, or symbol:state:kind"


@dataclass(frozen=True)
class Settings(Described, Generic[Value]):
    """A value for each coordinate, by the distribution that it belongs to; the more specific group wins.

    Attributes
    ----------
    usual : object
        The value where no group says otherwise.
    groups : tuple of (group, value)
        A group is ``(kind,)`` or ``(symbol, state, kind)``, with kind ``write``, ``next`` or ``move``.

    Examples
    --------
    >>> settings = read_settings("product", "2,next=3", int, 1)
    >>> settings.of("A", "go", "next"), settings.of("A", "go", "move"), settings.text(str)
    (3, 2, '2,next=3')
    """

    usual: Value
    groups: tuple[tuple[Group, Value], ...] = ()

    def of(self, symbol: str, state: str, kind: str) -> Value:
        """Return the value of the coordinates of one distribution."""
        known = dict(self.groups)
        return known.get((symbol, state, kind), known.get((kind,), self.usual))

    @property
    def of_tuples(self) -> bool:
        """Whether single tuples are told apart."""
        return any(len(group) > 1 for group, _ in self.groups)

    def require_within(self, space: CodeSpace, name: str) -> None:
        """Raise `ProblemError` if a group names a tuple that a code space does not list."""
        for group, _ in self.groups:
            if len(group) > 1 and group[:2] not in space.keys:
                near = did_you_mean(":".join(group[:2]), [":".join(key) for key in space.keys])
                raise ProblemError(
                    f"chart {name} names {shown(':'.join(group[:2]))}; the machine lists no such tuple{near}"
                )

    def text(self, written: Callable[[Value], str]) -> str:
        """Return what `read_settings` reads, the same for settings that say the same in another order."""
        return ",".join([written(self.usual), *(f"{':'.join(group)}={written(value)}" for group, value in self.groups)])


def read_settings(name: str, text: str, read: Callable[[str], Value], usual: Value) -> Settings[Value]:
    """Read ``VALUE``, ``group=VALUE,…`` or ``VALUE,group=VALUE,…``.

    Parameters
    ----------
    name : str
        The parametrisation, for messages.
    text : str
        What its name says after the colon.
    read : callable
        Reads a value; raises `ProblemError` if it is none.
    usual : object
        The value where nothing is said.

    Raises
    ------
    ProblemError
        If a part is none of these, or there are two of one group.
    """
    groups: dict[Group, Value] = {}
    plain: list[Value] = []
    for part in text.split(","):
        left, equals, value = part.rpartition("=")
        if equals:
            add_group(groups, left, read(value.strip()), name)
        else:
            plain.append(read(part.strip()))
    if len(plain) > 1:
        raise ProblemError(f"chart {shown(f'{name}:{text}')} has {len(plain)} values for all coordinates; give one")
    return Settings(plain[0] if plain else usual, in_order(groups.items()))


def add_group(groups: dict[Group, Any], written: str, value: Any, name: str) -> None:
    """Add a group to those read so far; `ProblemError` if it is none, or there already."""
    group = tuple(x.strip() for x in written.strip().split(":"))
    if len(group) not in (1, 3) or group[-1] not in KINDS:
        near = did_you_mean(group[-1], KINDS)
        raise ProblemError(f"chart {name} names {shown(written.strip())}; a group is {FORMS}{near}")
    if group in groups:
        raise ProblemError(f"chart {name} gives {written.strip()} twice; give it once")
    groups[group] = value


def in_order(groups: Iterable[tuple[Group, Value]]) -> tuple[tuple[Group, Value], ...]:
    """Return groups in the order of the kinds, those of single tuples last."""
    return tuple(sorted(groups, key=lambda x: (len(x[0]), *x[0][:-1], KINDS.index(x[0][-1]))))
