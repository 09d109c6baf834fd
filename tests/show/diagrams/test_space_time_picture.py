"""Space-time diagrams as SVG and PNG."""

from __future__ import annotations

import base64
import builtins
import io
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree
from diagrams import WALKER, WIDE

from noisytm import FormatError, NoisytmError, TuringMachine, library, space_time
from noisytm.show.diagrams.picture import raster, state_colours, symbol_colours

pytest.importorskip("matplotlib")


def png_size(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR"
    return struct.unpack(">II", data[16:24])


def test_png(tmp_path):
    from matplotlib.image import imread

    path = tmp_path / "bb3.PNG"
    space_time(library.machine("bb3")).save(path)
    assert png_size(path.read_bytes()) == (1280, 800)
    pixels = imread(path, format="png")
    assert pixels.shape[:2] == (800, 1280)
    red = np.array(state_colours(library.machine("bb3"))[0])
    assert (np.abs(pixels[..., :3] - red).max(axis=-1) < 0.01).sum() > 1000


def test_a_large_png_has_a_dot_for_each_cell(tmp_path):
    path = tmp_path / "bb5.png"
    space_time(library.machine("bb5"), "", 10**6, rows=1000, columns=1200, view="whole").save(str(path))
    width, height = png_size(path.read_bytes())
    assert width >= 1200 and height >= 1000


def test_svg_parses_and_is_the_same_each_time(tmp_path, monkeypatch):
    import matplotlib

    diagram = space_time(library.machine("bb3"))
    diagram.save(tmp_path / "a.svg")
    matplotlib.rcParams["font.size"] = 20  # a user's own settings
    try:
        space_time(library.machine("bb3")).save(tmp_path / "b.svg")
        assert matplotlib.rcParams["font.size"] == 20
    finally:
        matplotlib.rcdefaults()
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    root = ElementTree.fromstring(first)
    assert root.tag.endswith("}svg") and b"dc:date" not in first
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"symbol 0", "symbol 1", "state A", "state Z", "step", "cell"} <= set(texts)
    assert sum(t in ("A", "B", "C", "Z") for t in texts) == 22
    assert len(first) < 60_000


def test_the_picture_in_the_documents_is_right():
    from matplotlib.image import imread

    file = Path(__file__).parents[3] / "docs" / "space-time-bb3.svg"
    images = list(ElementTree.fromstring(file.read_bytes()).iter("{http://www.w3.org/2000/svg}image"))
    data = images[0].get("{http://www.w3.org/1999/xlink}href").removeprefix("data:image/png;base64,")
    pixels = np.rint(255 * imread(io.BytesIO(base64.b64decode(data)), format="png")[..., :3])
    assert len(images) == 1
    assert pixels.tolist() == raster(space_time(library.machine("bb3"))).tolist()


def test_the_raster_has_the_colours_of_the_rows():
    machine = library.machine("bb2x3")
    diagram = space_time(machine)
    image, symbols, states = raster(diagram), symbol_colours(machine), state_colours(machine)
    assert image.shape == (*diagram.cells.shape, 3) and image.dtype == np.uint8
    for row, (head, state) in enumerate(zip(diagram.head_columns, diagram.states, strict=True)):
        for column, symbol in enumerate(diagram.cells[row].tolist()):
            colour = states[machine.states.index(state)] if column == head else symbols[symbol]
            if symbol >= 0:
                assert image[row, column].tolist() == np.rint(255 * colour).tolist()
    every = [tuple(c) for c in np.vstack([symbols, states]).round(6)]
    assert len(set(every)) == len(every)
    assert (diagram.cells == -1).any() and image[diagram.cells == -1].min() > 230


@pytest.mark.parametrize(
    ("machine", "word"),
    [
        (WIDE, ["ab", "x"]),
        (
            TuringMachine(
                ["_", "$x^$"], "_", ["$", "_y"], "$", [("$x^$", "$", "_", "_y", "R")], name="$\\a$\0\n\ud800"
            ),
            ["$x^$"],
        ),
        (TuringMachine(["_"], "_", [f"q{i}" for i in range(30)], "q0", []), []),
        (WALKER, "01" * 300),
    ],
)
def test_any_names_can_be_drawn(machine, word, tmp_path):
    path = tmp_path / "x.svg"
    space_time(machine, word, 5).save(path)
    text = path.read_text(encoding="utf-8")
    ElementTree.fromstring(text.encode())
    assert f"symbol {machine.symbols[0]}" in text and "not visited yet" in text
    if len(machine.states) == 30:
        assert "20 more states" in text


@pytest.mark.parametrize("name", ["x.gif", "x", "x.svg.gz", ".svg"])
def test_other_endings_are_refused(name, tmp_path):
    with pytest.raises(FormatError, match=r"end the name in \.svg or \.png") as caught:
        space_time(library.machine("bb2")).save(tmp_path / name)
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/x.svg", "folder.svg", "a\0b.png"])
def test_places_that_cannot_be_written(name, tmp_path):
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(FormatError, match="cannot write"):
        space_time(library.machine("bb2")).save(tmp_path / name)


def test_without_matplotlib(monkeypatch, tmp_path):
    plain = builtins.__import__

    def without(name, *rest, **options):
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return plain(name, *rest, **options)

    for name in [x for x in sys.modules if x.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    diagram = space_time(library.machine("bb2"))
    assert "A0" in str(diagram)
    with pytest.raises(NoisytmError, match=r"matplotlib, which is not installed; run: .*pip install 'noisytm\[plot\]'"):
        diagram.save(tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_figure_is_what_the_file_has(tmp_path):
    diagram = space_time(library.machine("bb3"))
    figure = diagram.plot(tmp_path / "run.svg")
    diagram.save(tmp_path / "again.svg")
    assert (tmp_path / "run.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    (axes,) = figure.axes
    assert np.array_equal(axes.images[0].get_array(), raster(diagram)) and axes.get_ylabel() == "step"
    with pytest.raises(FormatError, match="end the name in"):
        diagram.plot(tmp_path / "run.pdf")
