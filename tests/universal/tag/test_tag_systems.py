"""Tag systems, bi-tag systems and cyclic tag systems as objects of their own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noisytm.errors import FormatError, MachineError
from noisytm.universal import BiTagSystem, CyclicTagSystem, TagSystem
from noisytm.universal.tag.cyclic_tag_systems import unary_bits

COLLATZ = TagSystem(2, "abc", {"a": "bc", "b": "a", "c": "aaa"})


@st.composite
def tag_systems(draw):
    letters = "abcd"[: draw(st.integers(1, 4))]
    halting = draw(st.sampled_from(["", "H", "HK"]))
    words = st.text(letters + halting, max_size=3)
    system = TagSystem(draw(st.integers(1, 3)), letters + halting, {x: draw(words) for x in letters})
    return system, draw(st.text(letters + halting, max_size=6))


def naive(deletion, productions, word):
    """The words of a run, on plain strings."""
    while True:
        yield word
        if word[:1] not in productions or len(word) < deletion:
            return
        word = word[deletion:] + productions[word[0]]


@given(tag_systems())
@settings(max_examples=60, deadline=None)
def test_steps_and_runs(case):
    system, word = case
    productions = {letter: "".join(after) for letter, after in system.productions}
    right = [w for w, _ in zip(naive(system.deletion, productions, word), range(21), strict=False)]
    assert ["".join(w) for w in system.trace(word, 20)] == right
    run = system.run(word, 20)
    assert (run.steps, "".join(run.word)) == (len(right) - 1, right[-1])
    assert run.reason == (system.stops(run.word) or "budget")
    assert TagSystem.from_json(json.loads(json.dumps(system.to_json()))) == system
    assert TagSystem.parse(system.text()) == system


@pytest.mark.parametrize(("power", "steps"), [(3, 24), (5, 20), (7, 128)])
def test_the_collatz_system(power, steps):
    run = COLLATZ.run("a" * power, 1000)
    assert run == ("short", steps, ("a",))
    number, lengths = power, []
    while number > 1:
        number = number // 2 if number % 2 == 0 else (3 * number + 1) // 2
        lengths.append(number)
    words = ["".join(w) for w in COLLATZ.trace("a" * power, 1000)]
    assert [len(w) for w in words[1:] if set(w) == {"a"}] == lengths


def test_halting_letter_and_short_words():
    system = TagSystem(2, "abH", {"a": "bb", "b": "H"})
    assert ["".join(w) for w in system.trace("aaaa", 9)] == ["aaaa", "aabb", "bbbb", "bbH", "HH"]
    assert (system.run("H", 9).reason, system.run("a", 9).reason, system.run("", 9).reason) == (
        "halted", "short", "short",
    )  # fmt: skip
    assert system.run("aaaa", 2) == ("budget", 2, tuple("bbbb"))


@given(tag_systems())
@settings(max_examples=40, deadline=None)
def test_cyclic_tag_systems_run_tag_systems(case):
    system, word = case
    if system.halting:
        return
    cyclic = CyclicTagSystem.of_tag_system(system)
    words = list(system.trace(word, 6))
    coded = cyclic.words_at_phase_zero(unary_bits(word, system.letters), len(words))
    assert coded == [unary_bits(w, system.letters) for w in words]


def test_bi_tag_steps():
    system = BiTagSystem(["a1", "a2"], ["e1", "e2"], {("e1", "a1"): ["a2", "e1"], ("e1", "a2"): ["a1", "a1", "e2"]})
    words = [" ".join(w) for w in system.trace(["a2", "e1", "a1"], 20)]
    assert words[:4] == ["a2 e1 a1", "e1 a1 a2", "a2 a2 e1", "a2 e1 a2"]
    assert words[-1].startswith("e2 ") and system.run(["a2", "e1", "a1"], 20).reason == "halted"
    assert system.run(["a2", "e1", "a1"], 2) == ("budget", 2, ("a2", "a2", "e1"))
    assert system.run(["e1"], 2).reason == "short"
    assert BiTagSystem.from_json(json.loads(json.dumps(system.to_json()))) == system


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: TagSystem(0, "a", {}), "deletion is 0"),
        (lambda: TagSystem(True, "a", {}), "deletion is True"),
        (lambda: TagSystem(2, "aa", {}), "declared twice"),
        (lambda: TagSystem(2, "a", {"b": "a"}), "not among the letters"),
        (lambda: TagSystem(2, "a", {"a": "b"}), "'b' at position 0"),
        (lambda: TagSystem(2, "a", [("a", "a"), ("a", "")]), "two productions"),
        (lambda: TagSystem(2, ["aa", "b"], {"b": "bb"}), "give a list of letters"),
        (lambda: COLLATZ.word("ax"), "'x' at position 1"),
        (lambda: COLLATZ.word(5), "word is 5"),
        (lambda: BiTagSystem("a", "a", {}), "declared twice"),
        (lambda: BiTagSystem("", "e", {}), "no letter of A"),
        (lambda: BiTagSystem("ab", "e", {("e", "a"): "ae"}), "no production with 'b'"),
        (lambda: BiTagSystem("a", "e", {("e", "a"): "aa"}), "has 0 letters of E"),
        (lambda: BiTagSystem("a", "e", {("a", "e"): "ae"}), "a letter of E and one of A"),
        (lambda: BiTagSystem("a", "e", [((["e"], "a"), "ae")]), "a letter of E and one of A"),
        (lambda: BiTagSystem("a", "e", [(("e", "a"), "e")] * 2), "has two productions"),
        (lambda: BiTagSystem("a", "e", {}).word("ee"), "has 2 letters of E"),
        (lambda: CyclicTagSystem([]), "no words to append"),
        (lambda: CyclicTagSystem(["2"]), "must be a string of 0 and 1"),
        (lambda: list(CyclicTagSystem(["1"]).trace("x", 1)), "word is 'x'"),
    ],
)
def test_what_is_refused(make, says):
    with pytest.raises(MachineError) as error:
        make()
    assert says in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TagSystem.parse("a -> b"),
        lambda: TagSystem.parse("2: a b"),
        lambda: TagSystem.parse("2: a -> b; ; b"),
        lambda: TagSystem(2, ["a b"], {}).text(),
        lambda: TagSystem.from_json([]),
        lambda: TagSystem.from_json({"noisytm": "tag-system/1", "deletion": 2, "letters": ["a"]}),
        lambda: TagSystem.from_json(COLLATZ.to_json() | {"more": 1}),
        lambda: BiTagSystem.from_json({"noisytm": "bi-tag-system/1", "a_letters": [], "e_letters": []}),
        lambda: BiTagSystem.from_json(
            {"noisytm": "bi-tag-system/1", "a_letters": ["a"], "e_letters": ["e"], "productions": [1]}
        ),
    ],
)
def test_texts_that_are_refused(make):
    with pytest.raises(FormatError):
        make()
