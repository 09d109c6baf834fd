"""The certificates in a page are checked as those in files are, and against what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from noisytm._text import shown
from noisytm.degeneracy import Certificate, PrecisionCertificate, verify
from noisytm.errors import CertificateError
from noisytm.report.markup import records_in


def verify_page(
    page: str, *, full: bool = False, memory: int | None = None
) -> Iterator[tuple[str, dict[str, Any], Certificate | PrecisionCertificate]]:
    """Check every certificate in a page, one after the other.

    Parameters
    ----------
    page : str
        What ``noisytm report`` wrote.
    full, memory
        As of `verify`.

    Yields
    ------
    name : str
        What the page calls it.
    record : dict
        The JSON.
    certificate : Certificate or PrecisionCertificate
        The certificate, checked.

    Raises
    ------
    FormatError
        If the page holds none, or one is damaged.
    CertificateError
        Naming the first thing that fails: also where the page states another value than its certificate proves.
    """
    for found in records_in(page):
        try:
            checked = verify(found.record, full=full, memory=memory)
        except CertificateError as error:
            raise CertificateError(f"{found.name}: {error}") from None
        if isinstance(checked, Certificate):
            for value in found.stated:
                if value != str(checked.value):
                    raise CertificateError(
                        f"{found.name}: the page states {shown(value)}, but its certificate proves {checked.value}"
                    )
        yield found.name, found.record, checked
