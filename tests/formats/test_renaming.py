"""What ``--rename`` does to symbols and states that a format gives a meaning of its own, or cannot have."""

import itertools
from pathlib import Path

import pytest
from stepping import run

from noisytm import formats
from noisytm.machine import TuringMachine

CASES = Path(__file__).parent.parent / "data" / "formats" / "cases"


def machine_with(symbol="a", state="0", move="R", blank="_"):
    symbols = [blank, *sorted({"b", symbol} - {blank})]
    return TuringMachine(
        symbols, blank, [state, "halt"], state, [(s, state, symbol, "halt", move) for s in symbols], ["halt"]
    )


NASTY = [
    (formats.read(CASES / "rename-star.yaml"), "morphett", (" ", "*"), ("_", "a")),
    (machine_with("!", blank=" "), "jflap", (" ", "!", "b"), ("□", "a", "b")),
    (machine_with("}", blank=" "), "jflap", (" ", "b", "}"), ("□", "b", "c")),
    (machine_with("~", blank="~"), "jflap", ("~", "b"), ("□", "b")),
    (machine_with("□", blank=" "), "jflap", (" ", "b", "□"), ("□", "b", "c")),
    (machine_with(";", blank="_"), "morphett", ("_", ";", "b"), ("_", "a", "b")),
    (machine_with("_", blank="0"), "morphett", ("0", "_", "b"), ("_", "a", "b")),
    (machine_with("long", blank="empty"), "turingmachine.io", ("empty", "b", "long"), (" ", "b", "c")),
    (machine_with("🂡", blank="_"), "turingmachine.io", ("_", "b", "🂡"), ("_", "b", "c")),
    (machine_with("one", blank=" "), "tursi", (" ", "b", "one"), ("*", "b", "c")),
    (machine_with("1<", blank="two"), "ft_turing", ("two", "1<", "b"), ("_", "a", "b")),
    (machine_with("one", blank="two"), "automata_lib", ("two", "b", "one"), ("_", "b", "c")),
    (machine_with("*", blank=" "), "csv", (" ", "*", "b"), ("_", "a", "b")),
    (machine_with("`", blank="-"), "markdown", ("-", "`", "b"), ("_", "a", "b")),
    (machine_with("one", blank="two"), "jflap", ("two", "b", "one"), ("□", "b", "c")),
]


@pytest.mark.parametrize(("machine", "target", "before", "after"), NASTY)
def test_rename_gives_other_names_to_what_the_target_gives_a_meaning(machine, target, before, after):
    assert machine.symbols == before
    renamed = formats.renamed_for(machine, target)
    assert renamed.symbols == after
    back = formats.parse(formats.write(renamed, target), target)
    assert back == renamed
    for word in ((), before[-1:], before[::-1]):
        steps, _, tape = run(machine, word, 50)
        named = dict(zip(before, after, strict=True))
        assert run(back, [named[s] for s in word], 50)[0] == steps
        assert list(run(back, [named[s] for s in word], 50)[2].values()) == [named[s] for s in tape.values()]


@pytest.mark.parametrize(
    ("target", "states", "after"),
    [
        ("morphett", ("a b", "halting", "0", "*", "end"), ("a-b", "qhalting", "q0", "-", "halt")),
        ("morphett", ("a b", "a-b", "a;b", "end", "halt"), ("a-b-2", "a-b", "a-b-3", "end", "halt")),
        ("morphett", ("halt", "qhalt", "*", "-", "end"), ("qhalt-2", "qhalt", "--2", "-", "halt-2")),
        ("morphett", ("0", "a;b", "halt", "__proto__", "Halt"), ("0", "a-b", "qhalt", "q__proto__", "Halt")),
        ("turingmachine.io", ("__proto__", "a b", "*", "N", "null"), ("proto", "a b", "*", "N", "null")),
        ("tursi", ("a b", "a-b", "*", "#", "h"), ("a-b-2", "a-b", "*", "#", "h")),
        ("csv", ("*a", "-", "q0", "b c", "h"), ("q0-2", "q1", "q0", "b c", "h")),
        ("markdown", ("`a", "->b", "c", "d|", "*"), ("q0", "q1", "c", "d|", "q4")),
        ("jflap", ("<", "&", '"', "~", " "), ("<", "&", '"', "~", " ")),
    ],
)
def test_rename_of_states(target, states, after):
    chain = [("_", q, "_", r, "R") for q, r in itertools.pairwise(states)]
    machine = TuringMachine(["_"], "_", states, states[0], chain, states[-1:])
    renamed = formats.renamed_for(machine, target)
    assert renamed.states == after
    assert formats.parse(formats.write(renamed, target), target) == renamed
