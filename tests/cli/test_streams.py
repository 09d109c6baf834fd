"""Standard output holds the result alone, whatever the libraries print."""

import ctypes
import json
import os
import subprocess
import sys

import pytest

from noisytm._quiet import printing_dropped

LOUD = """
import os, sys
import highspy

class Loud(highspy.Highs):
    def __init__(self):
        os.write(1, b"a banner\\n")
        super().__init__()

    def run(self):
        os.write(1, b"a line of a log\\n")
        return super().run()

highspy.Highs = Loud
from noisytm.cli import main
sys.exit(main({arguments}))
"""


def loud_command(arguments, *argv):
    call = [sys.executable, "-c", LOUD.format(arguments=arguments), *argv]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)


def test_a_library_that_prints_does_not_reach_the_result():
    done = loud_command("None", "bound", "detectA", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["learning_coefficient"] == "125/16"
    assert "a line of a log" in done.stderr
    # The control: where main is given its arguments it leaves the streams as they are.
    spoilt = loud_command("['bound', 'detectA', '--json']")
    assert spoilt.stdout.startswith("a line of a log")


def test_what_is_printed_around_is_kept(capfd):
    os.write(1, b"before ")
    with printing_dropped():
        os.write(1, b"a banner")
        if sys.platform != "win32":
            ctypes.CDLL(None).puts(b"another")  # into the buffer of C
    os.write(1, b"after")
    assert capfd.readouterr().out == "before after"


def test_dropping_survives_errors(capfd):
    with pytest.raises(ValueError), printing_dropped():
        raise ValueError
    os.write(1, b"heard")
    assert capfd.readouterr().out == "heard"
