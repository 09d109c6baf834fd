"""What pictures of all kinds have: a file, names of their axes, and lines below them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from noisytm._checks import path_of
from noisytm.show.scatter import plain


class About(Protocol):
    """A part of a picture that says of what it is."""

    @property
    def about(self) -> tuple[str, ...]:
        """Lines that stand below the picture."""


def target_of(path: str | os.PathLike[str] | None) -> Path | None:
    """Return the file of a picture, where there is to be one."""
    return None if path is None else Path(path_of(path, "picture"))


def below(parts: Sequence[About]) -> tuple[str, ...]:
    """Return what stands below a picture, each line once."""
    return tuple(dict.fromkeys(line for part in parts for line in part.about))


def labelled(axes: Any, title: str, x: str, y: str) -> None:
    """Write what axes show, and what they are."""
    axes.set_title(plain(title), fontsize=9)
    axes.set_xlabel(plain(x))
    axes.set_ylabel(plain(y))
