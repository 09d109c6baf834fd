"""Reading and writing machines in exchange formats, by name or by looking at the text.

The formats and what each of them refuses are described in ``docs/formats.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats._open import FINAL_RULES as FINAL_RULES
    from noisytm.formats._open import NoWildcardsError as NoWildcardsError
    from noisytm.formats.protocol import Format as Format
    from noisytm.formats.reading import detect as detect
    from noisytm.formats.reading import each_in_text as each_in_text
    from noisytm.formats.reading import parse as parse
    from noisytm.formats.reading import read as read
    from noisytm.formats.reading import read_all as read_all
    from noisytm.formats.reading import read_text as read_text
    from noisytm.formats.registry import FORMATS as FORMATS
    from noisytm.formats.registry import formats as formats
    from noisytm.formats.streams import each_in_stream as each_in_stream
    from noisytm.formats.writing import renamed_for as renamed_for
    from noisytm.formats.writing import write as write
    from noisytm.formats.writing import write_all as write_all
    from noisytm.formats.writing import write_each as write_each

_door = Door(
    __name__,
    {
        "_open": ("FINAL_RULES", "NoWildcardsError"),
        "protocol": ("Format",),
        "reading": ("detect", "each_in_text", "parse", "read", "read_all", "read_text"),
        "registry": ("FORMATS", "formats"),
        "streams": ("each_in_stream",),
        "writing": ("renamed_for", "write", "write_all", "write_each"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
