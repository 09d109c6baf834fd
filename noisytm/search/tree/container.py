"""The file of a certificate: a header and blocks of the tree, compressed, and a checksum over all of it.

The file begins with `MAGIC`. Blocks follow: a letter, four bytes with the length, the low ones first, and so many
bytes, compressed by zlib. ``H``, once and first, is the header, JSON in UTF-8; ``T`` are the nodes, a block ending
where a node does; ``E`` is last, and holds the SHA-256 of all bytes before it, not compressed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from noisytm import _clock
from noisytm._json import dumps, loads
from noisytm._text import shown
from noisytm.errors import CertificateError, FormatError

MAGIC = b"\x89noisytm-tree\r\n\x1a\n"
HEADER, TREE, END = b"H", b"T", b"E"
# What a block holds at most, not compressed: what is held in memory at a time. A header is as large as one certificate.
MOST_TREE, MOST_HEADER = 1 << 20, 1 << 28
PIECE = 1 << 20
_FRAME = struct.Struct("<cI")


def is_tree(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins as a certificate of a minimum does; from a pipe nothing is read.

    Examples
    --------
    >>> is_tree(os.devnull)
    False
    """
    try:
        if not Path(path).is_file():
            return False
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except (OSError, ValueError):
        return False


def block(kind: bytes, content: bytes) -> bytes:
    """Return a block, compressed."""
    packed = zlib.compress(content, 6)
    return _FRAME.pack(kind, len(packed)) + packed


def write_tree(path: str | os.PathLike[str], header: Any, parts: Iterable[bytes]) -> None:
    """Write a certificate, so that it is there as a whole or not at all.

    Parameters
    ----------
    path : path
        The file.
    header : JSON object
        The header.
    parts : iterable of bytes
        Blocks of the tree, in order.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                digest = hashlib.sha256()
                for part in (MAGIC, block(HEADER, dumps(header).encode()), *parts):
                    file.write(part)
                    digest.update(part)
                file.write(_FRAME.pack(END, digest.digest_size) + digest.digest())
            os.replace(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    except (OSError, ValueError) as error:
        raise FormatError(f"cannot write {shown(str(path))}: {getattr(error, 'strerror', None) or error}") from None


class TreeFile:
    """A certificate that is read: its header, and then the blocks of its tree one after another.

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    CertificateError
        If it is no such file, or damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            self.size = self.path.stat().st_size
            self._require_whole()
            self._file: IO[bytes] = self.path.open("rb")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CertificateError(f"cannot read certificate {shown(str(path))}: {reason}") from None
        self._file.seek(len(MAGIC))
        kind, packed = self._framed(MOST_HEADER)
        if kind != HEADER:
            raise CertificateError("the certificate does not begin with its header")
        self.header = self._json(_unpacked(packed, MOST_HEADER, "header"))

    def __enter__(self) -> TreeFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def read(self) -> int:
        """How many bytes have been read."""
        return self._file.tell()

    def _require_whole(self) -> None:
        """Compare the checksum: what is damaged is said to be, before anything else is."""
        tail = _FRAME.size + hashlib.sha256().digest_size
        digest, left = hashlib.sha256(), self.size - tail
        with self.path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise CertificateError("the file does not begin as a certificate of a minimum does")
            digest.update(MAGIC)
            left -= len(MAGIC)
            while left > 0 and (piece := file.read(min(PIECE, left))):
                _clock.tick()
                digest.update(piece)
                left -= len(piece)
            if left or file.read() != _FRAME.pack(END, digest.digest_size) + digest.digest():
                raise CertificateError("the certificate is damaged or cut short: its checksum is not that of its bytes")

    def _json(self, content: bytes) -> Any:
        try:
            return loads(content.decode(), "the header of the certificate")
        except (UnicodeDecodeError, FormatError) as error:
            raise CertificateError(str(error)) from None

    def _framed(self, most: int) -> tuple[bytes, bytes]:
        frame = self._file.read(_FRAME.size)
        if len(frame) != _FRAME.size:
            raise CertificateError("the certificate ends within a block")
        kind, length = _FRAME.unpack(frame)
        if length > most + (most >> 3) + 64:  # what does not compress is stored, and that takes a little more
            raise CertificateError(f"a block has {length} bytes; no more than {most} are allowed")
        packed = self._file.read(length)
        if len(packed) != length:
            raise CertificateError("the certificate ends within a block")
        return kind, packed

    def blocks(self) -> Iterator[bytes]:
        """Yield what the blocks of the tree hold."""
        while True:
            kind, packed = self._framed(MOST_TREE)
            if kind == END:
                if self._file.read(1):
                    raise CertificateError("something stands after the end of the certificate")
                return
            if kind != TREE:
                raise CertificateError(f"a block has the letter {shown(kind.decode('latin-1'))}; no such is known")
            yield _unpacked(packed, MOST_TREE, "block of the tree")


def _unpacked(packed: bytes, most: int, what: str) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, most)
    except zlib.error as error:
        raise CertificateError(f"a {what} cannot be unpacked: {error}") from None
    if not unpacking.eof or unpacking.unused_data:
        raise CertificateError(f"a {what} is larger than {most} bytes, or not of the length that it says")
    return content
