"""Certificates of a minimum: they are accepted, and a mutated one is refused, with a line that says where."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from parity_tables import parity
from seeds import ALL_SEEDS, examples, seeds, sweep
from tree_files import (
    Made,
    Naive,
    Node,
    asked_of,
    bytes_of,
    changed,
    content,
    made,
    nodes_of,
    packed,
    small,
    three_states,
    tiny,
    told_by_replay,
)

from noisytm import SynthesisProblem, learning_coefficient
from noisytm.cli import main
from noisytm.errors import BudgetError, CertificateError, FormatError
from noisytm.machine import TuringMachine
from noisytm.search import UNFIXED
from noisytm.search.readable import BranchAndBound
from noisytm.search.tree import Dual, Row, TreePart, check_certificate, is_tree, write_certificate
from noisytm.search.tree import writer as writing
from noisytm.search.tree.container import TreeFile, write_tree
from noisytm.search.tree.nodes import BOUNDED, FRESH, INNER, KNOWN, PRICED, REFUTED, UNITS, Exponents

Nodes = list[Node]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "minimum"


def nodes_in(case: Made, path: Path) -> Nodes:
    return nodes_of(content(case.tree, path), len(case.search.weights))


def refusal(case: Made, path: Path) -> str:
    """Return why a certificate is refused; "" if it is accepted."""
    case.save(path)
    try:
        check_certificate(path)
    except CertificateError as error:
        assert "\n" not in str(error)
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("semantics", "loss", "chart", "prior"),
    [
        ("pseudo-utm", "log", "simplex", 1),
        ("mean-field", "brier", "bits", {"next": "1/3"}),
        ("annealed", "log", "sphere", 1),
        ("quenched", "log", "simplex", "3/2"),
    ],
)
def test_what_a_search_writes_is_accepted(semantics: str, loss: str, chart: str, prior: object, path: Path) -> None:
    case = made(asked_of(three_states(2, states=2), semantics, loss, chart, prior))
    checked = check_certificate(case.save(path))
    tally = case.search.tally
    assert str(checked.value) == case.bound["learning_coefficient"]
    assert checked.multiplicity == case.best.multiplicity
    assert (checked.nodes, checked.refuted, checked.bounded) == (tally.nodes, tally.refuted, tally.bounded)
    assert Naive(case).proves(nodes_in(case, path))


LARGER = (
    [(steps, how) for steps in (4, 5) for how in ("pseudo-utm", "mean-field", "quenched")] if ALL_SEEDS else [(0, "")]
)


@pytest.mark.parametrize(("steps", "semantics"), LARGER)
def test_how_large_a_tree_is(steps: int, semantics: str, path: Path) -> None:
    """At most one byte a refuted leaf and 60 a bounded one, rows and compression aside."""
    case = made(asked_of(parity(steps), semantics)) if steps else small()
    checked = check_certificate(case.save(path))
    nodes, spelt = nodes_in(case, path), 0
    for node in nodes:
        for row in node.rows:
            spelt += 1 + 2 * len(row.exponents or ())
    assert checked.bounded > 20
    assert len(content(case.tree, path)) - spelt < checked.refuted + 60 * checked.bounded
    assert len(case.tree) < checked.refuted + 60 * checked.bounded


def without_a_child(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.choice([k for k, node in enumerate(nodes) if node.operation == REFUTED])
    return nodes[:at] + nodes[at + 1 :]


def with_a_child_more(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.integers(1, len(nodes) + 1)
    return [*nodes[:at], Node(REFUTED, 0), *nodes[at:]]


def with_raised_weights(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.choice([k for k, node in enumerate(nodes) if node.operation in (UNITS, BOUNDED)])
    node, raised = nodes[at], int(random.integers(2, 4))
    rows = tuple(replace(row, weight=(row.weight or 1) * raised + 1) for row in node.rows)
    return changed(nodes, at, operation=BOUNDED, value=node.value or 1, rows=rows)


def with_lowered_weights(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.choice([k for k, node in enumerate(nodes) if node.operation in (UNITS, BOUNDED)])
    rows = tuple(replace(row, weight=row.weight or 1) for row in nodes[at].rows)
    return changed(nodes, at, operation=BOUNDED, value=(nodes[at].value or 1) * int(random.integers(2, 9)), rows=rows)


def with_a_refutation_moved(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    """Put a leaf that is refuted where one is bounded, and the other way round."""
    leaves = [k for k, node in enumerate(nodes) if node.operation in (UNITS, BOUNDED)]
    here = random.choice(leaves)
    there = random.choice([k for k, node in enumerate(nodes) if node.operation == REFUTED])
    moved = list(nodes)
    moved[here], moved[there] = nodes[there], nodes[here]
    return moved


def with_another_branch(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.choice([k for k, node in enumerate(nodes) if node.operation == INNER])
    return changed(nodes, at, value=(nodes[at].value or 0) + int(random.integers(1, 3)))


def with_rows_exchanged(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    """Let two rows stand for what the other stood for."""
    places = [(k, i) for k, node in enumerate(nodes) for i, row in enumerate(node.rows) if row.exponents]
    first, second = (places[k] for k in random.choice(len(places), 2, replace=False))
    one, other = (nodes[k].rows[i].exponents for k, i in (first, second))
    for (k, i), exponents in ((first, other), (second, one)):
        rows = list(nodes[k].rows)
        rows[i] = replace(rows[i], exponents=exponents)
        nodes = changed(nodes, k, rows=tuple(rows))
    return nodes


def with_a_row_fewer(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    at = random.choice([k for k, node in enumerate(nodes) if node.rows])
    i = random.integers(len(nodes[at].rows))
    return changed(nodes, at, rows=nodes[at].rows[:i] + nodes[at].rows[i + 1 :])


def with_a_lighter_row(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    """Take an error away from a row: what is left proves more, if it were fatal."""
    at = random.choice(
        [k for k, n in enumerate(nodes) if any(r.exponents and sum(e for _, e in r.exponents) > 1 for r in n.rows)]
    )
    rows = list(nodes[at].rows)
    i = next(i for i, row in enumerate(rows) if row.exponents and sum(e for _, e in row.exponents) > 1)
    (column, exponent), *rest = rows[i].exponents or ()
    rows[i] = replace(rows[i], exponents=(*([(column, exponent - 1)] if exponent > 1 else []), *rest))
    return changed(nodes, at, rows=tuple(rows))


def with_costs(nodes: Nodes, random: np.random.Generator, case: Made) -> Nodes:
    """Show a row at costs of its own."""
    at = random.choice([k for k, node in enumerate(nodes) if any(row.exponents for row in node.rows)])
    rows = list(nodes[at].rows)
    i = next(i for i, row in enumerate(rows) if row.exponents)
    costs = tuple(int(c) for c in random.integers(0, 9, len(rows[i].exponents or ())))
    rows[i] = replace(rows[i], how=PRICED, costs=costs)
    return changed(nodes, at, rows=tuple(rows))


ALWAYS_WRONG = [without_a_child, with_a_child_more, with_raised_weights, with_another_branch]
MAYBE_WRONG = [
    with_lowered_weights, with_a_refutation_moved, with_rows_exchanged, with_a_row_fewer, with_a_lighter_row,
    with_costs,
]  # fmt: skip


@sweep
@pytest.mark.parametrize("mutate", ALWAYS_WRONG + MAYBE_WRONG)
def test_a_mutated_tree_is_refused(mutate: Callable[[Nodes, np.random.Generator, Made], Nodes], path: Path) -> None:
    for case in (small(), small("mean-field", "bits")) if ALL_SEEDS else (tiny("mean-field"),):
        nodes, random, seen = nodes_in(case, path), np.random.default_rng(0), 0
        naive = Naive(case)
        for _ in range(examples(150, 4)):
            tree = bytes_of(mutate(nodes, random, case))
            told = told_by_replay(case, tree)
            assert (not told) == proves(naive, tree)
            assert told or mutate not in ALWAYS_WRONG
            assert not told or told.startswith("node ")
            seen += bool(told)
        assert seen or not ALL_SEEDS


def proves(naive: Naive, tree: bytes) -> bool:
    try:
        return naive.proves(nodes_of(tree, len(naive.search.weights)))
    except (IndexError, CertificateError):
        return False


@sweep
@pytest.mark.parametrize("seed", seeds(range(40), 1))
def test_changed_bytes_are_refused(seed: int, path: Path) -> None:
    """Every change to the file is noticed; one with a new checksum too, unless what is left is a proof again."""
    case, random = tiny(), np.random.default_rng(seed)
    whole = case.save(path).read_bytes()
    nodes = content(case.tree, path.with_name("again"))
    for _ in range(15):
        at = int(random.integers(len(whole)))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ int(random.integers(1, 256))]) + whole[at + 1 :])
        with pytest.raises(CertificateError, match=r"damaged|does not begin"):
            check_certificate(path)
    naive = Naive(case)
    for _ in range(40):
        at = int(random.integers(len(nodes)))
        mutated = nodes[:at] + bytes([nodes[at] ^ 1 << int(random.integers(8))]) + nodes[at + 1 :]
        told = told_by_replay(case, mutated)
        assert told or proves(naive, mutated)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"learning_coefficient": "3/2"}, "learning_coefficient is claimed to be 3/2, but the code attains"),
        ({"multiplicity": 9}, "multiplicity is claimed to be 9, but the code attains"),
        ({"nodes": 5}, "the certificate says 5"),
        ({"space": "listed"}, "space"),
        ({"noisytm": "search-certificate/2"}, "newer noisytm"),
        ({"more": 1}, "more"),
    ],
)
def test_other_claims_are_refused(change: dict[str, object], told: str, path: Path) -> None:
    case = small()
    with TreeFile(case.save(path)) as file:
        header = file.header
    write_tree(path, header | change, [case.tree])
    with pytest.raises(CertificateError, match=told):
        check_certificate(path)


def test_a_code_that_does_not_attain_the_minimum_is_refused(path: Path) -> None:
    case = small()
    search = BranchAndBound(case.search.asked)
    tables = itertools.product(range(search.choices.number), repeat=3)
    solving = (np.array(t) for t in tables if search.runs.decided(search.choices.table_actions(t)) == (None, None))
    other = next(t for t in solving if search.attained(t).value > case.best.value)
    worse = replace(case, bound=search.coefficient(other).to_json())
    assert "less than" in refusal(worse, path)
    broken = case.bound | {"certificate": case.bound["certificate"] | {"dual": []}}
    assert refusal(replace(case, bound=broken), path).startswith("the code that attains the minimum: ")


def test_a_listed_code_is_no_vertex_of_full_tables(path: Path) -> None:
    machine = TuringMachine(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "c", "S")])
    bound = learning_coefficient(SynthesisProblem.of_machine(machine, [""], 3), machine).to_json()
    assert "lists 1 of 3 tuples" in refusal(replace(small(), bound=bound), path)


def with_a_row_above(case: Made, path: Path, honest: bool) -> TreePart:
    """Write the tree anew, a row shown at an inner node already: one that is fatal there, or one that is not.

    That row then is used in all leaves below, and shown at none.
    """
    nodes = [node for node in nodes_in(case, path) if node.operation != FRESH]
    naive, known, choices = Naive(case), list[Exponents](), case.search.choices.number
    above: dict[int, list[Row]] = {}
    way: list[list[int]] = []  # tuple, choice, number of the node
    told: list[list[Row]] = []
    for k, node in enumerate(nodes):
        table = np.full(len(case.search.asked.tables.space.keys), UNFIXED)
        for at, choice, _ in way[:-1]:
            table[at] = choice
        told.append([])
        for row in node.rows:
            known += [row.exponents] if row.exponents else []
            told[-1].append(Row(known[row.number], row.input or 0))
            if not above and len(way) > 1 and naive.is_fatal(table, told[-1][-1]) == honest:
                above = {way[-1][2]: [told[-1][-1]]}
        if node.operation == INNER:
            way.append([node.value or 0, 0, k])
            continue
        while way:
            way[-1][1] += 1
            if way[-1][1] < choices:
                break
            way.pop()
    assert above
    part = TreePart(choices)
    for k, (node, rows) in enumerate(zip(nodes, told, strict=True)):
        if node.operation == REFUTED:
            part.refuted(node.value or 0)
        elif node.operation == INNER:
            part.inner(node.value or 0, above.get(k, ()))
        else:
            part.bounded(Dual(tuple(rows), tuple(row.weight or 1 for row in node.rows), node.value or 1))
    return part


@pytest.mark.parametrize("honest", [True, False])
def test_rows_may_be_shown_above_where_they_are_used(honest: bool, path: Path) -> None:
    case = tiny("mean-field")
    part = with_a_row_above(case, path, honest)
    mutated = replace(case, tree=part.finish())
    nodes = nodes_in(mutated, path)
    assert any(row.how == KNOWN for node in nodes for row in node.rows)
    assert any(node.operation == INNER and node.rows for node in nodes)
    told = refusal(mutated, path)
    assert not told if honest else "are not shown to be fatal on input 0" in told
    assert Naive(case).proves(nodes) == honest


def test_a_row_that_no_node_above_has_shown_is_not_known(path: Path) -> None:
    case = tiny("mean-field")
    nodes = nodes_in(case, path)
    at = next(k for k, node in enumerate(nodes) if any(not row.exponents for row in node.rows))
    rows = tuple(row if row.exponents else replace(row, how=KNOWN, input=None) for row in nodes[at].rows)
    told = told_by_replay(case, bytes_of(changed(nodes, at, rows=rows)))
    assert re.search("uses row [0-9]+ as known, which no node above has shown", told)


def test_the_parts_of_workers_are_put_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FULL", 50)
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    case = small()
    choices, count = case.search.choices, 0
    whole = TreePart(choices.number)
    whole.inner(0)
    for choice in range(choices.number):
        part = TreePart(choices.number)
        BranchAndBound(case.search.asked, best=case.best, events=part).run([choice, -1, -1])
        whole.append(part.finish(), part.nodes)
        count += part.nodes
    assert whole.nodes == count + 1
    checked = check_certificate(replace(case, tree=whole.finish(), nodes=whole.nodes).save(path))
    assert (checked.value, checked.nodes) == (case.best.value, count + 1)


@pytest.fixture(scope="module")
def unsolvable() -> tuple[SynthesisProblem, bytes, int]:
    """A problem that no code solves, one step being too few, and the tree that shows it."""
    problem = three_states(1, symbols=2)
    problem = replace(problem, targets=(problem.targets[0], (("a",),)), inputs=((), ("_",)))
    search = BranchAndBound(asked_of(problem, "pseudo-utm"))
    part = search.events = TreePart(search.choices.number)
    assert search.run() is None
    return problem, part.finish(), part.nodes


def test_that_no_code_solves_a_problem(unsolvable: tuple[SynthesisProblem, bytes, int], path: Path) -> None:
    problem, tree, nodes = unsolvable
    write_certificate(path, problem, [tree], nodes)
    checked = check_certificate(path)
    assert (checked.value, checked.refuted, checked.nodes) == (None, 18, 19)
    assert "no code solves the problem" in repr(checked)
    part = TreePart(18)
    part.bounded(Dual((), (), 1))
    write_certificate(path, problem, [part.finish()], 1)
    with pytest.raises(CertificateError, match="the claim is that no code solves the problem"):
        check_certificate(path)
    write_certificate(path, three_states(1, symbols=2), [tree], nodes)
    with pytest.raises(CertificateError, match="does not end rejected"):
        check_certificate(path)


def test_the_command(
    path: Path, capsys: pytest.CaptureFixture[str], unsolvable: tuple[SynthesisProblem, bytes, int]
) -> None:
    case = small()
    assert main(["verify", str(case.save(path))]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"verified: least learning coefficient of all codes {case.best.value}, multiplicity ")
    assert "all 729 full tables over 1 symbol and 3 states" in out
    assert f"key {TuringMachine.from_json(case.bound['machine']).key}" in out
    write_certificate(path, case.bound, [packed(content(case.tree, path)[:-1])], case.nodes)
    assert main(["verify", str(path)]) == 1
    out, err = capsys.readouterr()
    assert not out and re.fullmatch(r"noisytm: node [\d,]+ of the tree.*\n", err)
    assert main(["verify", str(case.save(path)), "--seconds", "1e-9"]) == 3
    assert "left unchecked: everything" in capsys.readouterr().err
    assert main(["verify", str(path), "--full"]) == 2
    assert "--full is for the JSON of noisytm bound" in capsys.readouterr().err
    write_certificate(path, unsolvable[0], [unsolvable[1]], unsolvable[2])
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out.startswith("verified: no code solves the problem\n")


def test_a_part_that_is_not_whole_is_not_finished() -> None:
    part = TreePart(3)
    part.inner(0)
    part.refuted(201)
    with pytest.raises(CertificateError, match="at least 2 nodes are still to come"):
        part.finish()
    part.bounded(Dual((Row(((0, 1),), 0),), (1,), 1))
    part.refuted(0)
    with pytest.raises(CertificateError, match="no node can follow"):
        part.refuted(0)


def test_files_that_are_no_certificates(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"{}")
    assert not is_tree(path) and not is_tree(tmp_path / "none")
    with pytest.raises(CertificateError, match="does not begin as a certificate"):
        check_certificate(path)
    with pytest.raises(CertificateError, match="cannot read certificate"):
        check_certificate(tmp_path / "none")
    case = small()
    assert is_tree(case.save(path))
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(CertificateError, match="damaged or cut short"):
        check_certificate(path)
    with pytest.raises(FormatError, match="cannot write"):
        write_certificate(tmp_path / "no" / "such", case.bound, [case.tree], case.nodes)


def test_what_time_leaves_unchecked_is_said(path: Path) -> None:
    small().save(path)
    with pytest.raises(BudgetError, match="left unchecked: "):
        check_certificate(path, seconds=1e-9)


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        (b"\xcc\xc9\x80\x00", "byte 3 of a block ends a number that needs fewer bytes"),
        (b"\xcc\xc8" + b"\xff" * 3000 + b"\x01", "a number has more than 16,384 bits"),
        (b"\xcc\xc8\x05", "input 5 is written with more bytes than it needs"),
        (b"\xcc\xff", "byte 255 begins no node"),
        (b"\xcc\xc9\x07\x00", "it branches at tuple 7; there are 2"),
        (b"\xcc\xca\x01\x07\x01", "it uses row 2; 0 are known"),
        (b"\xcc\xca\x01\x01\x01\x63\x01\x00", "a row names column 99; there are 12"),
        (b"\xcc\xca\x01\x01\x01\x01\x00\x00", "a row names a column twice, or without an exponent"),
        (b"\xcc\xca\x01\x01\x00\x00", "a row has no errors at all"),
        (b"\xcc\xca\x01\x01\x01\x01\x01\x09", "row 0 is shown on input 9; there are 1"),
        (b"\xcc\xcb\x00\x00", "the denominator of the weights is 0"),
        (b"\xcc\xca\x01\x02\x01\x01\x01\x00\x00", "row 0 is shown at a cost of 0"),
        (b"\xcc\xca\x01\x01\x01\x01" + b"\xff" * 7 + b"\x7f\x00", "the limit"),
        (b"\xcc\xc9", "it is cut off"),
        (b"", "the tree ends, and a node is missing"),
    ],
)
def test_bytes_that_are_no_nodes(nodes: bytes, told: str) -> None:
    assert told in told_by_replay(tiny("mean-field"), nodes)


def test_blocks_that_are_none(path: Path) -> None:
    case = tiny("mean-field")
    for blocks, told in (
        ([b"X\x00\x00\x00\x00", case.tree], "a block has the letter 'X'"),
        ([b"T\x03\x00\x00\x00abc"], "a block of the tree cannot be unpacked"),
        ([packed(b"\x00" * (2 << 20))], "a block of the tree is larger than 1048576 bytes"),
        ([case.tree[:-3]], "a block has|ends within a block|cannot be unpacked|letter"),
        ([case.tree, packed(b"\x00")], "the tree is whole before it, and nothing may follow"),
    ):
        write_certificate(path, case.bound, blocks, case.nodes)
        with pytest.raises(CertificateError, match=told):
            check_certificate(path)


def test_where_a_leaf_is_wrong_is_said(path: Path) -> None:
    case = small()
    nodes = nodes_in(case, path)
    at = next(k for k, node in enumerate(nodes) if node.operation in (UNITS, BOUNDED))
    told = refusal(replace(case, tree=packed(bytes_of(changed(nodes, at, operation=REFUTED, value=0, rows=())))), path)
    assert told.startswith(f"node {at} of the tree, where (_, a) is (_, ")
    assert "input 0 does not refute it" in told
