"""What libraries print is dropped, and standard output is back afterwards whenever an interrupt comes."""

import contextlib
import os
import signal
import sys
import time

from noisytm import _quiet, _signals

FILES = (_quiet.__file__, _signals.__file__)


@contextlib.contextmanager
def piped():
    """Let file descriptor 1 be a pipe; yield what tells whether it is."""
    kept = os.dup(1)
    read, write = os.pipe()
    os.dup2(write, 1)
    try:
        yield lambda: os.fstat(1).st_ino == os.fstat(read).st_ino
    finally:
        os.dup2(kept, 1)
        for number in (kept, read, write):
            os.close(number)


def interrupted(after):
    """Interrupt a block at so many lines; return whether there were as many."""
    left = [after]

    def trace(frame, event, argument):
        if frame.f_code.co_filename in FILES and event == "line":
            left[0] -= 1
            if left[0] == 0:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return trace

    try:
        sys.settrace(trace)
        with _quiet.printing_dropped():
            os.write(1, b"a banner")
        sys.settrace(None)
        time.sleep(5 * _signals.SOON)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(None)
    return left[0] <= 0


def test_an_interrupt_at_any_line_leaves_standard_output(monkeypatch):
    monkeypatch.setattr(_signals, "SOON", 0.002)
    with piped() as stdout:
        after = 1
        while interrupted(after):
            assert stdout() and not _quiet._one_at_a_time.locked(), after
            after += 1
        assert after > 30 and stdout()
