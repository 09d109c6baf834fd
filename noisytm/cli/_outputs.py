"""``noisytm beaver --outputs``: what is printed and written of an output distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noisytm._json import dumps
from noisytm._text import shown
from noisytm.cli import UsageError
from noisytm.cli._arguments import require_place, write_text

if TYPE_CHECKING:
    from noisytm.enumeration.outputs import OutputDistribution
    from noisytm.errors import MachineError


@dataclass
class OutputsReport:
    """What is asked of an output distribution, and the report of it.

    Attributes
    ----------
    word, block_length, block_overlap
        Of which word the complexity is asked, and in what blocks.
    output : path, optional
        The file that takes the table.
    json : bool
        Whether the report is a record.
    trouble : MachineError, optional
        Why there is no estimate by blocks, once that is known.
    """

    symbols: int
    word: str | None
    block_length: int | None
    block_overlap: int | None
    output: Path | None
    json: bool
    trouble: MachineError | None = None

    def __post_init__(self) -> None:
        from noisytm.enumeration.outputs import output_word

        if self.word is None and self.block_length is not None:
            raise UsageError("--block-length cuts the word of --word into blocks; add --word")
        if self.block_overlap is not None and self.block_length is None:
            raise UsageError("--block-overlap is of blocks of a length; add --block-length")
        length, overlap = self.block_length, self.block_overlap
        if length is not None and overlap is not None and overlap >= length:
            raise UsageError(
                f"--block-overlap is {overlap} and --block-length {length}; neighbours must share less than a block"
            )
        if self.output is not None and self.output.suffix.lower() != ".csv":
            raise UsageError(f"the ending {shown(self.output.suffix)} of --output is not .csv, the form of the table")
        if self.output is not None:
            require_place(self.output)
        if self.word is not None:
            output_word(self.word, self.symbols)

    def text(self, found: OutputDistribution) -> str:
        """Write the table to its file, and return what is printed."""
        from noisytm.show import describe_outputs, outputs_csv

        if self.output is not None:
            write_text(self.output, outputs_csv(found))
        about = None if self.word is None else self._about(found, self.word)
        return dumps(found.to_json() | dict(about or {})) if self.json else describe_outputs(found, about)

    def _about(self, found: OutputDistribution, word: str) -> Mapping[str, Any]:
        from noisytm.errors import MachineError

        try:
            return found.about(word, self.block_length, self.block_overlap or 0)
        except MachineError as error:  # of a block that no run leaves; all else is known
            self.trouble = error
            return found.about(word, blocks=False)


def refuse_without_outputs(given: Mapping[str, object]) -> None:
    """Refuse options of an output distribution where none is asked for."""
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"{name} is about output distributions; add --outputs")


def refuse_with_outputs(root: str, complete: bool, list: str | None) -> None:
    """Refuse options that change the tree, or ask for something else."""
    from noisytm.enumeration import ROOTS

    if root != ROOTS[0] or complete:
        raise UsageError("--outputs counts all machines; leave out --root and --complete")
    if list is not None:
        raise UsageError("--list prints machines, --outputs what they leave; give one of them")
