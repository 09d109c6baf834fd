"""Pictures that verbs write: which endings they have, and what is refused before anything is computed."""

from __future__ import annotations

from pathlib import Path

from noisytm._text import shown
from noisytm.cli import UsageError
from noisytm.cli._arguments import require_place


def require_picture_file(output: Path | None) -> None:
    """Refuse a picture that cannot be written.

    Raises
    ------
    UsageError
        If the ending is that of no picture.
    FormatError
        If the place cannot be written to.
    NoisytmError
        If matplotlib is not installed.
    """
    if output is None:
        return
    from noisytm.errors import FormatError
    from noisytm.show.scatter import require_scatter

    try:
        require_scatter(output)
    except FormatError as error:
        raise UsageError(str(error)) from None
    require_place(output)


def require_bound_file(output: Path, padding: bool, precision: bool, survey: bool) -> None:
    """Refuse a file that `noisytm bound` writes nothing, or nothing of its ending, to."""
    if precision:
        from noisytm.show.scatter import require_scatter

        require_scatter(output)
        require_place(output)
    elif padding:
        if output.suffix.lower() != ".csv":
            _require_ending(output, "the padding tables are written to .csv, their picture to .svg or .png")
    elif survey:
        raise UsageError(
            "--output writes no --survey; add --padding with the most states and symbols to add, or leave out --survey"
        )
    elif output.suffix.lower() == ".csv":
        raise UsageError(
            "--output writes the padding tables to .csv; add --padding with the most states and symbols to add, or end"
            " the name in .svg or .png for a picture of the costs"
        )
    else:
        _require_ending(output, "the picture is written to .svg or .png, tables of --padding to .csv")


def _require_ending(output: Path, says: str) -> None:
    from noisytm.show.scatter import SCATTER_ENDINGS

    if output.suffix.lower().removeprefix(".") not in SCATTER_ENDINGS:
        raise UsageError(f"the ending {shown(output.suffix)} of --output is of none of its forms: {says}")
    require_picture_file(output)
