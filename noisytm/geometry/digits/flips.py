"""Binary digits of the values of a distribution, some of them free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from noisytm._summary import line_of
from noisytm._text import shown, shown_name
from noisytm.codespace import CodeSpace
from noisytm.errors import MachineError

FREE = "*"


class BitCoordinate(NamedTuple):
    """One coordinate of the bits chart: at tuple (symbol, state), the probability that a digit of ``kind`` is flipped.

    ``bit`` 0 is the most significant digit.
    """

    symbol: str
    state: str
    kind: str
    bit: int

    def __repr__(self) -> str:
        return line_of(self)

    @property
    def place(self) -> tuple[str, str]:
        """The tuple: its key."""
        return self.symbol, self.state

    def to_json(self) -> dict[str, str | int]:
        """Return the coordinate as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        return f"({shown_name(self.symbol)}, {shown_name(self.state)}) has digit {self.bit} of its {self.kind} flipped"


class TupleBitCoordinate(NamedTuple):
    """One coordinate of the bits chart where keys err or are repeated: at tuple number ``tuple``, counted from 0.

    ``kind`` may also be ``read`` or ``in``.
    """

    tuple: int
    kind: str
    bit: int

    def __repr__(self) -> str:
        return line_of(self)

    @property
    def place(self) -> int:
        """The tuple: its number."""
        return self.tuple

    def to_json(self) -> dict[str, str | int]:
        """Return the coordinate as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        return f"tuple {self.tuple} has digit {self.bit} of its {self.kind} flipped"


AnyBit = BitCoordinate | TupleBitCoordinate


def digit_count(values: int) -> int:
    """Return ⌈log2 n⌉, the number of binary digits of one of n values."""
    return (values - 1).bit_length()


def patterns(digits: str) -> Iterator[tuple[int, frozenset[int]]]:
    """Yield every pattern of as many digits, with the set of the fixed digits that differ from it.

    Examples
    --------
    >>> [(p, sorted(flips)) for p, flips in patterns("1*")]
    [(0, [0]), (1, [0]), (2, []), (3, [])]
    """
    for p in range(1 << len(digits)):
        written = f"{p:0{len(digits)}b}" if digits else ""
        yield p, frozenset(i for i, (a, b) in enumerate(zip(digits, written, strict=True)) if a not in (FREE, b))


def decoded(digits: str, values: int) -> list[int]:
    """Return the values that the digits allow, that of zeros in place of the free ones first.

    Examples
    --------
    >>> decoded("*1", 3)  # 01, and 11 for 3 mod 3
    [1, 0]
    """
    return [p % values for p, flips in patterns(digits) if not flips]


def common_digits(numbers: Sequence[int], count: int) -> str:
    """Return the digits that numbers have in common, free where they differ.

    Examples
    --------
    >>> common_digits([4, 6], 3)
    '1*0'
    """
    written = [f"{x:0{count}b}" if count else "" for x in numbers]
    return "".join(column[0] if len(set(column)) == 1 else FREE for column in zip(*written, strict=True))


def minimal_sets(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Return the sets that contain no other one, small ones first.

    Examples
    --------
    >>> [sorted(x) for x in minimal_sets([frozenset({0, 1}), frozenset({2}), frozenset({1, 2})])]
    [[2], [0, 1]]
    """
    kept: list[frozenset[int]] = []
    for candidate in sorted(sets, key=len):
        if not any(known <= candidate for known in kept):
            kept.append(candidate)
    return kept


def checked_rows(space: CodeSpace, digits: Any) -> tuple[tuple[str, ...], ...]:
    """Return the digits of a code as tuples, checked to have a row for each listed tuple and the right lengths."""
    lists, kinds = (list, tuple), [kind for kind, _, _ in space.blocks]
    if not isinstance(digits, lists) or not all(isinstance(row, lists) for row in digits):
        raise MachineError(
            f"digits are {shown(digits)}; they must be a list with {_NUMBER[len(kinds)]} strings for each listed tuple"
        )
    rows = [tuple(row) for row in digits]
    if len(rows) != space.tuples or any(len(row) != len(kinds) for row in rows):
        named = f"{', '.join(kinds[:-1])} and {kinds[-1]}"
        raise MachineError(f"digits need {space.tuples} rows, one a listed tuple, of {named}")
    for i, row in enumerate(rows):
        for text, (kind, _, values) in zip(row, space.blocks, strict=True):
            count = digit_count(len(values))
            if not isinstance(text, str) or len(text) != count or not set(text) <= {"0", "1", FREE}:
                of = f"tuple {i}" if space.by_number else shown(space.keys[i])
                raise MachineError(
                    f"digits {shown(text)} for the {kind} of {of} must be {count} of the characters 0, 1 and *"
                )
    return tuple(rows)


_NUMBER = {3: "three", 5: "five"}
