"""Holdouts that run on: stages give what one long run gives, and the readable search the same classes."""

from collections import Counter

import pytest
from seeds import ALL_SEEDS, slow_where, sweep

from noisytm import enumerate_machines, output_distribution
from noisytm.enumeration import reference, tree
from noisytm.enumeration.late import first_limit, stages
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import classes
from noisytm.errors import MachineError

CLASSES = classes()
IN_THE_SEARCH = ("closed", "cycles", "translated")


@sweep
@pytest.mark.parametrize(
    ("early", "complete"), [(5, False), (12, True), *([(2, False), (3, True)] if ALL_SEEDS else [])]
)
def test_what_halts_does_not_depend_on_when_recognisers_are_asked(early, complete):
    """Machines of the trunk are among those that halt late, and so are those that have children."""
    at_once = enumerate_machines(3, 2, max_steps=200, complete=complete)
    staged = enumerate_machines(3, 2, max_steps=200, complete=complete, early_steps=early)
    assert (staged.machines, staged.halting, staged.holdouts) == (at_once.machines, at_once.halting, 0)
    assert (staged.steps, staged.score) == (21, 6)
    assert sorted(map(str, staged.longest)) == sorted(map(str, at_once.longest))
    assert staged.tally.highest.number == at_once.tally.highest.number
    assert staged.weights["halted"] == at_once.weights["halted"]
    assert sum(staged.weights.values()) == staged.weight_of_root
    assert sorted(staged.texts("halted")) == sorted(at_once.texts("halted"))


@pytest.mark.parametrize(
    ("recognisers", "max_steps"),
    [(IN_THE_SEARCH, 150), (("closed", "ngrams", "automata"), 20), (("words", "automata"), 6), ((), 20)],
)
def test_the_readable_search_goes_through_the_same_stages(recognisers, max_steps):
    """It sees a repetition sooner than the compiled one, so none of these depends on which recogniser is first."""
    found = enumerate_machines(2, 2, max_steps=max_steps, early_steps=3, recognisers=recognisers, automata=2)
    names = Counter(reference.class_of(node.outcome) for node in reference.nodes(found.options))
    assert found.counts == dict.fromkeys(CLASSES, 0) | names
    halts = [n.outcome for n in reference.nodes(found.options) if isinstance(n.outcome, reference.Halt)]
    assert (found.steps, found.score) == (max(h.steps for h in halts), max(h.score for h in halts))


@sweep
@pytest.mark.parametrize("early", [4, 9])
@slow_where("4")
def test_listings_are_those_of_the_readable_search(early):
    """In its order too: the children of a machine that halts late come after it."""
    found = enumerate_machines(2, 3, max_steps=60, early_steps=early, recognisers=("closed", "ngrams"), ngrams=[(1, 0)])
    expected = {name: [] for name in CLASSES}
    for node in reference.nodes(found.options):
        row = [-1] * found.options.cells
        for (state, symbol), (write, move, following) in node.table.items():
            row[state * 3 + symbol] = tree.entry_of(found.options, following, write, (move + 1) // 2)
        halts = node.outcome.cell if isinstance(node.outcome, reference.Halt) else None
        cell = -1 if halts is None else halts[0] * 3 + halts[1]
        expected[reference.class_of(node.outcome)].append(tree.text_of(found.options, [*row, cell]))
    assert {name: list(found.texts(name)) for name in CLASSES} == expected
    assert len(expected["holdout"]) > 10


@pytest.mark.slow
def test_all_of_a_limit_counts():
    """A machine that halts at the last step has halted, and one a step later has not."""
    for limit in (107, 106):
        found = enumerate_machines(4, 2, max_steps=limit, early_steps=30)
        assert (found.steps == 107) == (limit == 107) and found.holdouts == (0 if limit == 107 else 1)


@sweep
def test_pauses_in_long_runs_change_nothing(monkeypatch):
    whole = enumerate_machines(3, 2, max_steps=100, early_steps=5)
    monkeypatch.setattr("noisytm.enumeration.late.running.WORK_AT_ONCE", 3)
    again = enumerate_machines(3, 2, max_steps=100, early_steps=5)
    assert (again.tally.counts == whole.tally.counts).all()
    assert again.tally.to_json() == whole.tally.to_json()


def test_outputs_of_machines_that_halt_late_are_counted():
    at_once, staged = (output_distribution(3, 2, max_steps=100, early_steps=early) for early in (100, 5))
    assert staged.counts == at_once.counts and staged.undecided == at_once.undecided == 0


def test_the_stages():
    options = EnumerationOptions(3, 2, max_steps=150)
    assert options.early_steps == 200 and first_limit(options, 0) == 150
    assert [stage.max_steps for stage in stages(options, 150)] == [150, 150, 150]
    with pytest.raises(MachineError, match="early_steps is 1"):
        EnumerationOptions(3, 2, early_steps=1)
    assert EnumerationOptions(3, 2, early_steps=100).key != EnumerationOptions(3, 2).key
