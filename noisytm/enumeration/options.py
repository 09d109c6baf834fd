"""What is enumerated: the options, checked once, and their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from noisytm._checks import flag, integer, one_of, several_of, whole
from noisytm._text import shown
from noisytm.errors import BudgetError, MachineError

ROOTS = ("full", "1RB")
# The last two look at what the first three, which work while a machine runs, leave over.
RECOGNISERS = ("closed", "cycles", "translated", "ngrams", "words")
CLASSES = ("halted", *RECOGNISERS, "holdout")
# Rungs of the last two recognisers, cheap ones first, and the most contexts of a closure. They are the fewest, of those
# that were tried, that decide all machines with 4 states and 2 symbols, and some more for greater ones.
NGRAMS = ((1, 0), (2, 0), (3, 0), (2, 2), (3, 4), (4, 4))
WORDS = ((2, 3), (3, 2), (4, 2), (6, 2))
MAX_CONTEXTS = 2048
# What the kernels have room for in a word of the computer.
MAX_NGRAM, MAX_HISTORY, MAX_WORD_BITS, MAX_COUNT = 6, 15, 24, 7
MAX_CONTEXTS_LIMIT = 1 << 20
MAX_TABLE_CELLS = 12
MAX_SYMBOLS = 10
MAX_STEPS = 10**12
# The head may get this far from where it began; beyond, a machine is a holdout.
MAX_REACH = 1 << 20
# Changes whenever the same options would be worked through in another order or give other numbers.
SCHEME = 2


@dataclass(frozen=True)
class EnumerationOptions:
    """The options of `enumerate_machines` that its counts depend on; see there."""

    states: int
    symbols: int
    root: str = "full"
    max_steps: int = 200
    complete: bool = False
    ordered_symbols: bool = True
    recognisers: tuple[str, ...] = RECOGNISERS
    ngrams: tuple[tuple[int, int], ...] = NGRAMS
    words: tuple[tuple[int, int], ...] = WORDS
    max_contexts: int = MAX_CONTEXTS

    def __post_init__(self) -> None:
        self._set("states", whole("states", self.states, 1, error=MachineError))
        self._set("symbols", whole("symbols", self.symbols, 2, error=MachineError))
        # the root 1RB halts at step 2
        self._set("max_steps", whole("max_steps", self.max_steps, 2, MAX_STEPS, MachineError))
        if self.states * self.symbols > MAX_TABLE_CELLS or self.symbols > MAX_SYMBOLS:
            raise BudgetError(
                f"{shown(self.states)} states and {shown(self.symbols)} symbols make tables of"
                f" {shown(self.states * self.symbols)} cells, too many machines to go through;"
                f" states × symbols must be at most {MAX_TABLE_CELLS}, symbols at"
                f" most {MAX_SYMBOLS}"
            )
        one_of("root", self.root, ROOTS, MachineError)
        if self.root == "1RB" and self.states < 2:
            raise MachineError("root '1RB' goes to state B, and there is 1 state; use root 'full' or 2 states")
        for name in ("complete", "ordered_symbols"):
            self._set(name, flag(name, getattr(self, name)))
        chosen = several_of("recognisers", self.recognisers, RECOGNISERS, MachineError)
        self._set("recognisers", tuple(name for name in RECOGNISERS if name in chosen))
        self._set("max_contexts", whole("max_contexts", self.max_contexts, 1, MAX_CONTEXTS_LIMIT, MachineError))
        symbol_bits = (self.symbols - 1).bit_length()
        word = (1, MAX_WORD_BITS // symbol_bits)
        self._set("ngrams", _checked_rungs("ngrams", self.ngrams, (1, MAX_NGRAM), (0, MAX_HISTORY)))
        self._set("words", _checked_rungs("words", self.words, word, (1, MAX_COUNT)))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def cells(self) -> int:
        """Number of cells of a table."""
        return self.states * self.symbols

    @property
    def key(self) -> str:
        """SHA-256 of the options, as 64 hexadecimal digits."""
        text = json.dumps({"scheme": SCHEME} | self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the options as a JSON object."""
        lists = {"ngrams": [list(rung) for rung in self.ngrams], "words": [list(rung) for rung in self.words]}
        return asdict(self) | {"recognisers": list(self.recognisers)} | lists


def _checked_rungs(name: str, rungs: Any, *bounds: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Return rungs as tuples of two integers within their bounds."""
    found: list[Any] = list(rungs) if isinstance(rungs, Iterable) else [rungs]
    for rung in found:
        pair = isinstance(rung, (tuple, list)) and len(rung) == len(bounds)
        numbers = [integer(x) for x in rung] if pair else []
        if not (pair and all(x is not None and a <= x <= b for x, (a, b) in zip(numbers, bounds, strict=True))):
            ranges = " and ".join(f"from {a} to {b}" for a, b in bounds)
            raise MachineError(f"{name} has {shown(rung)}; each of its rungs must be two integers, {ranges}")
    return tuple((int(x), int(y)) for x, y in found)
