"""``noisytm encode``: the code of a machine as a description tape and as bits."""

from __future__ import annotations

from noisytm.cli import _options as option
from noisytm.cli.verb import Verb


def encode(machine: option.Machine, /, *, final: option.Final | None = None, json: option.Json = False) -> None:
    """Print the description tape of a machine, its bit string, and its length in tuples and in bits."""
    from json import dumps

    from noisytm.encoding import encode as encoding_of
    from noisytm.problem import load_machine

    encoding = encoding_of(load_machine(machine, final=final))
    print(dumps(encoding.to_json(), ensure_ascii=False, indent=2) if json else encoding)


VERB = Verb("encode", encode)
