"""Tests of runs are about the compiled loops; those of the plain ones, `test_plain.py`, ask for these."""

import pytest

from noisytm.discrete.direct import ALLOWANCE


@pytest.fixture(autouse=True)
def no_allowance(monkeypatch):
    monkeypatch.setattr(ALLOWANCE, "left", 0)
