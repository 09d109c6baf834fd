"""Results of every kind go on a page, which is valid HTML, and the commands on it are commands."""

import html
import re
import shlex

import html5lib
import pytest
from samples import GROUPS

from noisytm.cli import build_app
from noisytm.report import report_page

COMMAND = re.compile(r"(?:^|<code>)noisytm ([^<\n]*) &gt; [\w-]+\.json", re.MULTILINE)
MADE_BY_COMMANDS = {"runs", "bounds", "explanations", "precisions", "tables", "syndromes", "posteriors", "others"}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_every_kind_of_result_on_a_page(group):
    made = GROUPS[group]()
    page = report_page(made)
    html5lib.HTMLParser(strict=True).parse(page.encode())
    for result in made[::3]:
        html5lib.HTMLParser(strict=True).parse(report_page([result]).encode())
    commands = [shlex.split(html.unescape(line)) for line in COMMAND.findall(page)]
    for words in commands:
        build_app(words).parse_args(words)  # raises where an option is none, or has no such value
    assert bool(commands) == (group in MADE_BY_COMMANDS)
    assert "Made in Python, or by a command" in page or len(commands) == len(made)
