"""Signals while the command is still being imported, and when it has done: one line and the code, never a traceback."""

import os
import signal
import subprocess
import sys

import pytest

from noisytm.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals to processes")

# Stands for the script that pip makes; a signal is sent when a module is first looked for, or at the very end.
COMMAND = """
import atexit, os, signal, sys
name, module = sys.argv[1:3]
del sys.argv[1:3]

def send():
    os.kill(os.getpid(), getattr(signal, name))

class Sender:
    def find_spec(self, wanted, path, target=None):
        if wanted == module:
            sys.meta_path.remove(self)
            send()

sys.meta_path.insert(0, Sender())
if module == "a text":
    def find_spec(self, wanted, path, target=None):
        if wanted == "noisytm.cli.parser":
            sys.meta_path.remove(self)
            exec("send()", {"send": send})
    Sender.find_spec = find_spec
if module == "the end":
    atexit.register(send)
from noisytm.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("name", "module", "words"),
    [
        ("SIGINT", "noisytm._lazy", "interrupted"),
        ("SIGTERM", "noisytm.cli._signals", "terminated"),
        ("SIGINT", "cyclopts", "interrupted"),
        ("SIGTERM", "noisytm.cli.encode", "terminated"),
        ("SIGTERM", "a text", "terminated"),
        ("SIGINT", "the end", "interrupted"),
    ],
)
def test_one_line_and_the_code(tmp_path, name, module, words):
    script = tmp_path / ("started.py" if module == "a text" else "noisytm")
    script.write_text(COMMAND, encoding="utf-8")
    how = ["-m", "started"] if module == "a text" else [str(script)]
    done = subprocess.run(
        [sys.executable, *how, name, module, "encode", "bb2"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (128 + getattr(signal, name), f"noisytm: {words}\n")
    assert (done.stdout == "") is (module != "the end")


def test_an_interrupt_while_a_verb_is_imported(monkeypatch, capsys):
    """Of the function, too, whose caller has its own answer to signals afterwards."""

    def interrupted(*_):
        raise KeyboardInterrupt

    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("noisytm.cli._streams.reserve_stdout", interrupted)
    monkeypatch.setattr(sys, "argv", ["noisytm", "library"])
    assert main() == 130
    assert capsys.readouterr() == ("", "noisytm: interrupted\n")
    assert signal.getsignal(signal.SIGINT) is handler
