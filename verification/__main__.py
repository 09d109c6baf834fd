"""Run every check that takes minutes and print a table; exit status 1 if one fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import finite_precision
import metropolis
import parametrised
import posterior_detect_a
import posterior_scores
import slow_path
import small_machines

Check = Callable[[int, int], tuple[str, bool]]

# Longest first, so that the last process does not run alone.
CHECKS: tuple[tuple[str, Check, int], ...] = (
    ("posterior sampling", metropolis.check_case, len(metropolis.CASES)),
    ("posterior of detectA's problem", posterior_detect_a.check_detect_a, len(posterior_detect_a.WAYS)),
    ("free energies, gates", posterior_scores.check_gate, len(posterior_scores.CASES)),
    ("free energies, few sweeps", posterior_scores.check_few_sweeps, 1),
    ("weights and logits", parametrised.check_case, len(parametrised.CASES)),
    ("enumeration, random codes", slow_path.check_family, len(slow_path.FAMILIES)),
    ("every code of a small space", small_machines.check_search, len(small_machines.STATED)),
    ("sampling, closed forms", metropolis.check_closed_form, len(metropolis.CLOSED_FORMS)),
    ("finite precision, gates", finite_precision.check_gate, len(finite_precision.CASES)),
    ("enumeration, known values", slow_path.check_published, len(slow_path.PUBLISHED)),
)


def main() -> int:
    """Run the checks in parallel processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="first seed of every check (default 1)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    began = time.perf_counter()
    failed = dict.fromkeys((title for title, _, _ in CHECKS), 0)
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(check, index, arguments.seed + index): title
            for title, check, count in CHECKS
            for index in range(count)
        }
        for done in as_completed(running):
            line, holds = done.result()
            failed[running[done]] += not holds
            print(f"{'ok  ' if holds else 'FAIL'} {line}", flush=True)
    print(f"\nseed {arguments.seed}, {time.perf_counter() - began:.0f} s")
    for title, _, count in CHECKS:
        print(f"{title:31s} {count - failed[title]} of {count} hold")
    return 1 if any(failed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
