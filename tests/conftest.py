"""What all tests need."""

import signal


def pytest_configure():
    """Take interrupts: a process that is started in the background may ignore them, and the children of it too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
