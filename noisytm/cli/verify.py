"""``noisytm verify``: check a certificate again from its machine and problem."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from noisytm.cli import announce_compiling
from noisytm.cli._arguments import Source
from noisytm.cli.verb import Verb


def verify(file: Source, /, *, full: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Check the JSON that noisytm bound --json wrote; the exit code is 1 if anything in it fails.

    Parameters
    ----------
    file
        The file; - reads standard input.
    full
        Also compute the multiplicity again, which the certificate does not prove.
    """
    from fractions import Fraction
    from json import loads

    from noisytm._text import file_text, shown, stdin_text
    from noisytm.degeneracy import verify as check
    from noisytm.errors import CertificateError

    announce_compiling()
    text = stdin_text() if file == "-" else file_text(file, "certificate file")
    try:
        record = loads(text)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{shown(file)} is not JSON: {error}") from None
    certificate = check(record, full=full)
    checked = f"primal and {len(certificate.dual)} fatal syndromes checked"
    multiplicity = f", multiplicity {record['multiplicity']} computed again" if full else ""
    value = Fraction(record["learning_coefficient"])
    print(f"verified: learning coefficient {value} ({checked}{multiplicity})")


VERB = Verb("verify", verify)
