"""A form of pictures that is defined here and registered is written by ``save`` and by the command."""

import re

import pytest

from noisytm import library, space_time
from noisytm.cli import main
from noisytm.errors import FormatError, NoisytmError
from noisytm.show import PICTURES


class Plain:
    name, description = "txt", "the diagram as text"

    def require(self):
        if self.name != "txt":
            raise NoisytmError("something is not installed")

    def draw(self, diagram):
        return str(diagram).encode()


def test_a_new_form_is_written_by_its_ending(tmp_path, capsys):
    diagram = space_time(library.machine("bb2"))
    path = tmp_path / "bb2.TXT"
    with PICTURES.also(Plain()):
        diagram.save(path)
        assert path.read_text() == str(diagram)
        assert main(["run", "bb2", "-o", str(tmp_path / "again.txt")]) == 0
        assert (tmp_path / "again.txt").read_text() == str(diagram)
        with pytest.raises(FormatError, match=r"end the name in \.svg, \.png or \.txt"):
            diagram.save(tmp_path / "bb2.gif")
        capsys.readouterr()
        assert main(["run", "--help"]) == 0
        text = " ".join(re.sub(r"[│╭╮╰╯─]", " ", capsys.readouterr().out).split())
        assert ".txt (the diagram as text)" in text
    with pytest.raises(FormatError, match=r"end the name in \.svg or \.png"):
        diagram.save(path)


def test_what_a_form_needs_is_asked_for_before_the_run(tmp_path, capsys):
    missing = Plain()
    missing.name = "pdf"
    with PICTURES.also(missing):
        assert main(["run", "bb2", "-o", str(tmp_path / "bb2.pdf")]) == 1
    assert capsys.readouterr() == ("", "noisytm: something is not installed\n")
