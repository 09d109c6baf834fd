"""How Sphinx makes a site of these pages: ``make docs``. It works opened from disk: no network, search included."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1]))

from noisytm import __version__

project, release = "noisytm", __version__
extensions = ["myst_parser"]
exclude_patterns = ["schemas", "__pycache__", "search.md"]  # the site has a search page of its own
html_theme, html_title = "furo", f"noisytm {__version__}"
html_math_renderer = "mathml"
html_copy_source = False
html_last_updated_fmt = None  # the same pages give the same site
html_permalinks_icon = "#"
myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # records in which … stands for what is left out


def inline_formula(translator: Any, node: nodes.math) -> None:
    """Write a formula as MathML, which browsers draw without a script."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def formula(translator: Any, node: nodes.math_block) -> None:
    """Write a formula on a line of its own."""
    translator.body.append(f"<div>{convert(node.astext(), display='block')}</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Have formulas written by the two functions above."""
    app.add_html_math_renderer("mathml", inline_renderers=(inline_formula, None), block_renderers=(formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
