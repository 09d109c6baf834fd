"""What ``noisytm posterior`` prints, writes and says, whatever is asked of the populations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli._arguments import require_place
from noisytm.cli._stores import exit_code, say_what_is_kept

if TYPE_CHECKING:
    from noisytm.posterior import FreeEnergy, Regret, Susceptibilities, Volumes

    Found = FreeEnergy | Volumes | Regret | Susceptibilities

# Arguments of the library that are options of the same name: what it says of one is said of the other.
ARGUMENTS = ("bits", "localisation", "n", "epsilon", "particles", "replicas", "sweeps")


class Report:
    """What is told of populations.

    Parameters
    ----------
    output : path, optional
        The file that the result is written to, in the form of its ending.
    resume : path, optional
        The file that keeps the populations.
    json : bool
        Whether the result is printed as a record.
    groups : path, optional
        The file that the shares of groups of codes are written to, likewise.
    """

    def __init__(self, output: Path | None, resume: Path | None, json: bool, groups: Path | None = None) -> None:
        from noisytm._cache_folder import KeptPlace
        from noisytm.show.curves import require_file_form

        _require_apart(output, groups, resume)
        for path in (output, groups):
            if path is not None:
                require_file_form(path)
                require_place(path)
        self.output, self.groups, self.json, self.refused = output, groups, json, False
        self.kept = None if resume is None else KeptPlace(resume)

    @contextmanager
    def mistakes(self) -> Iterator[None]:
        """Turn what the library says of an argument into what is said of the option, and refusals into a budget's end.

        Raises
        ------
        UsageError
            If an argument cannot be.
        BudgetError
            If an estimate is refused: exit code 3, with what there is.
        """
        from noisytm.errors import BudgetError, EstimateError, ProblemError

        try:
            yield
        except EstimateError as error:
            self.refused = True
            raise BudgetError(str(error), error.partial) from None
        except ProblemError as error:
            if str(error).split(" is ")[0] in ARGUMENTS:
                raise UsageError(f"--{error}") from None
            raise

    def text(self, result: Found) -> str:
        """Write the result to its file, and return what is printed."""
        from noisytm import show
        from noisytm.posterior import FreeEnergy, Regret, Susceptibilities
        from noisytm.show.curves import save_as

        if self.output is not None:
            save_as(result, self.output)
        if self.groups is not None and isinstance(result, FreeEnergy) and result.groups is not None:
            save_as(result.groups, self.groups)
        if self.json:
            return dumps(result.to_json())
        if isinstance(result, FreeEnergy):
            return show.describe_free_energy(result)
        if isinstance(result, Regret):
            return show.describe_regret(result)
        if isinstance(result, Susceptibilities):
            return show.describe_susceptibilities(result)
        return show.describe_volumes(result)

    def so_far(self, result: Found) -> str:
        """Say how to go on from what was ended, and return what is printed of it; what was refused goes on the same."""
        if not self.refused:
            say_what_is_kept(self.kept, complete=False, begun=result.begun)
        return self.text(result)

    def end(self, result: Found) -> int:
        """Print the result, and return the exit code."""
        print(self.text(result))
        say_what_is_kept(self.kept, complete=True)
        return exit_code(self.kept)


def _require_apart(output: Path | None, groups: Path | None, resume: Path | None) -> None:
    """Refuse a file that would be written twice."""
    if output is not None and resume is not None and output.absolute() == resume.absolute():
        raise UsageError(f"--output and --resume are both {output}; the populations need a file of their own")
    for name, other in (("output", output), ("resume", resume)):
        if groups is not None and other is not None and groups.absolute() == other.absolute():
            raise UsageError(f"--groups and --{name} are both {groups}; the groups need a file of their own")
