"""``noisytm verify``: check a certificate again from its machine and problem."""

from __future__ import annotations

from noisytm.cli import _options as option
from noisytm.cli.verb import Verb


def verify(
    file: option.Source,
    /,
    *,
    full: option.Flag = False,
    seconds: option.Seconds = 60.0,
    memory: option.Memory | None = None,
) -> None:
    """Check the JSON that noisytm bound --json wrote, and say what it proves.

    The exit code is 1 if anything in it fails, and 3 if the time or the memory runs out; what was left unchecked is
    then named.

    Parameters
    ----------
    file
        The file; - reads standard input.
    full
        Also compute the multiplicity again. Files of version 0.1 do not prove it.
    """
    from noisytm._json import load_record, loads
    from noisytm._text import file_text, stdin_text
    from noisytm.degeneracy import verify as check
    from noisytm.show import describe_verified

    if file.endswith(".gz"):
        record = load_record(file, "certificate file")
    else:
        record = loads(stdin_text() if file == "-" else file_text(file, "certificate file"), "the certificate file")
    certificate = check(record, full=full, memory=memory, seconds=seconds)
    print(describe_verified(certificate, record["multiplicity"], full))


VERB = Verb("verify", verify)
