"""What ``noisytm library --json`` prints: machines with their problems, one or all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from noisytm._records import Kind, provenance, result_form
from noisytm._schema import ANYTHING, STRING, Schema, either, entries, many, mapping, nullable
from noisytm._summary import Grid, Summary, count
from noisytm._timed import Timed, timed_form
from noisytm._version import __version__
from noisytm.library import Entry
from noisytm.machine import MACHINE, TuringMachine
from noisytm.show.machines import entry_json

_ENTRY: dict[str, Schema] = {
    "name": STRING,
    "description": STRING,
    "machine": MACHINE.schema(),
    "problem": nullable(mapping(ANYTHING)),
}
LIBRARY = Kind(
    "library",
    {1: timed_form(either(result_form(**_ENTRY), result_form(machines=many(entries(**_ENTRY)))))},
)


@dataclass(frozen=True)
class LibraryListing(Timed):
    """Machines of the library, with what they do and the problem files to start from.

    Attributes
    ----------
    entries : tuple of Entry
        The machines.
    alone : bool
        Whether one was asked for; its entries are then those of the record.
    version : str
        Version of noisytm.

    Examples
    --------
    >>> from noisytm import library
    >>> listing = LibraryListing((library.entry("bb2"),), alone=True)
    >>> listing.to_json()["problem"]["steps"]
    6
    """

    entries: tuple[Entry, ...]
    alone: bool = False
    version: str = field(default=__version__, compare=False, repr=False)
    kind: ClassVar[Kind] = LIBRARY

    def _summary(self) -> Summary:
        rows = ((x.name, x.description, "none" if x.problem is None else "yes") for x in self.entries)
        grid = Grid(("name", "what it does", "problem"), rows, len(self.entries))
        return Summary(f"{count(len(self.entries), 'machine')} of the library", {}, grid)

    def to_json(self) -> dict[str, Any]:
        """Return the listing as a JSON object: ``machines``, or what is said of the only one."""
        listed = [entry_json(entry) for entry in self.entries]
        key = self.entries[0].machine.key if self.alone else None
        body = listed[0] if self.alone else {"machines": listed}
        return self.kind.tagged(provenance(key, version=self.version), body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> LibraryListing:
        alone = "machine" in record
        listed = [record] if alone else record["machines"]
        return cls(tuple(map(_entry_of, listed)), alone, record["version"])


def _entry_of(record: dict[str, Any]) -> Entry:
    problem = record["problem"]
    asked = None if problem is None else {name: value for name, value in problem.items() if name != "machine"}
    return Entry(record["name"], TuringMachine.from_json(record["machine"]), record["description"], (), asked)
