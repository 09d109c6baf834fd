"""What a search over lists has found: the least of all, and the least of each length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from noisytm.search.growth import course_of
from noisytm.search.minimum.lists.lengths import LeastOfLength
from noisytm.search.minimum.lists.task import LeastOfLists, parted
from noisytm.search.minimum.result import COUNTS, AttainingCode, GlobalLearningCoefficient, counts_of
from noisytm.search.store import Incumbent, Store


def found_of_lists(task: LeastOfLists, store: Store) -> GlobalLearningCoefficient:
    """Return what the finished pieces come to."""
    counts = counts_of(store)
    open_ = {store.group(number) for number in store.open}
    lengths = [_of_length(task, store, n, many, n not in open_) for n, many in task.lists.solving.items()]
    lower = Fraction(0) if store.lower is None else store.lower
    found = _so_far(task, store.incumbent, lower, store.complete, tuple(lengths), counts)
    return replace(found, course=course_of(store))


def nothing_of_lists(task: LeastOfLists, starts: Sequence[Incumbent] = ()) -> GlobalLearningCoefficient:
    """Return what is known before the search is cut into pieces: of some codes what they attain."""
    best = min(starts, key=lambda code: code.rank, default=None)
    return _so_far(task, best, Fraction(0), False, (), dict.fromkeys(COUNTS, 0))


def optimal_lists(task: LeastOfLists, found: GlobalLearningCoefficient, store: Store) -> GlobalLearningCoefficient:
    """Return what was found with all lists that attain it, in their order: by length, keys, and what these do."""
    codes = sorted((tuple(code), m) for _, finished in store.results() for code, m in finished.record["attained"])
    attaining = []
    for code, m in codes:
        face, problem = task.face(code), task.asked_of(parted(code)[1]).problem
        attaining.append(AttainingCode(face, m, len(task.asked.how.used_keys(problem, face))))
    return replace(found, optimal=tuple(attaining), complete=store.complete)


def _of_length(task: LeastOfLists, store: Store, length: int, solving: int, complete: bool) -> LeastOfLength:
    best, lower = store.incumbent_in(length), store.lower_in(length)
    return LeastOfLength(
        length,
        solving,
        Fraction(0) if lower is None else lower,
        None if best is None else best.value,
        None if best is None else best.multiplicity,
        None if best is None else task.face(best.code),
        complete,
    )


def _so_far(
    task: LeastOfLists,
    best: Incumbent | None,
    lower: Fraction,
    complete: bool,
    lengths: tuple[LeastOfLength, ...],
    counts: dict[str, int],
) -> GlobalLearningCoefficient:
    asked = task.asked
    return GlobalLearningCoefficient(
        asked.problem,
        asked.semantics,
        asked.loss,
        asked.chart,
        asked.concentration,
        None if best is None else task.face(best.code),
        None if best is None else best.value,
        None if best is None else best.multiplicity,
        lower,
        complete,
        None,
        counts,
        max_tuples=task.most,
        by_length=lengths,
        repeat=task.repeat,
        keys=task.keys,
    )
