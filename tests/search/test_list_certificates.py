"""The certificates of searches over lists: a tree for each list of keys, repeated and noisy ones too."""

from pathlib import Path

import pytest
from seeds import ALL_SEEDS, long, slow_where, sweep

from noisytm import Description, SynthesisProblem, global_learning_coefficient, learning_coefficient
from noisytm.errors import BudgetError, CertificateError
from noisytm.search.tree import check_certificate
from noisytm.search.tree.container import TREE, TreeFile, block, write_tree
from noisytm.show import describe_minimum

SMALL = SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "b"})
RESTS = SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "a"})
OTHER = SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 1, targets={"": "b"})
NEVER = SynthesisProblem.of_space({"symbols": "_a", "states": "abc"}, ["", "_"], 1, targets={"": "b", "_": "c"})


def least(problem: SynthesisProblem, most: int, path: Path, **options: object) -> object:
    return global_learning_coefficient(
        problem, "listed", max_tuples=most, certificate=path, progress=False, **options
    )  # fmt: skip


CASES = [(SMALL, 2, {"keys": "noisy", "repeat": True})]
SWEPT = [
    (RESTS, 0, {}),
    (SMALL, 3, {"semantics": "mean-field", "repeat": True, "loss": "brier"}),
    (RESTS, 2, {"repeat": True}),
    (SMALL, 3, {"keys": "noisy", "repeat": True, "semantics": "mean-field", "chart": "sphere"}),
    (SMALL, 3, {"keys": "noisy", "repeat": True, "prior_concentration": {"in": "1/2", "next": 2}}),
    (SMALL, 2, {"keys": "noisy"}),
    (SMALL, 2, {"chart": "bits"}),
    (SMALL, 2, {"semantics": "annealed", "repeat": True}),
    (SMALL, 2, {"semantics": "quenched"}),
    (SMALL, 2, {"prior_concentration": {("_", "a", "next"): 2}}),
    (NEVER, 2, {"keys": "noisy", "repeat": True}),
]


@sweep
@pytest.mark.parametrize(("problem", "most", "options"), CASES + SWEPT if ALL_SEEDS else CASES)
@slow_where("problem0-2-options0")
def test_what_is_found_is_certified(problem: SynthesisProblem, most: int, options: dict, tmp_path: Path) -> None:
    found = least(problem, most, tmp_path / "least", **options)
    checked = check_certificate(tmp_path / "least")
    assert (checked.value, checked.multiplicity, checked.codes) == (found.value, found.multiplicity, found.codes)
    said = [(x.tuples, x.value, x.multiplicity) for x in checked.by_length]
    assert said == [(x.tuples, x.value, x.multiplicity) for x in found.by_length]
    assert f"lists of at most {most} tuple" in describe_minimum(checked)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, list[bytes]]:
    """The header and the blocks of one over lists of two tuples whose keys err: least λ 6."""
    path = tmp_path_factory.mktemp("lists") / "least"
    least(SMALL, 2, path, keys="noisy", repeat=True)
    with TreeFile(path) as file:
        return file.header, list(file.blocks())


def _lengths(header: dict, n: int, **change: object) -> list[dict]:
    return [of | change if k == n else of for k, of in enumerate(header["lengths"])]


def _worse(header: dict) -> list[dict]:
    """Claim what a list attains that is not the best."""
    listed = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "S"), ("_", "a", "_", "b", "S")])
    problem = SynthesisProblem.of_machine(listed, [""], 2, keys="noisy")
    bound = learning_coefficient(problem, listed).to_json()
    given = {name: bound[name] for name in ("learning_coefficient", "multiplicity")}
    return _lengths(header, 2, bound=bound, **given)


CHANGES = {
    "value": (lambda h: {"lengths": _lengths(h, 2, learning_coefficient="5/7")}, "are claimed of lists of 2 tuples"),
    "m": (lambda h: {"lengths": _lengths(h, 2, multiplicity=7)}, "are claimed of lists of 2 tuples"),
    "no list": (lambda h: {"lengths": _lengths(h, 2, bound=None)}, "no list is given"),
    "none solves it": (
        lambda h: {"lengths": _lengths(h, 2, bound=None, learning_coefficient=None, multiplicity=None)},
        "no code solves the problem",
    ),
    "of nothing": (lambda h: {"lengths": _lengths(h, 0, learning_coefficient="0", multiplicity=1)}, "no tuples"),
    "nodes": (lambda h: {"nodes": h["nodes"] + 1}, "the certificate says"),
    "shorter": (lambda h: {"lengths": h["lengths"][:2]}, "something follows the last of the trees"),
    "longer": (lambda h: {"lengths": [*h["lengths"], h["lengths"][0]]}, "a node is missing"),
    "solved": (lambda h: {"unsolved": [*h["unsolved"], [0, 1]]}, "over the keys _, a; _, b"),
    "no rising list": (lambda h: {"unsolved": [[1, 0]]}, "unsolved names"),
    "no key": (lambda h: {"unsolved": [[2]]}, "unsolved names"),
    "semantics": (lambda h: {"semantics": "mean-field"}, "about another problem, or other options"),
    "loss": (lambda h: {"loss": "brier"}, "about another problem, or other options"),
    "prior": (lambda h: {"prior_concentration": "2"}, "about another problem, or other options"),
    "problem": (lambda h: {"problem": OTHER.to_json()}, "about another problem, or other options"),
    "unknown": (lambda h: {"semantics": "none"}, "what is asked of the lists"),
    "chart": (lambda h: {"chart": "softmax"}, "what is asked of the lists|another problem"),
    "form": (lambda h: {"unsolved": 3}, "unsolved"),
    "endless": (lambda h: {"lengths": h["lengths"] * 20}, "more than 1,000,000 lists of keys"),
}


FEW = ["value", "none solves it", "shorter", "solved", "endless"]


@sweep
@pytest.mark.parametrize("name", CHANGES if ALL_SEEDS else FEW)
def test_other_claims_are_refused(name: str, certificate: tuple[dict, list[bytes]], tmp_path: Path) -> None:
    header, blocks = certificate
    change, told = CHANGES[name]
    write_tree(tmp_path / "changed", header | change(header), [block(TREE, data) for data in blocks])
    with pytest.raises(CertificateError, match=told):
        check_certificate(tmp_path / "changed")


def test_what_is_left_out_is_refused(certificate: tuple[dict, list[bytes]], tmp_path: Path) -> None:
    header, blocks = certificate
    for told, kept in (
        ("the tree over the keys", blocks[1:]),
        ("a node is missing", blocks[:-1]),
        ("something follows", [*blocks, blocks[-1]]),
    ):
        write_tree(tmp_path / "changed", header, [block(TREE, data) for data in kept])
        with pytest.raises(CertificateError, match=told):
            check_certificate(tmp_path / "changed")
    for name in ("keys", "repeat"):
        less = {key: value for key, value in header.items() if key != name}
        write_tree(tmp_path / "changed", less, [block(TREE, data) for data in blocks])
        with pytest.raises(CertificateError):
            check_certificate(tmp_path / "changed")


def test_a_list_that_does_not_attain_the_least_is_refused(
    certificate: tuple[dict, list[bytes]], tmp_path: Path
) -> None:
    header, blocks = certificate
    write_tree(
        tmp_path / "changed", header | {"lengths": _worse(header)}, [block(TREE, data) for data in blocks]
    )  # fmt: skip
    with pytest.raises(CertificateError, match=r"the weights sum to|no multiplicity is larger"):
        check_certificate(tmp_path / "changed")


@long
def test_it_is_taken_up_from_a_store(tmp_path: Path) -> None:
    one, two, store = tmp_path / "one", tmp_path / "two", tmp_path / "store"
    least(SMALL, 2, one, keys="noisy", resume=store)
    least(SMALL, 2, two, keys="noisy", resume=store)
    assert check_certificate(one) == check_certificate(two)


@long
def test_a_search_that_is_not_complete_has_none(tmp_path: Path) -> None:
    from noisytm import _clock

    with pytest.raises(BudgetError), _clock.limited(1e-9):
        least(SMALL, 2, tmp_path / "least", keys="noisy", repeat=True)
    assert not (tmp_path / "least").exists()
