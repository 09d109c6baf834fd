"""The API reference is what the docstrings say, and has everything that is public."""

import importlib.util
import sys

import pytest
from house import ROOT

import noisytm

FOLDER = ROOT / "docs" / "api"


@pytest.fixture(scope="module")
def make_api():
    spec = importlib.util.spec_from_file_location("make_api", ROOT / "docs" / "make_api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_docstrings_say(make_api):
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    made = make_api.pages()
    assert committed.keys() == made.keys()
    old = [name for name, text in made.items() if committed[name] != text]
    assert not old, "these pages are old; run: python docs/make_api.py"


def test_every_public_name_has_a_heading_and_a_summary(make_api, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # pages are the same where it cannot be imported
    pages = make_api.pages()
    lines = "\n".join(pages.values()).splitlines()
    for name in set(noisytm.__all__) - {"__version__", "library"}:
        assert f"## {name}" in lines, name
        assert any(line.startswith(f"- [`{name}`]") and not line.endswith("): ") for line in lines), name
    assert {"## library.machine", "## interop.torch_loss", "## interop.torch.NoisyMachine"} <= set(lines)
    assert "### interop.torch.NoisyMachine.of_key" in lines
    assert " at 0x" not in "\n".join(lines)


def example(a: int, *, b: "str" = "x") -> bool:
    """Do something.

    With ``care``.

    Parameters
    ----------
    a, b : int, or str
        Two things,
        one after the other.

    Raises
    ------
    ProblemError
        If not.

    Examples
    --------
    >>> 1 + 1
    2
    """
    return a == b


def test_a_docstring_as_markdown(make_api):
    """A change of signature or text is a change of the page."""
    assert (
        make_api.described("example", example)
        == """```text
example(a: int, *, b: str = 'x') -> bool
```

Do something.

With `care`.

**Parameters**

- `a, b` (int, or str): Two things,
  one after the other.

**Raises**

- `ProblemError`: If not.

```pycon
>>> 1 + 1
2
```
"""
    )


def test_links_to_names_that_differ_in_capitals_only(make_api):
    assert make_api.anchors(["Bounds", "bounds", "a.b"]) == {"Bounds": "bounds", "bounds": "bounds-1", "a.b": "ab"}
