"""Run benchmarks, each in a process of its own, gather the records, and write the page.

python benchmarks                run all of them
python benchmarks cubes start    run these; the other records stay as they are
python benchmarks --list         say what there is
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

import shared
from report import RESULTS
from report import main as write_page

SCRIPTS = (
    "relaxed_step", "few_inputs", "growth", "compile_time", "learning_coefficient", "learning_growth", "discrete_loop",
    "rule_machines", "endless", "enumeration", "cubes", "atlas", "posterior", "samplers", "start", "machine_lists",
    "torch_machine",
)  # fmt: skip
NEED_C = ("discrete_loop", "enumeration", "cubes")


def run(name: str) -> dict[str, Any] | None:
    """Run a script; return its record, or None if what it needs is not there."""
    if name in NEED_C and shutil.which("cc") is None:
        print(f"{name} is left out: there is no C compiler", file=sys.stderr)
        return None
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    begin = time.perf_counter()
    print(f"\n{name}", flush=True)
    subprocess.run([sys.executable, str(shared.ROOT / "benchmarks" / f"{name}.py")], check=True)
    print(f"{name} took {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    record: dict[str, Any] = json.loads((shared.OUT / f"{name}.json").read_text(encoding="utf-8"))
    return record | {"load": load}


def gathered(names: list[str]) -> dict[str, Any]:
    """Run scripts; return their records, beside those that are known of others, each with where it was measured."""
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if set(names) < set(SCRIPTS) and RESULTS.exists() else {}
    records = known.get("benchmarks", {})
    environment = shared.environment()
    for name in names:
        if (record := run(name)) is not None:
            records[name] = record | {"environment": environment}
    ordered = {name: records[name] for name in SCRIPTS if name in records}
    return {"environment": known.get("environment", environment), "benchmarks": ordered}


def main() -> None:
    """Run what the command line names, or all, one after the other."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks", description="Run benchmarks and write docs/benchmarks.md.", allow_abbrev=False
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run; all if none: {', '.join(SCRIPTS)}")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in SCRIPTS]:
        parser.error(f"there is no benchmark {unknown[0]!r}; give some of {', '.join(SCRIPTS)}")
    if asked.list:
        print("\n".join(SCRIPTS))
        return
    RESULTS.write_text(json.dumps(gathered(asked.names or list(SCRIPTS)), indent=1) + "\n", encoding="utf-8")
    write_page()


if __name__ == "__main__":
    main()
