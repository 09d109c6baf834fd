"""Progress in notebooks: their own bars where ipywidgets is there, lines without a warning where it is not."""

import os
import sys
import warnings
from types import ModuleType, SimpleNamespace

import pytest
from house import sources

from noisytm import _progress


@pytest.fixture
def notebook(monkeypatch):
    """A kernel as IPython has it, and tqdm not yet imported for it."""
    shell = type("ZMQInteractiveShell", (), {"config": {"IPKernelApp": {}}})()
    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    ipython.version_info = (9, 0)
    ipython.display = ModuleType("IPython.display")
    ipython.display.display = lambda *shown, **how: None
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    monkeypatch.setitem(sys.modules, "ipykernel.zmqshell", ModuleType("ipykernel.zmqshell"))  # how newer tqdm tells
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return shell


def test_without_widgets_bars_are_lines_and_nothing_is_said(notebook, capsys):
    with warnings.catch_warnings(record=True) as said:  # tqdm itself would take them for errors and hide them
        warnings.simplefilter("always")
        kind = _progress.bars()
        with _progress.counted("rows", 3, show=True) as bar:
            bar.more()
    assert not said
    assert not any(base.__module__ == "tqdm.notebook" for base in kind.__mro__)
    assert "Warning" not in capsys.readouterr().err


def test_with_widgets_bars_are_those_of_notebooks(notebook, monkeypatch):
    made = []

    class Widget(SimpleNamespace):
        def __init__(self, **fields):
            super().__init__(style=SimpleNamespace(), layout=SimpleNamespace(), children=[], **fields)
            made.append(self)

    widgets = ModuleType("ipywidgets")
    widgets.HTML = widgets.HBox = widgets.FloatProgress = Widget
    widgets.__version__ = "8.0.0"
    monkeypatch.setitem(sys.modules, "ipywidgets", widgets)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert any(base.__module__ == "tqdm.notebook" for base in _progress.bars().__mro__)
    assert _progress.somebody_looks()


def test_all_bars_are_made_in_one_place():
    assert {name for name, text in sources().items() if "import tqdm" in text} == {"_progress"}


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_a_terminal_that_does_not_know_its_size_has_bars_too(monkeypatch):
    import pty

    ours, theirs = pty.openpty()  # of 0 columns
    with os.fdopen(theirs, "w") as terminal, os.fdopen(ours, "rb", buffering=0) as screen:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setattr(_progress, "SECONDS_BEFORE", 0)
        with _progress.counted("rows", 3, show=True) as bar:
            bar.more()
            bar.alive()
        print("end", file=terminal, flush=True)  # to have something to read in any case
        assert b"0/3 [" in screen.read(1000)
