"""Registries: the objects at a seam of the package by their names, in order; adding one is one line."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from noisytm._checks import one_of
from noisytm._text import did_you_mean, shown
from noisytm.errors import NoisytmError, ProblemError


class Named(Protocol):
    """What a registry holds: an object with a name and one line on what it is."""

    @property
    def name(self) -> str:
        """What users call it."""

    @property
    def description(self) -> str:
        """One line: what it is."""


Entry = TypeVar("Entry", bound=Named)


class Registry(Mapping[str, Entry]):
    """Objects of one kind by name, in the order in which they were registered.

    Parameters
    ----------
    what : str
        What they are, for messages.
    entries : iterable of objects with ``name`` and ``description``
        The first ones.
    room : str
        The package in which those of ``places`` are defined.
    places : iterable of str
        Further ones, a line for each: ``module.NAME``, relative to ``room``. They are imported when the registry is
        first looked into; what importing them means for the order of the rooms is checked as if it were written out.
    error : type
        The class of errors.
    unknown : str
        The message when there is no object of a name, with ``{what}``, ``{name}`` and ``{names}``; by default the one
        that all such arguments have.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> metals = Registry("metal", [SimpleNamespace(name="tin", description="soft")])
    >>> with metals.also(SimpleNamespace(name="iron", description="hard")):
    ...     list(metals), metals.named("iron").description
    (['tin', 'iron'], 'hard')
    >>> metals.named("iron")
    Traceback (most recent call last):
    noisytm.errors.ProblemError: metal is 'iron'; it must be one of tin
    """

    def __init__(
        self,
        what: str,
        entries: Iterable[Entry] = (),
        room: str = "",
        places: Iterable[str] = (),
        *,
        error: type[NoisytmError] = ProblemError,
        unknown: str = "",
    ) -> None:
        self.what, self.room, self.error, self.unknown = what, room, error, unknown
        self._places = tuple(places)
        self._known: dict[str, Entry] = {}
        for entry in entries:
            self._put(entry)

    @property
    def _entries(self) -> dict[str, Entry]:
        places, self._places = self._places, ()
        before = dict(self._known)
        try:
            for place in places:
                module, _, name = place.rpartition(".")
                self._put(getattr(importlib.import_module(f"{self.room}.{module}"), name))
        except BaseException:  # interrupted: the next call starts again
            self._known, self._places = before, places
            raise
        return self._known

    def _put(self, entry: Entry) -> None:
        for field in ("name", "description"):
            value = getattr(entry, field, None)
            if not isinstance(value, str) or not value or "\n" in value:
                raise self.error(f"the {field} of {self.what} {shown(entry)} is {shown(value)}; it must be one line")
        if entry.name in self._known:
            raise self.error(f"{self.what} {shown(entry.name)} is registered already; choose another name")
        self._known[entry.name] = entry

    def register(self, entry: Entry) -> Entry:
        """Add an object at the end and return it.

        Raises
        ------
        NoisytmError
            Of the registry's class, if there is one of this name, or it has no name and no description.
        """
        _ = self._entries
        self._put(entry)
        return entry

    @contextmanager
    def also(self, *entries: Entry) -> Iterator[None]:
        """Add objects for as long as a block runs."""
        before = dict(self._entries)
        try:
            for entry in entries:
                self.register(entry)
            yield
        finally:
            self._known = before

    def named(self, name: Any) -> Entry:
        """Return the object of a name.

        Raises
        ------
        NoisytmError
            Of the registry's class, if there is none; the message lists the names, and has the nearest.
        """
        if self.unknown and not (isinstance(name, str) and name in self._entries):
            said = self.unknown.format(what=self.what, name=shown(name), names=", ".join(self._entries))
            raise self.error(f"{said}{did_you_mean(name, self._entries)}")
        return self._entries[one_of(self.what, name, self._entries, self.error)]

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def descriptions(self) -> dict[str, str]:
        """Return the names, each with its line."""
        return {name: entry.description for name, entry in self._entries.items()}

    def __repr__(self) -> str:
        return f"<Registry of {self.what}: {', '.join(self._entries)}>"
