"""``noisytm convert``: write a machine in another exchange format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from noisytm.cli._arguments import OneOf, Source, write_text
from noisytm.cli.verb import Verb


def _formats() -> dict[str, str]:
    from noisytm.formats import FORMATS

    return FORMATS.descriptions()


FormatName = Annotated[str, OneOf(_formats)]


def convert(
    source: Source,
    /,
    *,
    to: FormatName,
    from_: Annotated[FormatName | None, Parameter(name="--from")] = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    rename: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write a machine in another exchange format, or say why that would change it.

    Parameters
    ----------
    source
        A path, else the name of a library machine, else machine text; - reads standard input.
    to
        The format to write: {to}.
    from_
        The format of the source; by default what it looks like.
    output
        The file to write; by default standard output.
    rename
        Rename symbols and states to the names that the format prescribes, keeping every order.
    """
    from noisytm.formats import renamed_for, write_all
    from noisytm.problem import load_machines

    machines = load_machines(source, from_)
    text = write_all([renamed_for(m, to) for m in machines] if rename else machines, to)
    if output is None:
        sys.stdout.write(text)
        return
    write_text(output, text)


VERB = Verb("convert", convert)
