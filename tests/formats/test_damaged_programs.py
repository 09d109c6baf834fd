"""Texts as people have them, damaged at random: each gives machines or one line, whatever is read it as."""

import random

import pytest
from seeds import seeds, sweep

from noisytm import formats
from noisytm.errors import NoisytmError

TEXTS = {
    "turingmachinesimulator.com": "// c\nname: n\ninit: q0\naccept: qA, qB\n\nq0,0\nq0,1,>\n\nq0,_ // x\nqA,_,-\n",
    "morphett_sections": "; c\n#Q = {q0,q1,h}\n#S = {1}\n#G = {1,_}\n#q0 = q0\n#B = _\n#F = {h}\n#N = 1\n"
    "q0 * * r q0\nq0 _ 1 l h\n",
    "tursi": "# c\n#! start s #! end e\n#! fill _\n#! wildcard ?\ns ? ? R s\ns ## 0 -1 t # x\nt 0 1 = e\n",
    "markdown": "# T\n\n| state | 0 (blank) | 1 |\n|:--|--|--|\n| → **A** | 1RB | `1LA` |\n| *B | | |\n",
    "csv": 'state,read,write,move,next\n→A,_ (blank),"1",R,B\nA,1,_,L,*H\nB,_,_,S,A\n',
    "ft_turing": '{"name": "n", "alphabet": ["1", "."], "blank": ".", "states": ["a", "H"], "initial": "a",'
    ' "finals": ["H"], "transitions": {"a": [{"read": "1", "to_state": "H", "write": ".", "action": "LEFT"}]}}',
    "automata_lib": '{"states": ["a", "h"], "input_symbols": ["1"], "tape_symbols": ["1", "_"], "transitions":'
    ' {"a": {"1": ["h", "_", "N"]}}, "initial_state": "a", "blank_symbol": "_", "final_states": ["h"]}',
    "jflap": '<structure><type>turingbb</type><automaton><block id="0" name="b"><tag>In</tag><initial/></block>'
    '<block id="1" name="e"><tag>M1</tag><final/></block><transition><from>0</from><to>1</to><read>!a</read>'
    "<write>~</write><move>R</move></transition><M1/><In><block id=\"0\" name=\"q\"><initial/></block><transition>"
    "<from>0</from><to>0</to><read>a</read><write/><move>L</move></transition></In></automaton></structure>",
}  # fmt: skip
PIECES = [
    *'|,;:#!*{}[]<>"/\\_01ab=→~ \n\t\r`-',
    "\u2028",
    "🂡",
    "\x1f",
    "--final",
    "{}",
    "</",
    "#!",
    "//",
    "null",
    "",
    "(blank)",
]


def damaged(text, draw):
    for _ in range(draw.randint(1, 3)):
        i = draw.randrange(len(text) + 1)
        kind = draw.random()
        if kind < 0.5:
            text = text[:i] + draw.choice(PIECES) + text[i + draw.choice([0, 0, 1, 3]) :]
        elif kind < 0.75:
            j = min(len(text), i + draw.randint(1, 30))
            text = text[:i] + text[i:j] * draw.choice([0, 2]) + text[j:]
        else:
            lines = text.split("\n")
            draw.shuffle(lines)
            text = "\n".join(lines) if draw.random() < 0.3 else text[:i]
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_the_whole_texts_are_read(name):
    assert formats.detect(TEXTS[name]) == name
    assert formats.parse(TEXTS[name], symbols="b" if name in ("tursi", "jflap") else None).tuples


@sweep
@pytest.mark.parametrize("seed", seeds(range(40), 1))
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.filterwarnings("ignore::noisytm.errors.ReadingNote")
def test_damaged_texts_give_machines_or_one_line(name, seed):
    draw, read = random.Random(f"{name}{seed}"), 0
    for _ in range(150):
        text = damaged(TEXTS[name], draw)
        for given in (name, None, draw.choice(formats.formats())):
            try:
                machines = formats.read_text(text, given, final=draw.choice([None, "halts"]) if given == name else None)
            except NoisytmError as error:
                assert str(error) and "\n" not in str(error) and len(str(error)) < 700, repr(text)
                continue
            read += 1
            for machine in machines:
                assert formats.parse(formats.write(machine, "json")) == machine
    assert read
