"""What the name of a parametrisation says after its colon: a value for all coordinates, or for some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from noisytm._summary import Described
from noisytm._text import did_you_mean, shown
from noisytm.codespace import KEY_KINDS, KINDS, CodeSpace, Coordinate
from noisytm.errors import ProblemError
from noisytm.geometry.parametrised.naming import require_group

Value = TypeVar("Value")
Group = tuple[str, ...]  # (kind,), (number of a tuple, kind), or (symbol, state, kind)
FORMS = "write, next or move (read or in too, where keys err), or symbol:state:kind (of a list number:kind)"
ANY_KINDS = KEY_KINDS + KINDS


@dataclass(frozen=True)
class Settings(Described, Generic[Value]):
    """A value for each coordinate, by the distribution that it belongs to; the more specific group wins.

    Attributes
    ----------
    usual : object
        The value where no group says otherwise.
    groups : tuple of (group, value)
        A group is ``(kind,)`` or ``(symbol, state, kind)``, with kind ``write``, ``next`` or ``move``; where keys
        err or are repeated ``(number, kind)``, the kind also ``read`` or ``in``.

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

    def at(self, entry: Any) -> Value:
        """Return the value of one coordinate, of a tuple known by its key or by its number."""
        if isinstance(entry, Coordinate):
            return self.of(*entry[:3])
        known = dict(self.groups)
        return known.get((str(entry.tuple), entry.kind), known.get((entry.kind,), self.usual))

    @property
    def of_tuples(self) -> bool:
        """Whether single tuples are told apart."""
        return any(len(group) > 1 for group, _ in self.groups)

    @property
    def of_keys(self) -> bool:
        """Whether the entries of keys that err are named."""
        return any(group[-1] in KEY_KINDS for group, _ in self.groups)

    def require_within(self, space: CodeSpace, name: str) -> None:
        """Raise `ProblemError` if a group names a tuple that a code space does not list."""
        for group, _ in self.groups:
            require_group((int(group[0]), group[1]) if len(group) == 2 else group, space, f"chart {name}")

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
    numbered = len(group) == 2 and group[0].isdecimal()
    if numbered:
        group = str(int(group[0])), group[1]
    if not (numbered or len(group) in (1, 3)) or group[-1] not in (KINDS if len(group) == 3 else ANY_KINDS):
        near = did_you_mean(group[-1], KINDS)
        raise ProblemError(f"chart {name} names {shown(written.strip())}; a group is {FORMS}{near}")
    if group in groups:
        raise ProblemError(f"chart {name} gives {written.strip()} twice; give it once")
    groups[group] = value


def in_order(groups: Iterable[tuple[Group, Value]]) -> tuple[tuple[Group, Value], ...]:
    """Return groups in the order of the kinds, those of single tuples last."""

    def place(group: Group) -> tuple[Any, ...]:
        named = (int(group[0]),) if len(group) == 2 else group[:-1]
        return len(group), *named, ANY_KINDS.index(group[-1])

    return tuple(sorted(groups, key=lambda x: place(x[0])))
