"""The answer key that comes with the package."""

from __future__ import annotations

from importlib import resources

from noisytm._json import loads
from noisytm.calibration.key import AnswerKey

FILE = "answer-key.json"


def answer_key() -> AnswerKey:
    """Return the answer key that comes with the package: codes with known λ, for estimators elsewhere.

    It is the file ``calibration/data/answer-key.json`` of the package, which numpy and json alone can read; docs/
    answer-key.md says what its figures are and how they were made.

    Returns
    -------
    AnswerKey

    Examples
    --------
    >>> from noisytm import answer_key
    >>> code = answer_key().code("two-thrice")
    >>> str(code.coefficient.value), code.coefficient.multiplicity
    ('2/3', 3)
    """
    text = (resources.files("noisytm.calibration") / "data" / FILE).read_text(encoding="utf-8")
    return AnswerKey.from_json(loads(text, "the answer key of the package"))
