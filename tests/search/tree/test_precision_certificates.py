"""Certificates of the least Λ(s) over all codes: they are accepted, and mutated ones are refused."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from parity_tables import parity
from seeds import ALL_SEEDS, examples, long, sweep
from tree_files import (
    Made,
    NaiveAt,
    Node,
    asked_of,
    bytes_of,
    changed,
    content,
    made,
    nodes_of,
    three_states,
    told_by,
    told_by_replay_at,
)

from noisytm import SynthesisProblem, global_learning_coefficient, learning_coefficient, precision
from noisytm.cli import main
from noisytm.degeneracy.grids import Leaf, Split
from noisytm.degeneracy.program import branching
from noisytm.errors import BudgetError, CertificateError, ProblemError
from noisytm.geometry import checked_concentration
from noisytm.machine import TuringMachine
from noisytm.search.minimum.precisions import AskedAt, LeastAt, Settling
from noisytm.search.tree import PinnedDual, Row, TreePart, check_certificate
from noisytm.search.tree.at_precision import ReplayAt
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.container import TREE, TreeFile, block, write_tree
from noisytm.search.tree.nodes import FRESH, PINNED

Nodes = list[Node]
TINY = three_states(2, states=2)
AT = LEAST = Fraction(2)  # where the last two lines of the least Λ of its codes meet
DATA = Path(__file__).parents[2] / "data" / "certificates-of-searches"


def least(problem: SynthesisProblem, path: Path, **options: Any) -> Any:
    return global_learning_coefficient(problem, precision=True, certificate=path, progress=False, **options)


CASES = [
    (three_states(4, states=2), "pseudo-utm", {"loss": "brier", "prior_concentration": {"next": "1/3"}}),
]
SWEPT = [
    (three_states(3), "mean-field", {"chart": "bits"}),  # of leaves that pin errors
    (three_states(4), "mean-field", {}),
    (three_states(2, states=2, symbols=2), "pseudo-utm", {}),  # of such leaves, too
    (parity(5), "pseudo-utm", {}),
    (parity(5), "mean-field", {"loss": "brier", "chart": "bits"}),
    (parity(6), "mean-field", {}),  # whose one kink is at s = 1
]


@sweep
@pytest.mark.parametrize(("problem", "semantics", "options"), CASES + SWEPT if ALL_SEEDS else CASES)
def test_what_is_found_is_certified(problem: SynthesisProblem, semantics: str, options: Any, tmp_path: Path) -> None:
    found = least(problem, tmp_path / "least", semantics=semantics, **options)
    checked = check_certificate(tmp_path / "least")
    assert (checked.value, checked.multiplicity) == (found.value, found.multiplicity)
    assert checked.precision is not None and checked.code is not None
    lines = [(line.intercept, line.slope) for line in found.precision.lines]
    assert [(line.intercept, line.slope) for line in checked.precision.lines] == lines
    assert [line.code.face for line in checked.precision.lines] == [line.face for line in found.precision.lines]
    assert checked.precision.breakpoints == found.precision.breakpoints
    assert checked.precision.transversal == found.precision.transversal
    searched = [proof.nodes for proof in found.precision.proofs if proof.s is not None and proof.nodes is not None]
    assert checked.trees == 1 + len(searched) and checked.nodes > sum(searched)


class Believing:
    """Takes every row for fatal, and every leaf for refuted."""

    def fatal(self, shown: Any) -> np.ndarray:
        return np.ones(len(shown), dtype=bool)

    refuted = fatal


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes of 36 codes, whose least Λ is min(3/2·s, 1 + 1/2·s, 2): it has kinks at s = 1 and 2."""
    problem = tmp_path_factory.mktemp("precision") / "problem.json"
    TINY.save(problem)
    path = problem.with_name("least")
    assert main(["search", str(problem), "--precision", "--certificate", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def certificate(file: Path) -> tuple[dict[str, Any], list[bytes]]:
    """Its header, and its two trees."""
    case, trees = made(asked_of(TINY, "pseudo-utm")), [b"", b""]
    replay = Replay(case.search.choices, 1, case.search.weights, Fraction(3, 2), 1, Believing())
    with TreeFile(file) as opened:
        for data in opened.blocks():
            whole = replay.whole
            trees[whole] += data
            if not whole:
                replay.take(data)
        return opened.header, trees


def refusal(header: dict[str, Any], blocks: list[bytes], path: Path) -> str:
    """Return why a certificate is refused; "" if it is accepted."""
    write_tree(path, header, [block(TREE, data) for data in blocks])
    try:
        check_certificate(path)
    except CertificateError as error:
        assert "\n" not in str(error)
        return str(error)
    return ""


def of_precision(header: dict[str, Any], **change: Any) -> dict[str, Any]:
    return header | {"precision": header["precision"] | change}


def with_line(header: dict[str, Any], k: int, **change: Any) -> dict[str, Any]:
    lines = [line | change if i == k else line for i, line in enumerate(header["precision"]["lines"])]
    return of_precision(header, lines=lines)


def of_another_problem(header: dict[str, Any]) -> dict[str, Any]:
    """Return what the first code has after three steps instead of two."""
    machine = TuringMachine.from_json(header["precision"]["codes"][0]["machine"])
    other = three_states(3, states=2)
    found = learning_coefficient(other, machine)
    return replace(found, precision=precision(other, machine)).to_json()


def without_curves(header: dict[str, Any]) -> dict[str, Any]:
    codes = header["precision"]["codes"]
    return of_precision(header, codes=[{k: v for k, v in code.items() if k != "precision"} for code in codes])


def with_lines(header: dict[str, Any], *places: int) -> dict[str, Any]:
    return of_precision(header, lines=[header["precision"]["lines"][k] for k in places])


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "a line that no code has": (lambda h: with_line(h, 1, line=["1", "1/3"]), "line 2 of the least Λ is none of the"),
    "another code": (lambda h: with_line(h, 1, code=7), "line 2 of the least Λ is that of code 7; there are"),
    "no lines": (lambda h: of_precision(h, lines=[]), "the first line of the least Λ is not 3/2·s"),
    "no last line": (lambda h: with_lines(h, 0, 1), "has the slope 1/2; it must be 0"),
    "no first line": (lambda h: with_lines(h, 1, 2), "the first line of the least Λ"),
    "no line between": (lambda h: with_lines(h, 0, 2), "the kinks of the least Λ are not"),
    "a line twice": (lambda h: with_lines(h, 0, 1, 1, 2), "do not fall"),
    "no kink": (lambda h: of_precision(h, breakpoints=h["precision"]["breakpoints"][:1]), "the kinks of the least Λ"),
    "another kink": (lambda h: of_precision(h, breakpoints=[["1", "3/2"], ["3", "2"]]), "the kinks of the least Λ"),
    "no fraction": (lambda h: of_precision(h, breakpoints=[["1/0", "3/2"], ["2", "2"]]), "it must be two fractions"),
    "no codes": (lambda h: of_precision(h, codes=[]), "line 1 of the least Λ is that of code 0; there are 0"),
    "no curves": (without_curves, "code 1 of the least Λ: its record has no Λ"),
    "a code of another problem": (lambda h: of_precision(h, codes=[of_another_problem(h)]), "is about another problem"),
    "a code that is none": (lambda h: of_precision(h, codes=[3]), "code 1 of the least Λ: "),
    "form": (lambda h: of_precision(h, more=1), "more"),
    "nodes": (lambda h: h | {"nodes": h["nodes"] - 1}, "the trees have 50 nodes; the certificate says 49"),
    "λ": (lambda h: h | {"learning_coefficient": "1"}, "learning_coefficient is claimed to be 1, but the code"),
    "no precision": (lambda h: {k: v for k, v in h.items() if k != "precision"}, "the tree is whole before it"),
}  # fmt: skip


FEW = [
    "a line that no code has", "another code", "no last line", "no line between", "another kink", "no curves",
    "a code of another problem", "nodes", "no precision",
]  # fmt: skip


@sweep
@pytest.mark.parametrize("name", CHANGES if ALL_SEEDS else FEW)
def test_other_claims_are_refused(name: str, certificate: tuple[dict[str, Any], list[bytes]], tmp_path: Path) -> None:
    header, blocks = certificate
    change, told = CHANGES[name]
    assert told in refusal(change(header), blocks, tmp_path / "changed")


def test_trees_left_out_exchanged_or_added_are_refused(
    certificate: tuple[dict[str, Any], list[bytes]], tmp_path: Path
) -> None:
    header, (of_least, at_kink) = certificate
    path = tmp_path / "changed"
    assert refusal(header, [of_least, at_kink], path) == ""
    assert refusal(header, [of_least], path).startswith("the tree at s = 2: node 1 of the tree")
    assert refusal(header, [of_least] * 2, path).startswith("the tree at s = 2: node ")
    assert refusal(header, [at_kink, of_least], path).startswith("the tree for λ: node ")
    assert refusal(header, [of_least, at_kink, at_kink], path) == "something follows the last of the trees"
    assert "the tree is whole before it" in refusal(header, [of_least + at_kink], path)


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Nodes]:
    """A tree for Λ(2) ≥ 2, of which all that no run refutes is closed by trees over pinned errors."""
    case = made(asked_of(TINY, "pseudo-utm"))
    asked, search, real = case.search.asked, case.search, branching._settled
    how = AskedAt(asked.problem, asked.tables, "pseudo-utm", "log", "simplex", checked_concentration(1), AT)
    part, settling = TreePart(search.choices.number), Settling(how)

    def split_first(covers: Any, of: Any, *rest: Any) -> Any:
        """Split at two errors, whatever could be proved at once."""
        found, depth = real(covers, of, *rest), len(of.pinned)
        columns = np.flatnonzero(covers.pool.rows.any(axis=0)).tolist()
        return Split(columns[depth]) if isinstance(found, Leaf) and depth < 2 and not of.free else found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(branching, "_settled", split_first)
        part.inner(0)
        for first in range(search.choices.number):
            part.inner(1)
            for second in range(search.choices.number):
                rejected, _ = search.runs.decided(search.choices.table_actions(np.array([first, second])))
                if rejected is not None:
                    part.refuted(rejected)
                    continue
                settled = settling.settled((first, second), LEAST)
                assert settled is not None
                part.pinned(settled.dual())
    nodes = nodes_of(content(part.finish(), tmp_path_factory.mktemp("pinned") / "tree"), len(search.weights))
    assert sum(len(node.pins) for node in nodes) > 3 * sum(node.operation == PINNED for node in nodes) > 6
    return case, nodes


def test_leaves_that_pin_errors_are_accepted(
    certificate: tuple[dict[str, Any], list[bytes]], pinned: tuple[Made, Nodes], tmp_path: Path
) -> None:
    header, (of_least, at_kink) = certificate
    case, nodes = pinned
    tree = bytes_of(nodes)
    assert NaiveAt(case, AT, LEAST).proves(nodes)
    many = header["nodes"] - sum(n.operation != FRESH for n in nodes_of(at_kink, len(case.search.weights)))
    claim = header | {"nodes": many + sum(node.operation != FRESH for node in nodes)}
    assert refusal(claim, [of_least, tree], tmp_path / "pinned") == ""
    assert "byte 205 begins no node" in refusal(claim, [tree, at_kink], tmp_path / "pinned")
    for s, value in ((AT, LEAST + Fraction(1, 9)), (AT - Fraction(1, 9), LEAST)):
        assert told_by_replay_at(case, s, value, tree) and not NaiveAt(case, s, value).proves(nodes)


def chosen(nodes: Nodes, random: np.random.Generator) -> int:
    return int(random.choice([k for k, node in enumerate(nodes) if node.operation == PINNED]))


def places(node: Node, splits: bool) -> list[int]:
    return [i for i, pin in enumerate(node.pins) if isinstance(pin, int) == splits and (splits or pin)]


def with_pins(nodes: Nodes, random: np.random.Generator, splits: bool, change: Callable[[Any], Any]) -> Nodes:
    """Change one split, or the weights of one part."""
    at = chosen(nodes, random)
    where = places(nodes[at], splits)
    i = int(random.choice(where)) if where else 0
    pins = nodes[at].pins
    return changed(nodes, at, pins=(*pins[:i], *change(pins[i]), *pins[i + 1 :])) if where else nodes


def with_a_pin_left_out(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return with_pins(nodes, random, bool(random.integers(2)), lambda pin: ())


def with_a_split_more(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return with_pins(nodes, random, True, lambda pin: (pin, pin))


def with_another_split(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return with_pins(nodes, random, True, lambda pin: (int(random.integers(0, 16)),))


def with_no_weights(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return with_pins(nodes, random, False, lambda pin: ((),))


def with_heavier_rows(nodes: Nodes, random: np.random.Generator) -> Nodes:
    more = int(random.integers(1, 4))
    return with_pins(nodes, random, False, lambda pin: (tuple((k, y + more) for k, y in pin),))


def with_other_rows(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return with_pins(nodes, random, False, lambda pin: (tuple((int(random.integers(0, 5)), y) for _, y in pin),))


def with_another_denominator(nodes: Nodes, random: np.random.Generator) -> Nodes:
    return changed(nodes, chosen(nodes, random), value=int(random.integers(0, 9)))


def with_leaves_exchanged(nodes: Nodes, random: np.random.Generator) -> Nodes:
    one, other = chosen(nodes, random), int(random.integers(len(nodes)))
    again = list(nodes)
    again[one], again[other] = nodes[other], nodes[one]
    return again


def with_a_lighter_row(nodes: Nodes, random: np.random.Generator) -> Nodes:
    """Take an error away from a row: what is left proves more, if it were fatal."""
    spelt = [(k, i) for k, n in enumerate(nodes) for i, row in enumerate(n.rows) if row.exponents]
    at, i = spelt[int(random.integers(len(spelt)))]
    rows = list(nodes[at].rows)
    (column, exponent), *rest = rows[i].exponents or ()
    rows[i] = replace(rows[i], exponents=(*([(column, exponent - 1)] if exponent > 1 else []), *rest))
    return changed(nodes, at, rows=tuple(rows))


MUTATIONS = [
    with_a_pin_left_out, with_a_split_more, with_another_split, with_no_weights, with_heavier_rows, with_other_rows,
    with_another_denominator, with_leaves_exchanged, with_a_lighter_row,
]  # fmt: skip


@sweep
@pytest.mark.parametrize("mutate", MUTATIONS)
def test_mutated_leaves_that_pin_errors_are_refused(
    mutate: Callable[[Nodes, np.random.Generator], Nodes], pinned: tuple[Made, Nodes]
) -> None:
    """The verdict is that of a checker written as plainly as can be; what is left of a change is mostly no proof."""
    case, nodes = pinned
    random, naive, refused = np.random.default_rng(0), NaiveAt(case, AT, LEAST), 0
    for _ in range(examples(150, 3)):
        tree = bytes_of(mutate(nodes, random))
        told = told_by_replay_at(case, AT, LEAST, tree)
        try:
            proves = naive.proves(nodes_of(tree, len(case.search.weights)))
        except (IndexError, CertificateError):
            proves = False
        assert (not told) == proves
        assert not told or told.startswith("node ")
        refused += bool(told)
    assert refused or not ALL_SEEDS


@sweep
@pytest.mark.parametrize("seed", range(20) if ALL_SEEDS else range(1))
def test_changed_bits_of_a_tree_at_a_kink_are_refused(
    seed: int, pinned: tuple[Made, Nodes], certificate: tuple[dict[str, Any], list[bytes]]
) -> None:
    case, nodes = pinned
    naive, random = NaiveAt(case, AT, LEAST), np.random.default_rng(seed)
    for whole in (certificate[1][1], bytes_of(nodes)):
        assert not told_by_replay_at(case, AT, LEAST, whole)
        for _ in range(examples(60, 10)):
            at = int(random.integers(len(whole)))
            mutated = whole[:at] + bytes([whole[at] ^ 1 << int(random.integers(8))]) + whole[at + 1 :]
            try:
                proves = naive.proves(nodes_of(mutated, len(case.search.weights)))
            except (IndexError, CertificateError):
                proves = False
            assert (not told_by_replay_at(case, AT, LEAST, mutated)) == proves


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ((12, ((0, 1),), ()), "column 12 is pinned; there are 12"),
        ((3, 3, (), (), ()), "it is split twice at (_, a) move L on one path"),
        ((((0, 0),),), "row 0 of 1 in a tree over pinned errors has the weight 0"),
        ((((1, 1),),), "row 1 of 1 in a tree over pinned errors has the weight 1"),
        ((1, ((0, 1),), ()), "which is pinned to 0, has a weight"),
        ((((0, 3),),), "the weights load (_, a) next b with 3; 2 is allowed"),
        ((((0, 2),),), "the weights load pinning (_, a) next b with 2; 1 is allowed"),
        ((), "it is cut off"),
    ],
)
def test_what_is_wrong_with_a_tree_over_pinned_errors_is_said(
    nodes: tuple[Any, ...], told: str, pinned: tuple[Made, Nodes], tmp_path: Path
) -> None:
    columns = pinned[0].search.choices
    column = next(c for c in range(columns.columns) if columns.column_name(c) == "(_, a) next b")
    moved = tuple(node if isinstance(node, tuple) or node != 1 else column for node in nodes)
    part = TreePart(1)
    part.pinned(PinnedDual((Row(((column, 1),), 0),), moved, 1))
    search = pinned[0].search
    replay = ReplayAt(search.choices, 1, search.weights, LEAST, AT, Believing())
    assert told in told_by(replay, content(part.finish(), tmp_path / "tree"))


@pytest.mark.parametrize(("name", "value", "of"), [("full", "3/2", 36), ("lists", "2", None), ("none", None, None)])
def test_files_from_before_are_read(name: str, value: str | None, of: int | None) -> None:
    checked = check_certificate(DATA / f"{name}.tree")
    assert checked.value == (None if value is None else Fraction(value)) and checked.precision is None
    assert of is None or checked.codes == of


def test_the_command(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert "no code has less than Λ(s) = min(3/2·s, 1 + 1/2·s, 2), nor τ below 2\n" in said
    assert "trees prove it at s = 1, where it is 3/2, and s = 2, where it is 2; it is concave" in said
    assert said.count("from above: ") == 3 and "\n2 trees: 50 nodes" in said


@long
def test_it_is_taken_up_from_stores_and_put_together_by_processes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "two", "three")]
    least(parity(5), files[0], resume=tmp_path / "store", pieces=8)
    least(parity(5), files[1], resume=tmp_path / "store")
    least(parity(5), files[2], workers=2)
    assert check_certificate(files[0]) == check_certificate(files[1])
    assert check_certificate(files[2]).precision == check_certificate(files[0]).precision


@long
def test_a_search_that_is_not_complete_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even that for λ, which is found first."""

    def ended(*_: Any) -> Any:
        raise BudgetError("ended")

    monkeypatch.setattr(LeastAt, "search", ended)
    with pytest.raises(BudgetError):
        least(TINY, tmp_path / "least")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [{"space": "listed"}, {"semantics": "quenched"}, {"chart": "sphere"}])
def test_what_has_no_least_precision_has_no_certificate_of_it(options: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ProblemError):
        least(TINY, tmp_path / "least", **options)
    assert not list(tmp_path.iterdir())
