"""Pictures of noisy runs: the bands are the marginals, and what is left out is said."""

import itertools

import numpy as np
import pytest
from drawn import faults
from matplotlib.collections import PolyCollection

from noisytm import CodeSpace, History, MachineError, TuringMachine, library, noisy_code, noisy_run, simulate
from noisytm.cli import main

DETECT_A = library.machine("detectA")
HIGH = 0.88  # of the room of a strip


def heights(axes, values):
    """Return the heights of the bands by strip, time and value, from the polygons that are drawn."""
    drawn = [c for c in axes.collections if isinstance(c, PolyCollection)]
    found = []
    for band in drawn:
        corners = band.get_paths()[0].vertices
        times = np.unique(corners[:, 0])
        middles = (times[:-1] + times[1:]) / 2
        found.append([_height(corners, x) for x in middles])
    return np.array(found).reshape(-1, values, len(found[0])).transpose(0, 2, 1) / HIGH


def _height(corners, x):
    """Return the height at x of a polygon of horizontal and vertical edges."""
    crossed = [a[1] for a, b in itertools.pairwise(corners) if min(a[0], b[0]) < x < max(a[0], b[0])]
    return max(crossed) - min(crossed)


@pytest.mark.slow
def test_the_bands_are_the_marginals(tmp_path):
    found = noisy_run(DETECT_A, "BABA", 5, noise="1/10")
    figure = found.plot(tmp_path / "bands.svg")
    assert faults(figure) == []
    above, below = figure.axes
    assert np.allclose(heights(above, 2)[0], found.state, atol=1e-12)
    names = [t.get_text() for t in below.get_yticklabels()]
    cells = [0 if name == "head" else int(name) for name in names]
    assert cells == list(range(cells[0], cells[-1] + 1)) and 0 in cells
    drawn = heights(below, 3)
    for cell, strip in zip(cells, drawn, strict=True):
        assert np.allclose(strip, found.tape[:, found.cells.tolist().index(cell)], atol=1e-12)
    others = [i for i, cell in enumerate(found.cells) if cell not in cells and found.tape[:, i, 0].min() < 1]
    assert f"left out: {len(others)} more cells" in below.get_title()
    assert all(found.tape[:, i, 0].min() > 0.995 for i in others)
    for axes, values in ((above, ("reject", "accept")), (below, ("_", "A", "B"))):
        legend = axes.get_legend()
        assert tuple(t.get_text() for t in legend.get_texts()) == values
        fills = {(tuple(p.get_facecolor()[0]), p.get_hatch()) for p in axes.collections}
        assert len(fills) == len(values) and all(len(set(fill[0][:3])) == 1 for fill in fills)
    said = figure.get_supxlabel().splitlines()
    assert said[0].startswith("machine detectA: 3 symbols") and said[0].endswith("errs with probability 1/10")
    assert said[1].startswith("pseudo-utm; word: B A B A; marginal probabilities, without a unit")
    found.plot(tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "bands.svg").read_bytes()
    assert ">accept</text>" in (tmp_path / "bands.svg").read_text(encoding="utf-8")


@pytest.mark.slow
def test_many_values_steps_and_cells():
    states = [f"$state_{i}$" for i in range(12)]
    rows = [("_", q, "1", states[(i + 1) % 12], "R") for i, q in enumerate(states)]
    machine = TuringMachine(["_", "1"], "_", states, states[0], rows)
    figure = noisy_run(machine, "", 500, noise="1/100", semantics="mean-field").plot()
    assert faults(figure) == []
    above, below = figure.axes
    assert [t.get_text().replace("\\", "") for t in above.get_legend().get_texts()] == [*states[:7], "5 others"]
    drawn = heights(above, 8)
    assert drawn.shape[1] <= 400 and np.allclose(drawn.sum(axis=2), 1)
    assert "at 400 of 501 times" in above.get_title() and len(below.get_yticklabels()) == 25


def test_a_history_of_a_code_and_one_of_before():
    space = CodeSpace.of(DETECT_A)
    found = simulate(space, noisy_code(space, DETECT_A, 0), "A", 2)
    assert np.array_equal(noisy_code(space, DETECT_A, 0), space.embed(DETECT_A))
    assert found.plot().axes[0].get_legend().get_texts()[0].get_text() == "reject"
    record = {k: v for k, v in found.to_json().items() if k not in ("symbols", "states", "about", "seconds",
              "compile_seconds")} | {"noisytm": "history/1"}  # fmt: skip
    old = History.from_json(record)
    assert old.names == (("number 0", "number 1"), ("number 0", "number 1", "number 2"))
    assert faults(old.plot()) == []


def test_noise_is_spread_over_wrong_values():
    space = CodeSpace.of(DETECT_A)
    code = noisy_code(space, DETECT_A, 0.25)
    assert np.allclose(code[0], [0.75, 0.125, 0.125, 0.75, 0.25, 0.125, 0.75, 0.125])
    lone = TuringMachine(["_"], "_", ["a"], "a", [("_", "a", "_", "a", "S")])
    assert np.allclose(noisy_code(CodeSpace.of(lone), lone, 1)[0], [1, 1, 0.5, 0, 0.5])
    for wrong in (-1, 1.5, "x", None):
        with pytest.raises(MachineError, match="noise"):
            noisy_code(space, DETECT_A, wrong)


def test_the_command(capsys, tmp_path):
    file = tmp_path / "bands.svg"
    assert main(["simulate", "detectA", "--word", "BA", "--steps", "2", "--noise", "0", "-o", str(file)]) == 0
    out, err = capsys.readouterr()
    assert not err and out.splitlines()[-1].split() == ["2", "0", "1", "0", "1", "0"] and file.stat().st_size > 1000
    for arguments, code in (
        (["--semantics", "annealed"], 2), (["--noise", "2"], 2), (["-o", "x.pdf"], 2), (["--word", "X"], 1),
        (["-o", str(tmp_path / "no" / "x.svg")], 1),
    ):  # fmt: skip
        assert main(["simulate", "detectA", *arguments]) == code
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1
