"""Compile what most tests share, in several processes, before the tests begin: ``python tests/shared/warm_up.py``.

Each job is work that some test does too; what it compiles is kept in the folder of `cache_folders`. Where a job fails
the tests say why. Nothing is done where the sources, and what they are compiled with, are those of the last time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
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


def gradients(semantics: str, codes: int, longest: int, lanes: int | None, kernel: str) -> None:
    """Evaluate a batch of codes; sizes and lanes choose among the kernels."""
    from noisytm import SynthesisProblem, library, loss_and_gradient, words, wrong_probability
    from noisytm.relaxation.marginal import LEDGER

    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", longest), 3)
    with LEDGER.compiled_only():
        for evaluate in (loss_and_gradient, wrong_probability):
            evaluate(problem, problem.space.sample(codes), semantics=semantics, lanes=lanes, kernel=kernel)


def coefficients(semantics: str) -> None:
    """Find a coefficient: the oracles, and on few inputs and on many the kernels over costs."""
    from noisytm import SynthesisProblem, learning_coefficient, library, words
    from noisytm.relaxation.marginal import LEDGER

    with LEDGER.compiled_only():
        for longest in (1, 3):
            problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", longest), 3)
            learning_coefficient(problem, library.machine("detectA"), semantics=semantics).certificate.verify()


def commands(*lines: str) -> None:
    """Run commands of noisytm, and drop what they print."""
    import contextlib
    import io

    from noisytm.cli import main

    for line in lines:
        with contextlib.redirect_stdout(io.StringIO()):
            main(line.split())


def runs(*lines: str) -> None:
    """Run commands as `commands` does, by compiled loops from the first step."""
    from noisytm.discrete.direct import ALLOWANCE

    ALLOWANCE.left = 0
    commands(*lines)


Job = tuple[Callable[..., None], tuple[object, ...]]
# Longest first, so that the last process does not run alone.
JOBS: tuple[Job, ...] = (
    (gradients, ("pseudo-utm", 1, 1, 1, "interpreted")),
    (gradients, ("pseudo-utm", 1, 4, 8, "interpreted")),
    (gradients, ("pseudo-utm", 16, 1, 8, "interpreted")),
    (coefficients, ("pseudo-utm",)),
    (coefficients, ("annealed",)),
    (coefficients, ("quenched",)),
    (commands, ("beaver 3", "beaver 2 3")),
    (runs, ("run bb3 --method block", "run bb4 --method chain", "run bb3 --method direct", "run bb4")),
)


def state_of_sources() -> str:
    """Return a hash of everything that compiled code is made from."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{sys.version} {version('numba')} {version('llvmlite')} {version('numpy')}".encode())
    for path in [Path(__file__), *sorted((ROOT / "noisytm").rglob("*.py"))]:
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mtime_ns}".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def forget_moved_modules(folder: Path) -> None:
    """Empty numba's cache where a module has gone: what was compiled with a class of it could not be loaded again."""
    listed = folder / "modules"
    now = {path.relative_to(ROOT).as_posix() for path in (ROOT / "noisytm").rglob("*.py")}
    before = set(listed.read_text(encoding="utf-8").split()) if listed.exists() else set()
    if before - now:
        shutil.rmtree(folder / "numba", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    listed.write_text("\n".join(sorted(now)), encoding="utf-8")


def main() -> None:
    """Run the jobs, unless they have been run on these very sources."""
    folder = cache_folders()
    forget_moved_modules(folder)
    mark, state = folder / "warm", state_of_sources()
    if mark.exists() and mark.read_text(encoding="utf-8") == state:
        return
    began = time.perf_counter()
    print("compiling what the tests share; it is kept for the next time", flush=True)
    failed = False
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(work, *options): (work.__name__, *options) for work, options in JOBS}
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
