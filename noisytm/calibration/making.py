"""The answer key, made anew."""

from __future__ import annotations

from noisytm.calibration.codes import AskedCode, asked_codes
from noisytm.calibration.exact import exact_of, regular_of
from noisytm.calibration.key import AnswerKey, KnownCode


def exact_key(seed: int = 1) -> AnswerKey:
    """Return the key with all that is exact, and no cell yet."""
    return AnswerKey(tuple(map(_exact, asked_codes())), seed)


def _exact(asked: AskedCode) -> KnownCode:
    found = exact_of(asked)
    return KnownCode(asked.name, asked.about, asked.layers, found, regular_of(found) if asked.layers == 1 else ())
