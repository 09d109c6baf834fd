"""``noisytm encode``: the code of a machine as a description tape and as bits."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from noisytm.cli._arguments import Source
from noisytm.cli.verb import Verb


def encode(machine: Source, /, *, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Print the description tape of a machine, its bit string, and its length in tuples and in bits.

    Parameters
    ----------
    machine
        A path, else the name of a library machine, else machine text; - reads standard input.
    json
        Print a JSON object.
    """
    from json import dumps

    from noisytm.encoding import encode as encoding_of
    from noisytm.problem import load_machine

    encoding = encoding_of(load_machine(machine))
    print(dumps(encoding.to_json(), ensure_ascii=False, indent=2) if json else encoding)


VERB = Verb("encode", encode)
