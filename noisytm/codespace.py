"""Code space: the product of simplices in which the codes of machines are vertices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from noisytm import _memory
from noisytm._checks import (
    checked_names,
    instance,
    listed,
    one_of,
    positive_float,
    real_array,
    require_member,
    seed_of,
    whole,
)
from noisytm._summary import Described, Summary, count, line_of
from noisytm._text import shown, shown_name
from noisytm.errors import MachineError
from noisytm.machine import MOVES, Description, TransitionTuple, Word, checked_word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KINDS = ("write", "next", "move")
KEY_KINDS = ("read", "in")
KEYS = ("exact", "noisy")
MASS_TOLERANCE = 1e-9


class Coordinate(NamedTuple):
    """One error coordinate: at tuple (symbol, state), the probability that ``kind`` takes the value ``wrong``."""

    symbol: str
    state: str
    kind: str
    wrong: str

    def __repr__(self) -> str:
        return line_of(self)

    @property
    def place(self) -> tuple[str, str]:
        """The tuple: its key."""
        return self.symbol, self.state

    def to_json(self) -> dict[str, str]:
        """Return the coordinate as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        verb = {"write": "writes", "next": "goes to", "move": "moves"}[self.kind]
        return f"({shown_name(self.symbol)}, {shown_name(self.state)}) {verb} {shown_name(self.wrong)}"


class TupleCoordinate(NamedTuple):
    """One error coordinate where keys err or are repeated: at tuple number ``tuple``, counted from 0."""

    tuple: int
    kind: str
    wrong: str

    def __repr__(self) -> str:
        return line_of(self)

    @property
    def place(self) -> int:
        """The tuple: its number."""
        return self.tuple

    def to_json(self) -> dict[str, Any]:
        """Return the coordinate as a JSON object."""
        return dict(self._asdict())

    def __str__(self) -> str:
        verbs = {"read": "reads", "in": "is in", "write": "writes", "next": "goes to", "move": "moves"}
        return f"tuple {self.tuple} {verbs[self.kind]} {shown_name(self.wrong)}"


@dataclass(frozen=True)
class CodeSpace(Described):
    """The noisy codes that share an alphabet, states, and listed tuples, in a fixed order.

    A point ``w`` is an array of shape (N, S + |Q| + 3): for each listed tuple the distributions of the
    written symbol, the next state and the move (L, S, R), side by side. The dimension is N·(S + |Q|).
    A key may be listed again: the later tuple wins. Where keys err as well the space is a `NoisyKeySpace`.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> space = CodeSpace.of(library.machine("detectA"))
    >>> space.dimension, space.shape
    (30, (6, 8))
    """

    symbols: tuple[str, ...]
    blank: str
    states: tuple[str, ...]
    start: str
    keys: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        symbols, states = checked_names("symbol", self.symbols), checked_names("state", self.states)
        require_member("blank", self.blank, "symbols", symbols)
        require_member("start state", self.start, "states", states)
        keys, known = listed("keys", self.keys), (set(symbols), set(states))
        for key in keys:
            pair = isinstance(key, tuple) and len(key) == 2 and all(isinstance(x, str) for x in key)
            if not pair or key[0] not in known[0] or key[1] not in known[1]:
                raise MachineError(f"key {shown(key)} is not a declared (symbol, state)")
        for name, value in (
            ("symbols", symbols),
            ("blank", str(self.blank)),
            ("states", states),
            ("start", str(self.start)),
            ("keys", keys),
        ):
            object.__setattr__(self, name, value)

    def _summary(self) -> Summary:
        parts = count(len(self.symbols), "symbol"), count(len(self.states), "state"), count(self.tuples, "tuple")
        return Summary(f"{', '.join(parts)}; dimension {self.dimension:,}", result=False)

    @classmethod
    def of(cls, machine: Description, keys: str = "exact") -> CodeSpace:
        """Return the code space that ``machine`` is a vertex of.

        Parameters
        ----------
        machine : TuringMachine or Description
            The machine, or the list of tuples.
        keys : {"exact", "noisy"}
            Whether the keys of the listed tuples err as well; then the space is a `NoisyKeySpace`.
        """
        instance("machine", machine, Description)
        alphabets = machine.symbols, machine.blank, machine.states, machine.start
        if one_of("keys", keys, KEYS) == "noisy":
            return NoisyKeySpace(*alphabets, (), len(machine.tuples), machine.halting)
        return CodeSpace(*alphabets, machine.keys)

    @property
    def noisy_keys(self) -> bool:
        """Whether the keys of the listed tuples err as well."""
        return False

    @property
    def tuples(self) -> int:
        """Number N of listed tuples."""
        return len(self.keys)

    @cached_property
    def by_number(self) -> bool:
        """Whether tuples are told apart by their number, since their keys err or are repeated."""
        return len(set(self.keys)) < len(self.keys)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (N, S + |Q| + 3) of a noisy code."""
        _, start, values = self.blocks[-1]
        return self.tuples, start + len(values)

    @property
    def dimension(self) -> int:
        """Number d of error coordinates: N·(S + |Q|)."""
        return self.tuples * sum(len(values) - 1 for _, _, values in self.blocks)

    @property
    def blocks(self) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """For each kind of entry: its name, the column it begins at, and its values in order."""
        s, q = len(self.symbols), len(self.states)
        return (("write", 0, self.symbols), ("next", s, self.states), ("move", s + q, MOVES))

    @cached_property
    def key_indices(self) -> tuple[tuple[int, int], ...]:
        """The (symbol, state) pairs of the listed tuples as indices."""
        symbol = {x: i for i, x in enumerate(self.symbols)}
        state = {x: i for i, x in enumerate(self.states)}
        return tuple((symbol[s], state[q]) for s, q in self.keys)

    def word(self, word: str | Sequence[str]) -> Word:
        """Return ``word`` as a checked tuple of symbols."""
        return checked_word(word, self.symbols)

    def require(self, machine: Description) -> None:
        """Raise `MachineError` unless ``machine`` is a vertex of this space (undefined cells aside)."""
        instance("machine", machine, Description)
        self._require_same(machine, ("symbols", "blank", "states", "start", "keys"))

    def _require_same(self, machine: Description, parts: Sequence[str]) -> None:
        for what in parts:
            mine, its = getattr(self, what), getattr(machine, what)
            if mine != its:
                raise MachineError(
                    f"the machine's {what} {shown(its)} differ from the code space's {shown(mine)};"
                    " order counts; build the problem from this machine"
                )

    def _values_of(self, t: TransitionTuple) -> tuple[str, ...]:
        """Return the values of a tuple that the `blocks` hold distributions of, in their order."""
        return t[2:]

    def right_entries(self, machine: Description) -> NDArray[np.int64]:
        """Return, shape (N, 3), the columns of the right write, next and move entries of each tuple."""
        import numpy as np

        self.require(machine)
        columns = [
            [
                start + values.index(value)
                for (_, start, values), value in zip(self.blocks, self._values_of(t), strict=True)
            ]
            for t in machine.tuples
        ]
        return np.array(columns, dtype=np.int64).reshape(-1, len(self.blocks))

    def embed(self, machine: Description) -> NDArray[np.float64]:
        """Return the vertex of ``machine``: float64 of shape (N, S + |Q| + 3), entries 0 and 1.

        Raises
        ------
        MachineError
            If the machine belongs to another code space.
        """
        import numpy as np

        w = np.zeros(self.shape)
        w[np.arange(len(w))[:, np.newaxis], self.right_entries(machine)] = 1.0
        return w

    def coordinates(self, machine: Description) -> tuple[Coordinate | TupleCoordinate, ...]:
        """Return the d error coordinates at ``machine``: by tuple, then write, next, move, then value."""
        self.require(machine)
        return tuple(
            TupleCoordinate(i, kind, value) if self.by_number else Coordinate(t.read, t.state, kind, value)
            for i, t in enumerate(machine.tuples)
            for (kind, _, values), right in zip(self.blocks, self._values_of(t), strict=True)
            for value in values
            if value != right
        )

    def coordinate_columns(self, machine: Description) -> NDArray[np.int64]:
        """Return, shape (d,), the flat index into a code of each error coordinate, in their order."""
        import numpy as np

        wrong = np.ones(self.shape, dtype=bool)
        wrong[np.arange(len(wrong))[:, np.newaxis], self.right_entries(machine)] = False
        return np.flatnonzero(wrong)

    def sample(self, n: int, concentration: float = 1.0, seed: int = 0) -> NDArray[np.float64]:
        """Draw ``n`` noisy codes, each distribution from a symmetric Dirichlet.

        Parameters
        ----------
        n : int
            Number of codes.
        concentration : float
            Dirichlet concentration, > 0; 1 is uniform on the simplices.
        seed : int
            Seed of the generator.

        Returns
        -------
        ndarray of float64, shape (n, N, S + |Q| + 3)

        Raises
        ------
        MachineError
            If an argument breaks a rule above.
        BudgetError
            If there is too little memory for so many codes.

        Examples
        --------
        >>> from noisytm import CodeSpace, library
        >>> CodeSpace.of(library.machine("detectA")).sample(4, seed=1).shape
        (4, 6, 8)
        """
        import numpy as np

        count = whole("n", n, 0, error=MachineError)
        alpha = positive_float("concentration", concentration, MachineError)
        rng = np.random.default_rng(seed_of(seed, MachineError))
        rows, columns = self.shape
        # the parts, and the whole that they are put together to
        _memory.require(16 * count * rows * columns, f"{shown(count)} codes", "draw fewer at a time")
        parts = [rng.dirichlet([alpha] * len(v), size=(count, rows)) for _, _, v in self.blocks]
        return np.concatenate(parts, axis=2)

    def checked(self, w: Any) -> NDArray[np.float64]:
        """Return codes as a float64 array of shape (n, N, S + |Q| + 3), every distribution checked.

        Raises
        ------
        MachineError
            If the shape is another, an entry is negative or not finite, or a distribution does not sum to 1
            within 1e-9, or within what rounding does to numbers of fewer digits, such as float32.
        """
        import numpy as np

        given = real_array("codes", w, str(self.shape))
        tolerance = max(MASS_TOLERANCE, float(np.finfo(given.dtype).eps) * self.shape[1])
        w = given.astype(np.float64, copy=False)
        if w.ndim not in (2, 3) or w.shape[-2:] != self.shape:
            raise MachineError(
                f"codes have shape {w.shape}; this code space needs {self.shape}, or (n, *{self.shape}) for a batch"
            )
        batch: NDArray[np.float64] = w if w.ndim == 3 else w[None]
        if not np.all(batch >= 0):
            raise MachineError("a code has an entry that is negative or not a number; entries are probabilities")
        for kind, start, values in self.blocks:
            mass = batch[:, :, start : start + len(values)].sum(axis=2)
            worst = float(np.abs(mass - 1.0).max(initial=0.0))
            if not worst <= tolerance:
                raise MachineError(
                    f"a {kind} distribution sums to 1 ± {worst:.3g}; each must sum to 1 within {tolerance:.3g}"
                )
        return batch


@dataclass(frozen=True)
class NoisyKeySpace(CodeSpace):
    """The noisy lists of N tuples whose keys err as well: any key can become any other, so none is fixed.

    A point ``w`` has for each tuple five distributions side by side: of the symbol it reads and the state it is in, its
    key, then of the written symbol, the next state and the move. Halting states have no keys: with h of them its shape
    is (N, 2S + 2|Q| − h + 3), and the dimension N·(2S + 2|Q| − 2 − h).

    ``keys`` is empty, ``length`` is N.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> space = CodeSpace.of(library.machine("detectA"), keys="noisy")
    >>> space.dimension, space.shape
    (48, (6, 13))
    """

    length: int = 0
    halting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.keys:
            raise MachineError(f"keys are {shown(self.keys)}; where they err none is fixed: give length alone")
        object.__setattr__(self, "length", whole("length", self.length, 0, error=MachineError))
        ending = listed("halting states", self.halting)
        for state in ending:
            require_member("halting state", state, "states", self.states)
        object.__setattr__(self, "halting", tuple(q for q in self.states if q in ending))

    @property
    def noisy_keys(self) -> bool:
        """Whether the keys of the listed tuples err as well: they do."""
        return True

    @property
    def tuples(self) -> int:
        """Number N of listed tuples."""
        return self.length

    @property
    def by_number(self) -> bool:
        """Whether tuples are told apart by their number: they are."""
        return True

    @property
    def named_states(self) -> tuple[int, ...]:
        """The states that a key can name, as indices."""
        return tuple(i for i, q in enumerate(self.states) if q not in self.halting)

    @property
    def blocks(self) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """For each kind of entry: its name, the column it begins at, and its values in order."""
        s, named = len(self.symbols), tuple(self.states[i] for i in self.named_states)
        key = ("read", 0, self.symbols), ("in", s, named)
        return (*key, *((kind, s + len(named) + start, values) for kind, start, values in super().blocks))

    def _values_of(self, t: TransitionTuple) -> tuple[str, ...]:
        """Return the values of a tuple that the `blocks` hold distributions of, in their order."""
        return tuple(t)

    def require(self, machine: Description) -> None:
        """Raise `MachineError` unless ``machine`` is a list of N tuples over these symbols and states."""
        instance("machine", machine, Description)
        self._require_same(machine, ("symbols", "blank", "states", "start", "halting"))
        if len(machine.tuples) != self.length:
            raise MachineError(
                f"the list has {len(machine.tuples)} tuples; the code space has lists of {self.length};"
                " build the problem from this list"
            )
