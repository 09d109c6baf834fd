"""What a check costs; a module of its own, because other processes cannot import what stands in ``__main__``."""

from __future__ import annotations

import time
from collections.abc import Callable

Check = Callable[[int, int], tuple[str, bool]]


def timed(check: Check, index: int, seed: int) -> tuple[str, bool, float]:
    """Return what a check says, whether it holds, and its processor seconds."""
    began = time.process_time()
    return *check(index, seed), time.process_time() - began
