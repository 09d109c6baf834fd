"""``noisytm verify``: check a certificate again from its machine and problem, or the proof that a run never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from noisytm.cli import _options as option
from noisytm.cli._exits import UsageError
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.degeneracy import Certificate, PrecisionCertificate

# For the certificate of one code.
SECONDS = 60.0


def verify(
    file: option.Source,
    /,
    *,
    full: option.Flag = False,
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
) -> None:
    """Check the JSON that noisytm bound --json wrote, or a certificate of noisytm search, and say what it proves.

    Or that of noisytm run --prove-endless: that the run never ends is then proved again from the machine and the word.

    A page of noisytm report is accepted too: all certificates in it are checked, and that it states what they prove.
    The exit code is 1 if anything in it fails, and 3 if the time or the memory runs out; what was left unchecked is
    then named. A certificate of noisytm search is replayed to its end, unless --seconds is given; the others have 60.

    Parameters
    ----------
    file
        The file; - reads standard input.
    full
        Also compute the multiplicity again. Files of version 0.1 do not prove it.
    """
    from noisytm.search.tree import is_tree

    if is_tree(file):
        if full:
            raise UsageError(
                "--full is for the JSON of noisytm bound; the certificate of a search proves m: leave it out"
            )
        _minimum(file, seconds, memory)
        return
    from noisytm._json import load_record, loads
    from noisytm._text import file_text, stdin_text
    from noisytm.degeneracy import verify as check
    from noisytm.discrete import is_run
    from noisytm.report import is_page
    from noisytm.saved import MOST_DIGITS

    limit = SECONDS if seconds is None else seconds
    if file.endswith(".gz"):
        record = load_record(file, "certificate file", MOST_DIGITS)
    else:
        text = stdin_text() if file == "-" else file_text(file, "certificate file")
        if is_page(text):
            _page(text, full, memory, limit)
            return
        record = loads(text, "the certificate file", MOST_DIGITS)
    if is_run(record):
        if full:
            raise UsageError("--full is for the JSON of noisytm bound; a run has no multiplicity: leave it out")
        _endless(record, limit)
        return
    _say(record, check(record, full=full, memory=memory, seconds=limit), full)


def _endless(record: Any, seconds: float) -> None:
    from noisytm.discrete import RunResult, check_endless
    from noisytm.show import describe_endless

    result = RunResult.from_json(record)
    check_endless(result, seconds=seconds)
    print(describe_endless(result))


def _page(text: str, full: bool, memory: int | None, seconds: float) -> None:
    """Check the certificates in a page; what they prove is said of each by its name there."""
    from noisytm._clock import limited
    from noisytm.report import verify_page

    with limited(seconds):
        checked = list(verify_page(text, full=full, memory=memory))
    for name, record, certificate in checked:
        print(f"{name}:")
        _say(record, certificate, full)


def _say(record: Any, certificate: Certificate | PrecisionCertificate, full: bool) -> None:
    from noisytm.degeneracy import PrecisionCertificate
    from noisytm.degeneracy.grids import read_body
    from noisytm.show import describe_verified, describe_verified_precision

    if isinstance(certificate, PrecisionCertificate):
        print(describe_verified_precision(certificate))
        return
    print(describe_verified(certificate, record["multiplicity"], full))
    if "precision" in record:
        print(describe_verified_precision(read_body(record["precision"], certificate), alone=False))


def _minimum(file: str, seconds: float | None, memory: int | None) -> None:
    from noisytm.search.tree import check_certificate
    from noisytm.show import describe_minimum

    print(describe_minimum(check_certificate(file, memory=memory, seconds=seconds)))


VERB = Verb("verify", verify)
