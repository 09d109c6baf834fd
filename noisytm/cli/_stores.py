"""What the command says of a search that is kept in a file or shared among processes, and the options for it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm._text import shown
from noisytm.cli._arguments import whole
from noisytm.cli._exits import DONE, WRONG, UsageError
from noisytm.cli._hush import say

if TYPE_CHECKING:
    from noisytm._cache_folder import KeptPlace

_SHARE = re.compile(r"([0-9]{1,9})/([0-9]{1,9})", re.ASCII)


def share_of(text: str | None) -> tuple[int, int] | None:
    """Read a share such as ``2/5``.

    Examples
    --------
    >>> share_of("2/5"), share_of(None)
    ((2, 5), None)
    """
    if text is None:
        return None
    if (found := _SHARE.fullmatch(text)) is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--share is {shown(text)}; give the number of the share and how many there are, as 2/5")
    return int(found[1]), int(found[2])


def some_stores(_: Any, value: list[Path] | None) -> None:
    """Refuse an option without a file."""
    if value is not None and not value:
        raise UsageError("--merge needs the names of one or more stores")


Scheduler = Annotated[
    str, Parameter(help="The address of a running dask cluster, as tcp://10.0.0.1:8786, whose workers search instead.")
]
Merge = Annotated[
    list[Path],
    Parameter(
        consume_multiple=True,
        negative="",
        validator=some_stores,
        help="Stores of the same search: take over all that was found there, and search what is missing.",
    ),
]
Share = Annotated[
    str,
    Parameter(help="As 2/5: search only the second of five shares; the stores of all are merged afterwards."),
]
Pieces = Annotated[
    int,
    whole(1, most=1_000_000),
    Parameter(help="Into how many pieces at least the search is cut; more are for clusters."),
]


def say_what_is_kept(
    place: KeptPlace | None, complete: bool, share: tuple[int, int] | None = None, begun: bool = True
) -> None:
    """Say where what was found is, if that is not all, or that it could not be kept.

    Parameters
    ----------
    place : KeptPlace, optional
        The store.
    complete : bool
        Whether all was searched.
    share : (int, int), optional
        The share that was searched to its end.
    begun : bool
        Whether there is anything that could have been kept.
    """
    if place is not None and place.trouble is not None:
        say(f"progress is not kept: {place.trouble}; --resume names another file")
    elif share is not None and not complete:
        where = "--resume FILE keeps it" if place is None else f"it is kept in {os.fspath(place)}"
        say(f"this is share {share[0]} of {share[1]}; {where}, and --merge takes it over")
    elif place is not None and not complete and not os.path.exists(place):
        say(f"nothing is kept in {os.fspath(place)} yet; the same command begins anew")
    elif place is not None and not complete:
        say(f"progress is kept in {os.fspath(place)}; the same command goes on from there")
    elif not complete and begun:
        say("progress is not kept; with --resume FILE the same command keeps it, and goes on from there the next time")


def exit_code(place: KeptPlace | None) -> int:
    """Return the exit code of a search that has come to its end."""
    return DONE if place is None or place.trouble is None else WRONG
