"""``noisytm library``: the machines and the problems that there are."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from noisytm._compiling import Stopwatch
from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli.verb import Verb


def library(
    name: option.Source | None = None,
    /,
    *,
    problem_of: Annotated[option.Text | None, Parameter(name="--problem")] = None,
    json: option.Json = False,
) -> None:
    """List the machines of the library, and the problems that come with them; show one; print its problem file.

    Parameters
    ----------
    name
        The machine to show.
    problem_of
        Print the problem file of this machine, to change and to give to noisytm bound --problem.
    """
    from noisytm import library as machines
    from noisytm.problem import OF_MACHINE
    from noisytm.show import LibraryListing, describe_entry, describe_library, entry_json

    watch = Stopwatch()

    if name is not None and problem_of is not None:
        raise UsageError("give the name of a machine, or --problem with one, not both")
    if problem_of is not None:
        text = machines.problem_file(problem_of)
        record = {"noisytm": OF_MACHINE, **entry_json(machines.entry(problem_of))["problem"]}
        print(dumps(record) if json else text, end="\n" if json else "")
    elif name is not None:
        entry = machines.entry(name)
        listing = LibraryListing((entry,), alone=True).timed(watch)
        print(dumps(listing.to_json()) if json else describe_entry(entry))
    else:
        listing = LibraryListing(tuple(map(machines.entry, machines.names()))).timed(watch)
        print(dumps(listing.to_json()) if json else describe_library(listing.entries))


VERB = Verb("library", library)
