"""Time limits: by the clock on the wall, or by what processors do for this process."""

import time

import pytest

from noisytm import _clock
from noisytm._compiling import LOG


def work(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_processor_time_is_neither_waiting_nor_compiling():
    with _clock.limited(0.02, processor=True):
        time.sleep(0.03)  # as where the machine has other things to do
        LOG.begin("nothing")
        work(0.03)
        LOG.end()
        _clock.tick()
        work(0.03)
        with pytest.raises(_clock.OutOfTime, match=r"the 0.02 seconds of processor time that it may take have run out"):
            _clock.tick()
        with pytest.raises(_clock.OutOfTime), _clock.limited(1e3):  # inside it can only be shorter
            _clock.tick()
    with _clock.limited(1e-9), pytest.raises(_clock.OutOfTime, match="the 1e-09 seconds that"):
        _clock.tick()
    with _clock.limited(1e3), _clock.limited(0.01, processor=True):
        assert _clock.left() <= 0.01
        with pytest.raises(_clock.OutOfTime, match=r"would take about 1 seconds, and of the 0.01 seconds of processor"):
            _clock.require(1.0, "it")
    assert _clock.left() is None
