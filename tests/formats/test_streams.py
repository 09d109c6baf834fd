"""Machines of a text in parts are those of the whole text, wherever it is cut."""

from __future__ import annotations

import random

import pytest

from noisytm.errors import FormatError
from noisytm.formats import each_in_stream, each_in_text, write_all
from noisytm.formats import parse as parse_text

LINES = ["1RB1LB_1LA1RZ", "1RB---_0RB---", "1RB0LB_0LA---", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA", "1RA0LA"]
TEXTS = {
    "plain": "\n".join(["# a list", *LINES, "", *LINES]),
    "rows": "machine\n" + "1RA0LA\n0LA1RA\n" * 4,
    "header": "id,machine\n" + "".join(f"{i},{line}\n" for i, line in enumerate(LINES)),
    "columns": "".join(f"name {i};{line};{i}\n" for i, line in enumerate(LINES * 2)),
    "quotes": "note,machine\n" + "".join(f'"a, ""b"" {i}\nand more",{line}\n' for i, line in enumerate(LINES)),
    "json": write_all([parse_text(line) for line in LINES], "json"),
    "one": "0 a b r halt\n",
}


def cut(rng, text):
    places = sorted(rng.randint(0, len(text)) for _ in range(rng.randint(0, 12)))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


@pytest.mark.parametrize("name", TEXTS)
def test_parts_give_the_machines_of_the_text(name):
    rng, expected = random.Random(0), list(each_in_text(TEXTS[name]))
    for _ in range(40):
        assert [machine for _, machine in each_in_stream(cut(rng, TEXTS[name]))] == expected


@pytest.mark.parametrize("name", ["plain", "header", "columns"])
def test_wrong_lines_are_named_wherever_the_text_is_cut(name):
    rng, lines = random.Random(1), TEXTS[name].split("\n")
    lines[3] = lines[3].replace("RB", "?B")
    text = "\n".join(lines)
    whole = [(where, str(found)) for where, found in each_in_stream([text]) if isinstance(found, FormatError)]
    assert [where for where, _ in whole] == ["line 4"]
    for _ in range(40):
        found = each_in_stream(cut(rng, text))
        assert [(where, str(error)) for where, error in found if isinstance(error, FormatError)] == whole


def test_a_list_is_read_as_it_comes():
    taken = []

    def parts():
        for i in range(10**9):
            taken.append(i)
            yield "1RB1LB_1LA1RZ\n" * 3

    stream = each_in_stream(parts())
    assert [next(stream)[0] for _ in range(6)] == [f"line {n}" for n in range(1, 7)]
    assert len(taken) == 2
