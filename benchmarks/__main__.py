"""Run every benchmark in a process of its own, gather the records, and write the page.

python benchmarks
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time

import shared
from report import RESULTS
from report import main as write_page

SCRIPTS = (
    "relaxed_step", "growth", "compile_time", "learning_coefficient", "learning_growth", "discrete_loop", "enumeration",
    "cubes", "start", "machine_lists",
)  # fmt: skip
NEED_C = ("discrete_loop", "enumeration", "cubes")


def main() -> None:
    """Run the scripts one after the other."""
    records = {}
    for name in SCRIPTS:
        if name in NEED_C and shutil.which("cc") is None:
            print(f"{name} is left out: there is no C compiler", file=sys.stderr)
            continue
        begin = time.perf_counter()
        print(f"\n{name}", flush=True)
        subprocess.run([sys.executable, str(shared.ROOT / "benchmarks" / f"{name}.py")], check=True)
        print(f"{name} took {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        records[name] = json.loads((shared.OUT / f"{name}.json").read_text(encoding="utf-8"))
    results = {"environment": shared.environment(), "benchmarks": records}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_page()


if __name__ == "__main__":
    main()
