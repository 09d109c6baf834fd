"""Learning coefficients where keys err: known values, the bound, what exact keys have less, certificates, files."""

import json
import random
from collections import Counter
from fractions import Fraction

import pytest
from seeds import seeds, sweep

from noisytm import (
    Description,
    Face,
    LearningCoefficient,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    correction,
    fatal_syndromes,
    learning_coefficient,
    library,
    load,
    verify,
    words,
)
from noisytm.algebra import Monomials
from noisytm.errors import CertificateError, MachineError
from noisytm.geometry import entry_values
from noisytm.relaxation.generic import wrong

DETECT_A = library.machine("detectA")
BOTH = [t for t in DETECT_A.tuples if t[:2] in {("A", "reject"), ("B", "reject")}]
NO_OP = ("A", "accept", "A", "accept", "S")
AGAIN = [("a", "0", "_", "0", "L"), ("_", "0", "_", "1", "L")]


def listed(tuples, symbols=DETECT_A.symbols):
    return Description(symbols, "_", DETECT_A.states, "reject", tuples)


def swapped():
    order = {(s, q): i for i, (s, q) in enumerate((s, q) for s in "_BA" for q in DETECT_A.states)}
    return listed(sorted(DETECT_A.tuples, key=lambda t: order[t[:2]]), ["_", "B", "A"])


def times(count):
    return Description(["_"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S")] * count)


def found(machine, inputs, steps, semantics="pseudo-utm", keys="noisy"):
    problem = SynthesisProblem.of_machine(machine, inputs, steps, keys=keys)
    return learning_coefficient(problem, machine, semantics=semantics)


VALUES = [
    *(
        (DETECT_A, "AB", 2, t, value, m)
        for t, value, m in [(3, "39/2", 2), (4, "18", 5), (6, "84/5", 6), (10, "16", 6)]
    ),
    *((swapped(), "AB", 2, t, value, m) for t, value, m in [(4, "67/4", 4), (6, "247/16", 6)]),
    *((listed(BOTH), "AB", 2, t, "10", 1) for t in (3, 4, 6, 10)),
    (listed([*BOTH, NO_OP]), "AB", 2, 4, "32/3", 1),
    (listed([*BOTH, NO_OP]), "AB", 2, 10, "413/48", 3),
    (library.machine("parity"), "1", 3, 4, "18", 2),
    *((times(n), "", 0, 3, value, 1) for n, value in [(1, "2"), (2, "5/2"), (3, "13/4")]),
]


@pytest.mark.parametrize(("machine", "letters", "longest", "steps", "value", "m"), VALUES)
def test_known_values(machine, letters, longest, steps, value, m):
    result = found(machine, words(letters, longest), steps)
    assert (str(result.value), result.multiplicity) == (value, m)
    bounds = result.bounds
    assert (
        bounds.fatal_alone <= result.value <= bounds.used_tuples <= bounds.dimension == len(result.certificate.primal)
    )
    result.certificate.verify()


@pytest.mark.parametrize(
    ("machine", "value", "m"), [(listed(BOTH), "23/3", 2), (listed([*BOTH, NO_OP]), "43/4", 1), (DETECT_A, "53/3", 2)]
)
def test_known_values_of_the_averaged_scan(machine, value, m):
    result = found(machine, words("AB", 2), 4, "mean-field")
    assert (str(result.value), result.multiplicity) == (value, m)


@pytest.mark.parametrize(("keys", "once", "twice"), [("noisy", "13/2", "23/4"), ("exact", "3", "5/2")])
def test_a_tuple_listed_twice_is_a_second_try(keys, once, twice):
    of = [Description(["_", "a"], "_", ["0", "1"], "0", [*AGAIN, *AGAIN[1:] * more]) for more in (0, 1)]
    assert [str(found(x, ["", "a"], 2, keys=keys).value) for x in of] == [once, twice]
    for semantics in ["mean-field"] if keys == "noisy" else ["mean-field", "annealed", "quenched"]:
        first, second = (found(x, ["", "a"], 2, semantics, keys).value for x in of)
        assert second >= first


def test_the_bound_is_that_of_the_used_tuples_and_of_what_keeps_the_others_from_acting():
    rows = [("_", "0", "_", "1", "S"), *[("_", "2", "_", "2", "S")] * 8]
    result = found(Description(["_"], "_", ["0", "1", "2"], "0", rows), [""], 1)
    assert result.value == 12 and result.used_tuples == (0,)
    assert result.bounds.used_tuples == 6 + 8  # 6 alone would be wrong
    weighted = learning_coefficient(result.problem, result.machine, prior_concentration={"in": "1/2", "next": 3})
    assert (weighted.bounds.used_tuples == 4 * Fraction(1, 2) and 0) or weighted.value <= weighted.bounds.used_tuples
    weighted.certificate.verify()


def covers(edges, weights, places):
    """Return the least weight of a set of places that meets all edges, by trying all sets."""
    chosen = [{j for j in places if bits >> j & 1} for bits in range(1 << len(places))]
    return min(sum((weights[j] for j in s), Fraction(0)) for s in chosen if all(s & set(e) for e in edges))


@pytest.mark.parametrize("seed", range(12))
def test_least_covers_are_least(seed):
    from noisytm.degeneracy.counting.covers import _least_cover

    rng = random.Random(seed)
    left, right = range(4), range(4, 8)
    edges = [(rng.choice(left), rng.choice(right)) for _ in range(rng.randint(0, 9))]
    edges += [(rng.choice(left), None)] * (seed % 2) + [(None, rng.choice(right))] * (seed % 3 == 0)
    weights = [Fraction(rng.randint(1, 6), rng.randint(1, 3)) for _ in range(8)]
    expected = covers([[j for j in e if j is not None] for e in edges], weights, range(8))
    assert _least_cover(edges, weights) == expected


def random_list(rng):
    """Return a small list with repeats, an input, and a number of steps."""
    symbols, states = ["_", "1"][: rng.randint(1, 2)], ["a", "b", "c"][: rng.randint(2, 3)]
    halting = states[-1:] if rng.random() < 0.3 else []
    keys = [q for q in states if q not in halting]
    rows = [
        (rng.choice(symbols), rng.choice(keys), rng.choice(symbols), rng.choice(states), rng.choice("LSR"))
        for _ in range(rng.randint(1, 2))
    ]
    return Description(symbols, "_", states, "a", rows, halting), [
        rng.choice(symbols) for _ in range(rng.randint(0, 2))
    ]


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 6))
@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field"])
def test_keys_that_err_cost_no_less_and_syndromes_are_those_of_the_step(semantics, seed):
    rng = random.Random(seed)
    machine, word = random_list(rng)
    steps = rng.randint(1, 2)
    noisy, exact = (found(machine, [word], steps, semantics, keys) for keys in ("noisy", "exact"))
    assert exact.value <= noisy.value <= noisy.bounds.used_tuples <= noisy.bounds.dimension
    assert noisy.bounds.fatal_alone <= noisy.value and exact.value <= exact.bounds.used_tuples
    noisy.certificate.verify()
    exact.certificate.verify()
    ideals = Monomials(noisy.problem.space.dimension)
    code = entry_values(ideals, noisy.problem, machine, "simplex")
    monomials = ideals.sum(wrong(ideals, noisy.problem, code, semantics))
    listing = fatal_syndromes(noisy.problem, machine, semantics=semantics, max_weight=None)
    minimal = {tuple(j for j, k in syndrome for _ in range(k)) for syndrome in listing.syndromes}
    assert minimal == set(monomials)
    for row in noisy.certificate.dual:
        errors = Counter(dict(row.syndrome))
        assert any(Counter(monomial) <= errors for monomial in minimal)


def test_files_come_back_and_are_checked(tmp_path):
    machine = Description(["_", "a"], "_", ["0", "1"], "0", [*AGAIN, *AGAIN[1:]], name="twice")
    for keys in ("noisy", "exact"):
        result = found(machine, ["", "a"], 2, keys=keys)
        record = json.loads(json.dumps(result.to_json()))
        assert record.get("keys", "exact") == record["problem"].get("keys", "exact") == keys
        assert record["machine"]["noisytm"] == "description/1" and record["used_tuples"] == [0, 2]
        assert record["certificate"]["primal"][0]["coordinate"].keys() == {"tuple", "kind", "wrong"}
        assert verify(record, full=True).value == result.value
        result.save(tmp_path / "bound.json")
        assert load(tmp_path / "bound.json").to_json() == result.to_json()
        assert SynthesisProblem.from_json(record["problem"]) == result.problem
    listing = fatal_syndromes(result.problem, machine)
    listing.save(tmp_path / "syndromes.json")
    assert load(tmp_path / "syndromes.json").syndromes == listing.syndromes
    assert correction(result.problem, machine).degree == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.update(keys="exact"), "keys"),
        (lambda r: r.pop("keys"), "keys"),
        (lambda r: r["options"].pop("keys"), "options"),
        (lambda r: r.update(learning_coefficient="11/2"), "sum"),
        (lambda r: r["problem"].pop("keys"), "tag|keys"),
        (lambda r: r["certificate"]["primal"][0]["coordinate"].update(tuple=7), "not an error coordinate"),
        (lambda r: r["certificate"]["primal"][0]["coordinate"].update(tuple=True), "not an error coordinate"),
        (lambda r: r.update(used_tuples=[0, 1]), "used_tuples"),
    ],
)
def test_changed_files_do_not_verify(change, says):
    record = found(times(2), [""], 3).to_json()
    change(record)
    with pytest.raises(CertificateError, match=says):
        verify(record)


def test_what_there_is_not_is_refused():
    problem = SynthesisProblem.of_machine(DETECT_A, ["A"], 2, keys="noisy")
    with pytest.raises(ProblemError, match=r"chart product:1,A:reject:next=2 names .* known by number"):
        learning_coefficient(problem, DETECT_A, chart="product:A:reject:next=2")
    with pytest.raises(ProblemError, match="noisy keys: semantics quenched is not available: "):
        learning_coefficient(problem, DETECT_A, semantics="quenched")
    with pytest.raises(MachineError, match=r"is not an error coordinate .*; give \(number of the tuple, kind, wrong"):
        Face(DETECT_A, [("A", "reject", "next", "reject")], keys="noisy")
    exact = SynthesisProblem.of_machine(DETECT_A, ["A"], 2)
    with pytest.raises(ProblemError, match=r"names 'read', .*of keys that err; here keys are exact"):
        learning_coefficient(exact, DETECT_A, prior_concentration={"read": 2})
    with pytest.raises(ProblemError, match="known by number"):
        learning_coefficient(problem, DETECT_A, prior_concentration={("A", "reject", "next"): 2})
    assert isinstance(learning_coefficient(exact, DETECT_A), LearningCoefficient)
    assert type(Face(Description.of(DETECT_A)).machine) is TuringMachine
