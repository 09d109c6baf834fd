"""``noisytm report``: saved results as one page."""

from __future__ import annotations

from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import require_place
from noisytm.cli.verb import Verb


def report(*results: option.Source, output: option.Output | None = None) -> None:
    """Write saved results as one page that needs no network and no script.

    It has what was asked, the machines as tables and as graphs, runs, learning coefficients with their certificates,
    and what else the results are, where they come from, and the commands that make them again. Links in it save the
    certificates; noisytm verify accepts the page itself.

    Parameters
    ----------
    results
        Files with what commands print with --json, or what results save: .json or .json.gz; one may be -, standard
        input.
    output
        The page to write: .html. Without it the page goes to standard output.
    """
    from noisytm.report import page_of, read_results, require_page, write_report

    if not results:
        raise UsageError("give the files of one result or more: what a command prints with --json")
    if output is None:
        print(page_of(read_results(results)), end="")
        return
    require_page(output)
    require_place(output)
    saved = write_report(results, output)
    certificates = sum(one.proved for one in saved)
    size = output.stat().st_size
    told = f"{len(saved)} result{'s' * (len(saved) != 1)}, {certificates} certificate{'s' * (certificates != 1)}"
    print(f"{output}: {told}, {size:,} bytes")


VERB = Verb("report", report)
