"""What is enumerated: the options, checked once, and their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from noisytm._checks import flag, one_of, several_of, whole
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.enumeration.recognisers import RECOGNISERS, all_settings, classes
from noisytm.errors import BudgetError, MachineError

ROOTS = ("full", "1RB")
MAX_TABLE_CELLS = 12
MAX_SYMBOLS = 10
MAX_STEPS = 10**12
# The head may get this far from where it began; beyond, a machine is a holdout.
MAX_REACH = 1 << 20
# Changes whenever the same options would be worked through in another order or give other numbers.
SCHEME = 3


@dataclass(frozen=True, init=False)
class EnumerationOptions(Described):
    """The options of `enumerate_machines` that its counts depend on; see there.

    Those of the recognisers are attributes too.

    Examples
    --------
    >>> EnumerationOptions(3, 2, words=[(2, 3)]).words
    ((2, 3),)
    """

    states: int
    symbols: int
    root: str
    max_steps: int
    complete: bool
    ordered_symbols: bool
    early_steps: int
    recognisers: tuple[str, ...]
    own: tuple[tuple[str, Any], ...]
    classes: tuple[str, ...]

    def __init__(
        self,
        states: int,
        symbols: int,
        root: str = "full",
        max_steps: int = 200,
        complete: bool = False,
        ordered_symbols: bool = True,
        recognisers: Iterable[str] | None = None,
        early_steps: int = 200,
        **settings: Any,
    ) -> None:
        self._set("states", whole("states", states, 1, error=MachineError))
        self._set("symbols", whole("symbols", symbols, 2, error=MachineError))
        # the root 1RB halts at step 2
        self._set("max_steps", whole("max_steps", max_steps, 2, MAX_STEPS, MachineError))
        self._set("early_steps", whole("early_steps", early_steps, 2, MAX_STEPS, MachineError))
        if self.cells > MAX_TABLE_CELLS or self.symbols > MAX_SYMBOLS:
            raise BudgetError(
                f"{shown(self.states)} states and {shown(self.symbols)} symbols make tables of"
                f" {shown(self.cells)} cells, too many machines to go through;"
                f" states × symbols must be at most {MAX_TABLE_CELLS}, symbols at"
                f" most {MAX_SYMBOLS}"
            )
        self._set("root", one_of("root", root, ROOTS, MachineError))
        if self.root == "1RB" and self.states < 2:
            raise MachineError("root '1RB' goes to state B, and there is 1 state; use root 'full' or 2 states")
        self._set("complete", flag("complete", complete))
        self._set("ordered_symbols", flag("ordered_symbols", ordered_symbols))
        known = tuple(RECOGNISERS)
        chosen = known if recognisers is None else several_of("recogniser", recognisers, known, MachineError)
        self._set("recognisers", tuple(name for name in known if name in chosen))
        self._set("own", self._checked(settings))
        self._set("classes", classes())

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _checked(self, given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Return the options of the recognisers, and refuse others as a call with a wrong keyword is."""
        known = all_settings()
        if unknown := [name for name in given if name not in known]:
            raise TypeError(f"there is no option {unknown[0]!r}; those of the recognisers are {', '.join(known)}")
        return tuple(
            (name, setting.checked(given.get(name, setting.default), self.symbols)) for name, setting in known.items()
        )

    def __getattr__(self, name: str) -> Any:
        for key, value in self.__dict__.get("own", ()):
            if key == name:
                return value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def settings(self) -> dict[str, Any]:
        """The options of the recognisers by name."""
        return dict(self.own)

    @property
    def cells(self) -> int:
        """Number of cells of a table."""
        return self.states * self.symbols

    @property
    def entries(self) -> int:
        """Number of entries that a cell of a complete table can have, halting ones included."""
        return 2 * self.symbols * (self.states + 1)

    @property
    def key(self) -> str:
        """SHA-256 of the options, as 64 hexadecimal digits."""
        # the numbers of the classes are those of the counts in a file
        record = {"scheme": SCHEME, "classes": self.classes} | self.to_json()
        text = json.dumps(record, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the options as a JSON object."""
        plain = [field.name for field in fields(self) if field.name not in ("own", "classes")]
        return {name: _lists(value) for name, value in ({n: getattr(self, n) for n in plain} | self.settings).items()}


def _lists(value: Any) -> Any:
    return [_lists(item) for item in value] if isinstance(value, tuple) else value
