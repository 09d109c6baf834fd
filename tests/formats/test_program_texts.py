"""Programs of turingmachinesimulator.com, with sections, and of Tursi: what their texts mean, and what is refused."""

import re

import pytest
from house import sources
from stepping import run

from noisytm import FormatError, formats, library
from noisytm.errors import ReadingNote

TMS, SECTIONS, TURSI = "turingmachinesimulator.com", "morphett_sections", "tursi"


def tms(*lines, head="init: q0\naccept: qA\n"):
    return formats.parse(head + "\n".join(lines), TMS)


def test_a_program_as_it_is_shared():
    text = """// Input: a binary number n
// Output: accepts if n is divisible by 3   (see docs: http://example.org)
name: Divisible by 3
init: q0
accept: qAccept

q0,0
q0,0,>

q0,1 // remainder 1
q1,1,>
q1,0
q2,0,>
 q1 , 1
 q0 , 1 , >
q2,0
q1,0,>
q2,1
q2,1,>
q0,_
qAccept,_,-
"""
    assert formats.detect(text) == TMS
    machine = formats.parse(text)
    assert (machine.name, machine.states, machine.symbols) == (
        "Divisible by 3",
        ("q0", "q1", "q2", "qAccept"),
        ("_", "0", "1"),
    )
    assert [run(machine, f"{n:b}")[1] == "qAccept" for n in range(1, 10)] == [n % 3 == 0 for n in range(1, 10)]


def test_states_without_rules_and_halting_states_in_order():
    machine = tms("q0,_", "q9,1,<", "q0,1", "q8,1,-", head="init: q0\naccept: B, A\n")
    assert machine.states == ("q0", "q9", "q8", "B", "A") and machine.halting == ("B", "A")


def test_the_same_rule_twice_is_one():
    assert len(tms("q0,_", "qA,1,>", "q0,_", "qA,1,>").tuples) == 1


HEAD = """; a^n
#Q = {q0,q1,end,unused}
#S = {a}
#G = {b,a,_,a}
#q0 = q0
#B = _
#F = {end}
#N = 1
"""


def sections(*lines, head=HEAD):
    return formats.parse(head + "\n".join(lines), SECTIONS)


def test_sections_declare_symbols_and_states_in_order():
    machine = sections("q0 a b r q1 ; note", "q1 _ _ * end")
    assert formats.detect(HEAD) == SECTIONS
    assert (machine.symbols, machine.blank, machine.states) == (("b", "a", "_"), "_", ("q0", "q1", "end", "unused"))
    assert machine.halting == ("end",) and machine.table["_", "q1"] == ("_", "end", "S")


def test_the_wildcard_of_sections_is_every_symbol_but_the_blank_without_a_rule_of_its_own():
    machine = sections("q0 a b l q1", "q0 * * r q0", "q1 * a l end")
    assert machine.table == {
        ("a", "q0"): ("b", "q1", "L"),
        ("b", "q0"): ("b", "q0", "R"),
        ("a", "q1"): ("a", "end", "L"),
        ("b", "q1"): ("a", "end", "L"),
    }


def test_older_sections_leave_the_blank_open():
    older = HEAD.replace("#G", "#T")
    with pytest.raises(FormatError, match="some simulators read '\\*' as any symbol"):
        sections("q0 * * r q1", head=older)
    same = sections("q0 * * r q1", "q0 _ _ l end", head=older)
    assert same == sections("q0 * * r q1", "q0 _ _ l end")


def test_a_head_may_leave_out_what_has_only_one_value():
    short = "#Q={q0}\n#G={_,1}\n#q0=q0\n#F={}\nq0 1 _ R q0"
    assert formats.parse(short).table == {("1", "q0"): ("_", "q0", "R")}


def tursi(*lines, **options):
    return formats.parse("\n".join(lines), TURSI, **options)


RULES = ["s 0 0 R s", "s 1 0 > q  # note", "s * * N e0", "q\t0\t0\t+1\tq", "q ## 0 = e1"]


def test_a_file_of_tursi():
    machine = tursi("# zeros", "#! start s   #! end e0 e1", "#! fill *  # blank", *RULES)
    assert (machine.blank, machine.start, machine.halting) == ("*", "s", ("e0", "e1"))
    assert machine.symbols == ("*", "#", "0", "1") and machine.states == ("s", "q", "e0", "e1")
    assert [t.move for t in machine.tuples] == ["S", "S", "R", "R", "R"]
    assert formats.detect("\n".join([*RULES, "#!fill _"])) == TURSI


def test_what_tursi_guesses_is_told():
    with pytest.warns(ReadingNote) as told:
        machine = tursi("#! write 01", "#! break q", "s 0 0 R q", "q 0 0 R e")
    assert (machine.start, machine.halting, machine.blank) == ("s", ("e",), "*")
    messages = " ".join(str(w.message) for w in told)
    assert all(
        what in messages
        for what in (
            "'write' of line 1 is about the tape",
            "full of '*'",
            "start state is given; it is 's'",
            "they are 'e'",
        )
    )
    with pytest.warns(ReadingNote, match="it is 'b'"):
        assert tursi("#! fill _ #! end", "b 0 0 R a", "a 0 0 R b").start == "b"


def test_the_wildcard_of_tursi_closes_over_further_symbols():
    lines = ["#! start s #! end e #! fill _ #! wildcard ?", "s ? ? R s", "s _ 1 N e"]
    with pytest.warns(ReadingNote, match="none is left to|stand for the symbols"):
        assert set(tursi(*lines).table) == {("_", "s"), ("1", "s")}
    wider = tursi(*lines, symbols="ab")
    assert wider.table["a", "s"] == ("a", "s", "R") and run(wider, "ab")[1] == "e"


def test_rules_of_halting_states_on_request():
    texts = {
        TMS: "init: q\naccept: h\nq,_\nh,1,>\nh,_\nq,1,<",
        SECTIONS: "#Q = {q,h}\n#G = {_,1}\n#q0 = q\n#F = {h}\nq _ 1 r h\nh _ 1 l q",
        TURSI: "#! start q #! end h #! fill _\nq _ 1 r h\nh _ 1 l q",
    }
    for name, text in texts.items():
        with pytest.raises(FormatError, match=r"'h' is final and has a transition.*--final halts"):
            formats.parse(text, name)
        machine = formats.parse(text, name, final="halts")
        assert machine.halting == ("h",) and [t.state for t in machine.tuples] == ["q"]


BAD = {
    TMS: [
        ("init: q\naccept: h\nq,_,_\n", "'q,_,_' has 3 entries where a rule begins"),
        ("init: q\naccept: h\nq\n", "line 3: 'q' is no key and no beginning of a rule"),
        ("init: q\naccept: h\nq,_", "line 3 begins a rule that does not go on"),
        ("init: q\naccept: h\nq,_\nh,_", "line 4: 'h,_' must be the second half of a rule"),
        ("init: q\naccept: h\nq,_\nh,_,R", "line 4: move 'R' must be one of '<', '>', '-'"),
        ("init: q\naccept: h\nq,__\nh,_,>", "line 3: symbol '__' must be a single character"),
        ("init: q\nq,_\nh,_,>", "the line 'accept: …' is missing"),
        ("accept: q\nq,_\nh,_,>", "the line 'init: …' is missing"),
        ("init: q\ninit: p\naccept: h", "line 2: the key 'init' stands twice"),
        ("init: q\naccept: h\nreject: r", "line 3: the key 'reject' is unknown; the keys are name, init, accept"),
        ("init: q,p\naccept: h", "init is 'q,p'; it must be one state"),
        ("init: q\naccept: h\nq,1\nh,0,>\nq,1\nq,1,>", "lines 3 and 5 are two rules for state 'q' and symbol '1'"),
    ],
    SECTIONS: [
        (HEAD + "q0 a b r", "line 9: 'q0 a b r' has 4 entries"),
        (HEAD + "q0 a b x q1", "line 9: direction 'x' must be l, r or *"),
        (HEAD + "q0 a c r q1", "line 9: symbol 'c' is not in the tape symbols; add it there"),
        (HEAD + "q0 a b r q7", "line 9: state 'q7' is not in #Q; add it there"),
        (HEAD + "q0 aa bb rr q1", "line 9: symbol 'aa' must be a single character"),
        (HEAD + "q0 a b r q1\nq0 a a r q1", "lines 9 and 10 are two rules for state 'q0' and symbol 'a'"),
        (HEAD + "q0 * b r q1\nq0 a a r q1", "the one with '*' first; put it last"),
        (HEAD.replace("#N = 1", "#N = 2"), "line 8: #N is '2'; only machines with one tape"),
        (HEAD.replace("#q0 = q0\n", ""), "the section #q0 is missing; a program has '#Q', '#G', '#q0', '#F'"),
        (HEAD + "#B = _", "lines 6 and 9 are both the section #B"),
        (HEAD + "#T = {_}", "lines 4 and 9 are both the section #T"),
        (HEAD.replace("{a}", "{c}"), "line 3: #S has 'c', which is not in #G"),
        (HEAD.replace("{end}", "{stop}"), "line 7: #F has 'stop', which is not in #Q"),
        (HEAD.replace("{b,a,_,a}", "{b,aa}"), "line 4: 'aa' in the tape symbols must be a single character"),
        (HEAD.replace("{b,a,_,a}", "b,a"), "line 4: #G is 'b,a'; it must be a list in braces"),
        (HEAD.replace("{b,a,_,a}", "{b,,a}"), "line 4: #G has an empty entry"),
        (HEAD.replace("{b,a,_,a}", "{b,a}"), "line 6: #B has '_', which is not in #G"),
        (HEAD + "#Z = {q}", "line 9: '#Z = {q}' is no section"),
    ],
    TURSI: [
        ("#! start s\ns 0 0 R", "line 2: 's 0 0 R' has 4 entries"),
        ("#! start s\ns 00 0 R s", "line 2: symbol '00' must be a single character"),
        ("#! start s\ns 0 0 x s", "line 2: move 'x' must be -1, 0 or 1, or one of"),
        ("#! start s\ns 0 0 2 s", "line 2: move 2 is by more than a cell"),
        ("#! start s\ns 0 0 R s\ns 0 0 R s", "lines 2 and 3 are two rules for state 's' and symbol '0'"),
        ("#! start", "line 1: the command 'start' has 0 arguments; it takes one"),
        ("#! start s t", "line 1: the command 'start' has 2 arguments"),
        ("#! start s\n#! start t", "line 2: the command 'start' stands twice"),
        ("#! begin s", "line 1: the command 'begin' is unknown; the commands are start, end, fill"),
        ("#! fill 01\n#! start s", "fill is '01', a tape of several symbols in turn"),
        ("#! wildcard ab #! start s #! fill _", "wildcard is 'ab'; it must be one character"),
        ("a 0 0 R c\nb 0 0 R c #! fill _", "no rule goes to a, b; add '#! start STATE'"),
        ("# nothing\n#! fill _", "the file has no rules and no start state"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "fragment"), [(n, *row) for n, rows in BAD.items() for row in rows])
def test_wrong_programs_get_one_line(name, text, fragment):
    with pytest.raises(FormatError) as caught:
        formats.parse(text, name)
    message = str(caught.value)
    assert fragment in message and message.startswith(f"{name}: ") and "\n" not in message and len(message) < 500


@pytest.mark.parametrize(("target", "why"), [(SECTIONS, "needs"), (TMS, "is safe with")])
def test_names_of_states_that_a_format_does_not_take(target, why):
    states = {"A": "a!", "B": "B", "Z": "Z"}
    machine = library.machine("bb2").renamed({"0": "_"}, states)
    with pytest.raises(FormatError, match=rf"state 'a!' has other characters .* which {re.escape(target)} {why}; "):
        formats.write(machine, target)


def test_what_the_formats_share_stands_once():
    texts = [text for name, text in sources().items() if name.startswith("formats")]
    for shared in ('("{", "[", "<", "|")', 'CHARACTER = "[A-Za-z0-9_]"', "has other characters than letters, digits"):
        assert sum(text.count(shared) for text in texts) == 1, shared
