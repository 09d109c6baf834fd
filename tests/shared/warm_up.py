"""Compile what the tests share, in several processes, before they begin: ``python tests/shared/warm_up.py``.

The jobs are those of ``noisytm warm-up``; what they compile is kept in the folder of `cache_folders`. Where one fails
the tests say why. Nothing is done where the sources, and what they are compiled with, are those of the last time.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[2]


def cache_folders() -> Path:
    """Keep compiled code inside the virtual environment, if there is one; return that folder."""
    folder = Path(sys.prefix) / "cache"
    if sys.prefix != sys.base_prefix:
        os.environ.setdefault("NOISYTM_CACHE_DIR", str(folder / "noisytm"))
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder / "numba"))
    return folder


def state_of_sources() -> str:
    """Return a hash of everything that compiled code is made from."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{sys.version} {version('numba')} {version('llvmlite')} {version('numpy')}".encode())
    for path in [Path(__file__), *sorted((ROOT / "noisytm").rglob("*.py"))]:
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mtime_ns}".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Run the jobs, unless they have been run on these very sources."""
    from noisytm.warming import JOBS

    folder = cache_folders()
    mark, state = folder / "warm", state_of_sources()
    if mark.exists() and mark.read_text(encoding="utf-8") == state:
        return
    began = time.perf_counter()
    print("compiling what the tests share; it is kept for the next time", flush=True)
    failed = False
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(job.carry_out): job.name for job in JOBS}
        for done in as_completed(running):
            if (error := done.exception()) is not None:
                failed = True
                print(f"warm-up: {running[done]} fails: {error}", file=sys.stderr)
    if not failed:
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(state, encoding="utf-8")
    print(f"compiled in {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
