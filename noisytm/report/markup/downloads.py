"""Records inside a page: links that save them without any script, and the way back from a page to its records."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from noisytm._json import MAX_RECORD_BYTES, dumps, loads
from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.report.markup.elements import Html, tag

PLAIN, PACKED = "data:application/json;base64,", "data:application/gzip;base64,"
PACKED_FROM = 100_000  # bytes
CERTIFICATE, STATED = "data-certificate", "data-stated-by"


@dataclass(frozen=True)
class Download:
    """A record as a link that saves it.

    Attributes
    ----------
    file : str
        The name that it is saved under.
    href : str
        The record, as a URL that holds it.
    """

    file: str
    href: str

    @classmethod
    def of(cls, stem: str, record: Any) -> Download:
        """Return a record as a link, compressed where it is long."""
        data = (dumps(record) + "\n").encode("utf-8", errors="backslashreplace")
        if len(data) < PACKED_FROM:
            return cls(f"{stem}.json", PLAIN + base64.b64encode(data).decode())
        return cls(f"{stem}.json.gz", PACKED + base64.b64encode(gzip.compress(data, mtime=0)).decode())

    def link(self, words: str, certificate: bool = False) -> Html:
        """Return the link; a certificate is one that is found again by `records_in`."""
        marks = {CERTIFICATE.replace("-", "_"): self.file.partition(".")[0]} if certificate else {}
        return tag("a", f"{words} ({self.file})", class_="save", download=self.file, href=self.href, **marks)


@dataclass
class Embedded:
    """A certificate in a page.

    Attributes
    ----------
    name : str
        What the page calls it.
    record : object
        The JSON.
    stated : list of str
        What the page says that it proves.
    """

    name: str
    record: Any
    stated: list[str] = field(default_factory=list)


def is_page(text: str) -> bool:
    r"""Return whether a text is an HTML page.

    Examples
    --------
    >>> is_page("  <!DOCTYPE html>\n<html>"), is_page('{"noisytm": "bound/2"}')
    (True, False)
    """
    return text.lstrip("\ufeff \t\r\n")[:15].lower().startswith(("<!doctype html", "<html"))


def stated(certificate: str, value: str) -> Html:
    """Return a value that a certificate of the page proves; `records_in` gives both."""
    return Html(tag("strong", value, **{STATED.replace("-", "_"): certificate}))


def records_in(page: str) -> list[Embedded]:
    """Return the certificates in a page, with what it says that they prove.

    Raises
    ------
    FormatError
        If there is none, or one is damaged.

    Examples
    --------
    >>> link = Download.of("bound-1", {"noisytm": "bound/2"}).link("Save", certificate=True)
    >>> records_in(link + stated("bound-1", "29/3"))
    [Embedded(name='bound-1', record={'noisytm': 'bound/2'}, stated=['29/3'])]
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    if not reader.found:
        raise FormatError("the page holds no certificate: none of its results is one of noisytm bound")
    for of, value in reader.said:
        if of not in reader.found:
            raise FormatError(f"the page states {shown(value)} by a certificate {shown(of)} that it does not hold")
        reader.found[of].stated.append(value)
    return list(reader.found.values())


class _Reader(HTMLParser):
    """Collects certificates, and the text of the elements that state a value."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, Embedded] = {}
        self.said: list[tuple[str, str]] = []
        self._inside: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if CERTIFICATE in given:
            name = given[CERTIFICATE]
            if name in self.found:
                raise FormatError(f"the page holds two certificates that are called {shown(name)}")
            self.found[name] = Embedded(name, _record(name, given.get("href", "")))
        if STATED in given:
            self._inside = (tag, given[STATED])
            self.said.append((given[STATED], ""))

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            of, text = self.said[-1]
            self.said[-1] = (of, text + data)

    def handle_endtag(self, tag: str) -> None:
        if self._inside is not None and tag == self._inside[0]:
            self._inside = None


def _record(name: str, href: str) -> Any:
    what = f"the certificate {shown(name)} of the page"
    start = next((start for start in (PLAIN, PACKED) if href.startswith(start)), None)
    if start is None:
        raise FormatError(f"{what} is not in it: its link leads to {shown(href)}")
    try:
        data = base64.b64decode(href.removeprefix(start), validate=True)
        if start == PACKED:
            data = _unpacked(data)
        text = data.decode()
    except (binascii.Error, zlib.error, EOFError, ValueError, OSError) as error:
        raise FormatError(f"{what} is damaged: {error}") from None
    return loads(text, what)


def _unpacked(data: bytes) -> bytes:
    packed = zlib.decompressobj(wbits=31)
    plain = packed.decompress(data, MAX_RECORD_BYTES)
    if packed.unconsumed_tail or not packed.eof:
        raise ValueError(f"it is cut short, or holds more than {MAX_RECORD_BYTES:,} bytes")
    return plain
