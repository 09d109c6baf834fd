"""Run every check that takes minutes, or those that are named, and print a table; exit status 1 if one fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import finite_precision
import metropolis
import parametrised
import posterior_answers
import posterior_detect_a
import posterior_scores
import slow_path
import small_machines
from timing import Check, timed

# Longest first, so that the last process does not run alone.
CHECKS: tuple[tuple[str, Check, int], ...] = (
    ("posterior sampling", metropolis.check_case, len(metropolis.CASES)),
    ("posterior of detectA's problem", posterior_detect_a.check_detect_a, len(posterior_detect_a.WAYS)),
    ("free energies, gates", posterior_scores.check_gate, len(posterior_scores.CASES)),
    ("volumes and regrets, gates", posterior_answers.check_case, len(posterior_answers.CASES)),
    ("free energies, few sweeps", posterior_scores.check_few_sweeps, 1),
    ("weights and logits", parametrised.check_case, len(parametrised.CASES)),
    ("enumeration, random codes", slow_path.check_family, len(slow_path.FAMILIES)),
    ("every code of a small space", small_machines.check_search, len(small_machines.STATED)),
    ("sampling, closed forms", metropolis.check_closed_form, len(metropolis.CLOSED_FORMS)),
    ("finite precision, gates", finite_precision.check_gate, len(finite_precision.CASES)),
    ("enumeration, known values", slow_path.check_published, len(slow_path.PUBLISHED)),
)


def chosen(names: Sequence[str]) -> dict[str, set[int]]:
    """Return the cases that are asked for of each check: all (TITLE), or one (TITLE:K); all, if none is named."""
    cases = {title: set(range(count)) for title, _, count in CHECKS}
    found: dict[str, set[int]] = {}
    for name in names:
        title, colon, case = name.partition(":")
        if title not in cases:
            raise ValueError(f"there is no check {title!r}; --list has their names")
        if colon and case not in map(str, cases[title]):
            raise ValueError(f"{title!r} has no case {case!r}; give one of 0 to {len(cases[title]) - 1}")
        found.setdefault(title, set()).update({int(case)} if colon else cases[title])
    return found or cases


def main() -> int:
    """Run the checks in parallel processes."""
    parser = argparse.ArgumentParser(prog="python verification", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="TITLE of a check, or TITLE:K for its K-th case")
    parser.add_argument("--list", action="store_true", help="print the titles with their numbers of cases, and end")
    parser.add_argument("--seed", type=int, default=1, help="first seed of every check (default 1)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{title:31s} {count:2d}" for title, _, count in CHECKS))
        return 0
    try:
        asked = chosen(arguments.names)
    except ValueError as error:
        parser.error(str(error))
    began = time.perf_counter()
    failed, spent = dict.fromkeys(asked, 0), dict.fromkeys(asked, 0.0)
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(timed, check, index, arguments.seed + index): title
            for title, check, _ in CHECKS
            for index in sorted(asked.get(title, ()))
        }
        for done in as_completed(running):
            line, holds, seconds = done.result()
            failed[running[done]] += not holds
            spent[running[done]] += seconds
            print(f"{'ok  ' if holds else 'FAIL'} {line}", flush=True)
    print(f"\nseed {arguments.seed}, {time.perf_counter() - began:.0f} s")
    for title, cases in asked.items():
        print(f"{title:31s} {len(cases) - failed[title]} of {len(cases)} hold, {spent[title]:.0f} s of processor time")
    return 1 if any(failed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
