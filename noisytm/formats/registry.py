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
        "programs.TURINGMACHINESIMULATOR",
        "programs.MORPHETT_SECTIONS",
        "programs.TURSI",
        "tables.MARKDOWN",
        "tables.CSV",
        "records.FT_TURING",
        "records.AUTOMATA_LIB",
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
    >>> formats()  # doctest: +NORMALIZE_WHITESPACE
    ('bbchallenge', 'turingmachine.io', 'turingmachinesimulator.com', 'morphett_sections', 'tursi', 'markdown', 'csv',
     'ft_turing', 'automata_lib', 'jflap', 'morphett', 'json')
    """
    return tuple(FORMATS)
