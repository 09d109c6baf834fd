"""``noisytm convert``: write a machine in another exchange format."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from noisytm import _progress
from noisytm.cli import _options as option
from noisytm.cli._arguments import write_text
from noisytm.cli._choices import OneOf
from noisytm.cli.verb import Verb


def _formats() -> dict[str, str]:
    from noisytm.formats import FORMATS

    return FORMATS.descriptions()


FormatName = Annotated[str, OneOf(_formats)]


def convert(
    source: option.Source,
    /,
    *,
    to: FormatName | None = None,
    from_: Annotated[FormatName | None, Parameter(name="--from")] = None,
    output: option.Output | None = None,
    rename: option.Flag = False,
    final: option.Final | None = None,
    symbols: option.Text | None = None,
) -> None:
    """Write a machine in another exchange format, or say why that would change it.

    Parameters
    ----------
    source
        A file, else the name of a library machine, else the text of machines; - reads standard input.
    to
        The format to write, where the ending of --output does not say it: {to}.
    from_
        The format of the source; by default what it looks like.
    output
        The file to write; by default standard output.
    rename
        Rename symbols and states that the format gives a meaning, or cannot have, keeping every order.
    symbols
        Symbols that wildcards of the source stand for, besides those that it mentions.
    """
    from noisytm.formats import renamed_for, write_each
    from noisytm.problem import each_machine

    wanted = _of_ending(output) if to is None else to
    machines = each_machine(source, from_, final=final, symbols=symbols)
    pieces = write_each((renamed_for(m, wanted) for m in machines) if rename else machines, wanted)
    if output is not None:
        write_text(output, "".join(_counted(pieces)))
        return
    for piece in _counted(pieces) if not sys.stdout.isatty() else pieces:
        sys.stdout.write(piece)


def _counted(pieces: Iterable[str]) -> Iterator[str]:
    with _progress.counted("machines", what="converting") as bar:
        for piece in pieces:
            yield piece
            bar.more()


def _of_ending(output: Path | None) -> str:
    """Return the one format whose files usually end as the name of the output does."""
    from noisytm.cli import UsageError
    from noisytm.formats import FORMATS

    if output is None:
        raise UsageError("give the format with --to, or a file with --output whose ending says it")
    name = output.name.lower()
    fitting = {
        form.name: max((len(e) for e in form.endings if name.endswith(e)), default=0) for form in FORMATS.values()
    }
    longest = max(fitting.values())  # .ft.json says more than .json
    found = [form for form, length in fitting.items() if length == longest > 0]
    if len(found) != 1:
        could = f"could be {' or '.join(found)}" if found else "is that of no format"
        raise UsageError(f"the ending {output.suffix!r} {could}; give the format with --to")
    return found[0]


VERB = Verb("convert", convert)
