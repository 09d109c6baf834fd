"""Benchmarks can be run one by one: the records of the others stay, and the page says where each was measured."""

import importlib.util
import json
import sys

import pytest
from house import ROOT

HERE = {"processor": "here", "cores": 1, "system": "s", "python": "3", "noisytm": "1", "libraries": {"numpy": "2"}}
THERE = HERE | {"processor": "there"}


@pytest.fixture
def main(monkeypatch, tmp_path):
    """The module that runs benchmarks, with nothing to run, and a file of its own."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location("benchmarks_main", ROOT / "benchmarks" / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(module.shared, "environment", lambda: HERE)
    monkeypatch.setattr(module, "run", lambda name: {"name": name, "load": 0.0})
    monkeypatch.setattr(module, "write_page", lambda: None)
    yield module
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and "benchmarks" in sys.modules[name].__file__:
            del sys.modules[name]


def asked(main, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    main.main()
    return json.loads(main.RESULTS.read_text(encoding="utf-8"))


def test_only_what_is_named_is_run(main, monkeypatch):
    known = {"environment": THERE, "benchmarks": {"start": {"kept": 1}, "cubes": {"old": 1}}}
    main.RESULTS.write_text(json.dumps(known), encoding="utf-8")
    found = asked(main, monkeypatch, "cubes")
    assert found["environment"] == THERE
    assert found["benchmarks"] == {
        "cubes": {"name": "cubes", "load": 0.0, "environment": HERE},
        "start": {"kept": 1},
    }


def test_all_are_run_anew(main, monkeypatch):
    main.RESULTS.write_text(json.dumps({"environment": THERE, "benchmarks": {"start": {}}}), encoding="utf-8")
    found = asked(main, monkeypatch)
    assert found["environment"] == HERE
    assert list(found["benchmarks"]) == list(main.SCRIPTS)


def test_an_unknown_name_is_refused(main, monkeypatch, capsys):
    with pytest.raises(SystemExit) as raised:
        asked(main, monkeypatch, "cube")
    assert raised.value.code == 2
    assert "'cube'; give some of relaxed_step" in capsys.readouterr().err
    assert not main.RESULTS.exists()


def test_every_script_is_there_and_on_the_page(main):
    report = sys.modules["report"]
    for name in main.SCRIPTS:
        assert (ROOT / "benchmarks" / f"{name}.py").exists()
    shown = {module.__name__ for _, module in report.TABLES}
    alone = {"relaxed_step", "growth", "compile_time", "learning_coefficient", "learning_growth"}
    assert shown | alone == set(main.SCRIPTS)


def test_the_page_says_where_something_else_was_measured(main):
    apart = sys.modules["report"].apart
    assert apart({"environment": HERE, "load": 0.1}, HERE) == ""
    assert apart({}, HERE) == ""
    assert "there (1 cores" in apart({"environment": THERE}, HERE)
    assert "load 7.3" in apart({"environment": HERE, "load": 7.3}, HERE)
