"""Space-time diagrams as files; the ending of the name chooses the form.

To add a form, write a module with a `PictureForm`, and a line here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from noisytm._registry import Registry
from noisytm._text import shown
from noisytm.errors import FormatError

if TYPE_CHECKING:
    from noisytm.show.diagrams.rows import Rows


class PictureForm(Protocol):
    """A form in which a diagram is written to a file."""

    @property
    def name(self) -> str:
        """The ending of the file, without the dot."""

    @property
    def description(self) -> str:
        """What it is, in a line."""

    def require(self) -> None:
        """Raise `NoisytmError` if something that it needs is not installed."""

    def draw(self, diagram: Rows) -> bytes:
        """Return the bytes of the file."""


PICTURES: Registry[PictureForm] = Registry(
    "picture",
    room=__package__,
    places=("picture.SVG", "picture.PNG"),
    error=FormatError,
)


def require_picture(path: Path) -> PictureForm:
    """Return the form of a picture for ``path``, which can be made: its ending is known, and what it needs is there.

    Raises
    ------
    FormatError
        If the ending is another one.
    NoisytmError
        If what it needs, such as matplotlib, is not installed.
    """
    form = PICTURES.get(path.suffix.lower().removeprefix("."))
    if form is None:
        *others, last = (f".{name}" for name in PICTURES)
        endings = f"{', '.join(others)} or {last}" if others else last
        raise FormatError(f"a picture cannot be written to {shown(str(path))}; end the name in {endings}")
    form.require()
    return form


def save(diagram: Rows, path: Path) -> None:
    """Write a diagram as a picture, all of it or nothing of it."""
    data = require_picture(path).draw(diagram)
    try:
        path.write_bytes(data)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None
