"""The certificate of a search over lists: the parts of its pieces, put together to a tree for each list of keys."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from noisytm import _clock
from noisytm._digits import fraction_text
from noisytm.codespace import KEYS
from noisytm.geometry import concentration_json
from noisytm.search.minimum.lists.keys import Keys
from noisytm.search.minimum.lists.task import LeastOfLists, asked_of_keys, parted
from noisytm.search.minimum.recording import tree_of
from noisytm.search.minimum.task import LeastCoefficient
from noisytm.search.store import Finished, Piece, Store
from noisytm.search.tree import key_lists, write_certificate_of_lists

Parts = dict[Keys, list[tuple[Piece, Finished]]]


def save_trees(path: str | os.PathLike[str], task: LeastOfLists, store: Store) -> None:
    """Write the certificate of a search over lists that is complete.

    Parameters
    ----------
    path : path
        The file.
    task : LeastOfLists
        What was searched, with the parts of its pieces.
    store : Store
        What was found.
    """
    parts: Parts = {}
    for piece, found in store.results(proofs=True):
        _, keys, table = parted(piece.place)
        parts.setdefault(keys, []).append((Piece(table, piece.bound), found))
    unsolved = _unsolved(task)
    trees = [_refuted(task, keys) for keys in unsolved] + list(_solved(task, parts, unsolved))
    asked = task.asked
    said: dict[str, Any] = {
        "problem": asked.problem.to_json(),
        "semantics": asked.semantics,
        "loss": asked.loss,
        "chart": asked.chart,
        "prior_concentration": concentration_json(asked.concentration),
    }
    said |= ({"repeat": True} if task.repeat else {}) | ({} if task.keys == KEYS[0] else {"keys": task.keys})
    lengths = [_length(task, store, n) for n in range(task.most + 1)]
    write_certificate_of_lists(
        path, said, unsolved, lengths, (tree for tree, _ in trees), sum(nodes for _, nodes in trees)
    )  # fmt: skip


def _unsolved(task: LeastOfLists) -> list[Keys]:
    """Return the largest sets of keys with which no list solves the problem: then none does with some of them."""
    lists, found = task.lists, list[Keys]()
    for n in range(min(task.most, lists.keys), 0, -1):
        for keys in itertools.combinations(range(lists.keys), n):
            if not lists.count(keys) and not any(set(keys) <= set(known) for known in found):
                found.append(keys)
    return found


def _refuted(task: LeastOfLists, keys: Keys) -> tuple[bytes, int]:
    """Return the tree that no table over some keys solves the problem, and its nodes: all its leaves are refuted."""
    plain = replace(task.asked, concentration=Fraction(1))  # of runs no prior tells
    asked = asked_of_keys(plain, task.lists.tables_of(keys), KEYS[0])
    search = LeastCoefficient(asked, recorded=True)
    found = search.search(search.root, None)
    return found.proof, int(found.record["nodes"])


def _solved(task: LeastOfLists, parts: Parts, unsolved: list[Keys]) -> Iterator[tuple[bytes, int]]:
    """Yield the tree over each list of keys that is left, and its nodes."""
    sets = [set(keys) for keys in unsolved]
    for n in range(1, task.most + 1):
        for keys in key_lists(task.lists.keys, n, task.in_order, task.repeat):
            _clock.tick()
            if any(known.issuperset(keys) for known in sets):
                continue
            search = task.over(keys)
            tree = tree_of(search.asked, search.root, search.expanded, parts[keys])
            yield tree.finish(), tree.nodes


def _length(task: LeastOfLists, store: Store, n: int) -> dict[str, Any]:
    best = store.incumbent_in(n)
    if best is None:
        return {"learning_coefficient": None, "multiplicity": None, "bound": None}
    _, keys, table = parted(best.code)
    bound = task.asked_of(keys).coefficient(table).to_json() if keys else None
    return {"learning_coefficient": fraction_text(best.value), "multiplicity": best.multiplicity, "bound": bound}
