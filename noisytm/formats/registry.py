"""The exchange formats there are: to add one, write a module with a `Format`, and a line here."""

from __future__ import annotations

from noisytm._registry import Registry
from noisytm.errors import FormatError
from noisytm.formats.protocol import Format

FORMATS: Registry[Format] = Registry(
    "format",
    room=__package__,
    places=(
        "bbchallenge.BBCHALLENGE",
        "turingmachine_io.FORMAT",
        "jflap.JFLAP",
        "programs.MORPHETT",
        "records.PROJECT_JSON",
    ),
    error=FormatError,
    unknown="format {name} is unknown; use one of {names}",
)


def formats() -> tuple[str, ...]:
    """Return the names of the exchange formats.

    Examples
    --------
    >>> formats()
    ('bbchallenge', 'turingmachine.io', 'jflap', 'morphett', 'json')
    """
    return tuple(FORMATS)
