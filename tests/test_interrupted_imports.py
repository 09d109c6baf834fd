"""A Ctrl-C in the first call leaves nothing half done: later calls in the process work."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from house import PACKAGE
from seeds import examples, sweep

from noisytm._registry import Registry
from noisytm._signals import answered_outside, held_back
from noisytm._whole_imports import LIBRARIES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

# Each call is interrupted ever later, in one process, until the last ones are not.
INTERRUPTED = """
import signal, sys, threading, time

def interrupted(after, call):
    main = threading.main_thread().ident
    timer = threading.Timer(after, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        call()
        time.sleep(2 * after)
    except KeyboardInterrupt:
        return 1
    finally:
        timer.join()
    return 0

def compiled():
    from noisytm._compile import generated_module
    text = "from noisytm._compile import jit\\n@jit\\ndef f(x):\\n    return x + 1\\n"
    return generated_module("trial", text).f(2)

def coefficient():
    from noisytm import SynthesisProblem, learning_coefficient, library, words
    machine = library.machine("detectA")
    return learning_coefficient(SynthesisProblem.of_machine(machine, words("AB", 1), 3), machine).value

many = int(sys.argv[1])
print(sum(interrupted(0.6 * (k + 1) / many, call) for k in range(many) for call in (compiled, coefficient)))
print(compiled(), coefficient())
"""


@pytest.mark.compat
@sweep
def test_interrupts_at_any_moment_of_the_first_calls(tmp_path):
    many = examples(30, 5)
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(many)],
        env=os.environ | {"NOISYTM_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(2 * many), "3 8"]
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


def send():
    signal.raise_signal(signal.SIGINT)


def test_signals_that_are_held_back_come_a_moment_later():
    passed = False
    with pytest.raises(KeyboardInterrupt):
        with held_back():
            send()
            send()
            passed = True
        time.sleep(5)
    assert passed and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    time.sleep(0.1)  # it came once
    with pytest.raises(ZeroDivisionError), held_back():
        raise ZeroDivisionError


def test_signals_wait_until_no_code_of_a_library_runs():
    passed = []

    def within():
        send()
        passed.append(True)

    inside = {"__name__": "somelibrary.core", "within": within}
    exec("def call():\n    within()\n", inside)
    with pytest.raises(KeyboardInterrupt), answered_outside("somelibrary"):
        inside["call"]()
        time.sleep(5)
    assert passed
    with pytest.raises(KeyboardInterrupt), answered_outside("another"):
        inside["call"]()
    assert passed == [True]


def test_other_threads_and_ignored_signals_are_left_alone():
    handler = signal.getsignal(signal.SIGHUP)

    def work():
        with held_back():
            found.append(signal.getsignal(signal.SIGINT))

    found = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with held_back():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, handler)


def test_a_registry_that_was_interrupted_starts_again(monkeypatch):
    losses = Registry("loss", room="noisytm.losses", places=("log.LOG", "brier.BRIER"))
    real, calls = __import__("importlib").import_module, []

    def once(name, *rest):
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(name, *rest)

    monkeypatch.setattr("noisytm._registry.importlib.import_module", once)
    with pytest.raises(KeyboardInterrupt):
        list(losses)
    assert sorted(losses) == ["brier", "log"] and len(calls) == 4


def test_every_library_that_the_package_imports_is_known():
    pattern = re.compile(r"^\s*(?:import (\w+)|from (\w+)[\w.]* import )", re.MULTILINE)
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    tops = {name for text in texts for match in pattern.findall(text) for name in match if name}
    assert "numba" in tops
    assert tops - sys.stdlib_module_names - {"noisytm"} <= LIBRARIES
