"""Try what users install, with the newest and with the lowest allowed versions: ``make compat``.

The newest versions go onto the newest Python there is, from a wheel; the lowest that have wheels onto the oldest, from
a source distribution. Both live in folders with a space in their names, away from the repository. In each the commands
of ``make demo`` run in an empty folder with an empty home, then the code of the README and a part of the tests that
reaches every dependency; all on code that is compiled anew, once in each environment: ``noisytm warm-up`` comes first.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
USED = (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["plot"])
TESTS = (
    "tests/test_warming.py",  # first: what it has compiled all others use
    "tests/structure/test_documents.py::test_python_in_documents_runs[README.md]",
    "tests/structure/test_documents.py::test_commands_in_documents_run[README.md]",
    "tests/formats/test_format_golden.py",
    "tests/cli/test_standard_output.py",
    "tests/cli/test_bound_command.py",
    "tests/cli/test_bad_input.py::test_problems_on_the_command_line",
    "tests/cli/test_bad_input.py::test_real_exit_codes",
    "tests/cli/test_bad_input.py::test_machines_from_standard_input",
    "tests/cli/test_bad_input.py::test_output_that_goes_nowhere",
    "tests/cli/test_bad_input.py::test_output_is_utf8_whatever_the_locale",
    "tests/cli/test_convert_encode_commands.py::test_pipes_between_commands",
    "tests/cli/test_exit_codes.py::test_values_that_cannot_be",
    "tests/degeneracy/syndromes/test_error_graph.py",
    "tests/degeneracy/syndromes/test_near_a_code.py",
    "tests/relaxation/pathwise/test_quenched.py",
    "tests/relaxation/marginal/test_compiled.py",
    "tests/test_array_arguments.py::test_compiled_code_gives_codes_of_any_kind",
    "tests/test_compile.py",
    "tests/enumeration/test_enumeration_resuming.py",
    "tests/show",
    "tests/test_notebook_progress.py",
    "tests/test_kept_code.py",
    "tests/universal/pseudo_utm",
    "tests/test_interrupted_imports.py",
    "tests/structure/test_documents.py::test_python_in_documents_runs[kernels.md]",
    "tests/structure/test_documents.py::test_python_in_documents_runs[answer-key.md]",
    "tests/structure/test_documents.py::test_commands_in_documents_run[universal.md]",
    "tests/structure/test_documents.py::test_commands_in_documents_run[running.md]",
    "tests/structure/test_documents.py::test_commands_in_documents_run[enumeration.md]",
    "tests/structure/test_documents.py::test_commands_in_documents_run[viewing.md]",
    "tests/cli/test_ended_early.py::test_a_signal",
)


class Failed(Exception):
    """Something does not work in an environment."""


@dataclass(frozen=True)
class Environment:
    """A Python, which versions it gets, and what is installed: the wheel or the source distribution."""

    name: str
    python: str
    resolution: str
    package: Path
    folder: Path

    @property
    def bin(self) -> Path:
        """Where its programs are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")


def pythons() -> dict[tuple[int, int], str]:
    """Return a program for each version of Python that the project allows and this machine has."""
    least = tuple(map(int, re.findall(r"\d+", PROJECT["requires-python"])))
    folders = [*os.environ.get("PATH", "").split(os.pathsep), Path(sys.base_prefix) / "bin"]
    folders += sorted((Path.home() / ".pyenv" / "versions").glob("*/bin"))
    candidates = [sys.executable, *(str(Path(f) / f"python3.{minor}") for f in folders for minor in range(11, 30))]
    found: dict[tuple[int, int], str] = {}
    for program in candidates:
        with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
            call = [program, "-c", "import sys, ssl, venv; print(*sys.version_info[:2])"]
            major, minor = subprocess.run(call, capture_output=True, text=True, check=True, timeout=60).stdout.split()
            if (int(major), int(minor)) >= least:
                found.setdefault((int(major), int(minor)), program)
    return found


def uv(*arguments: object, told: str = "") -> str:
    """Run the installer that can ask for the lowest versions, tell it this, and return what it prints."""
    program = shutil.which("uv", path=str(Path(sys.executable).parent))
    if program is None:
        raise Failed("there is no uv beside this Python; 'make compat' installs it")
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    call = [program, "--quiet", *map(str, arguments)]
    done = subprocess.run(call, input=told, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise Failed(f"{' '.join(call)}\n{done.stderr}")
    return done.stdout


def installed(environment: Environment) -> None:
    """Make the environment, with nothing in it but the package, what it needs, and what runs the tests."""
    # Only what is asked for by itself gets its lowest version; what runs the tests need not have it.
    uv("venv", "--python", environment.python, environment.folder)
    built = ["--no-binary", "noisytm"] if environment.package.suffix == ".gz" else []
    uv(
        "pip", "install", "--python", environment.bin / "python", "--resolution", environment.resolution,
        "--only-binary", ":all:", *built, *USED, f"noisytm[dev] @ {environment.package.as_uri()}",
    )  # fmt: skip


def see_that_it_is_lowest(environment: Environment) -> None:
    """Compare what it holds with the lowest version of each requirement that has a wheel, looked up one by one."""
    python = environment.bin / "python"
    lowest = uv(
        "pip", "compile", "-", "--python", python, "--no-deps", "--resolution", "lowest", "--only-binary", ":all:",
        "--no-header", "--no-annotate", told="\n".join(USED),
    ).split()  # fmt: skip
    held = uv("pip", "freeze", "--python", python).splitlines()
    if len(lowest) != len(USED):
        raise Failed(f"of {', '.join(USED)} the lowest versions are {', '.join(lowest)}")
    if above := sorted(set(lowest) - set(held)):
        names = {line.split("==")[0] for line in above}
        instead = [line for line in held if line.split("==")[0] in names]
        raise Failed(f"pyproject.toml allows {', '.join(above)}; {', '.join(instead) or 'none of these'} was installed")


def run(environment: Environment, *command: object, folder: Path, output: Path | None = None) -> None:
    """Run a program of the environment where there is no repository, no home and no cache."""
    home = folder / "home of nobody"
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NOISYTM", "NUMBA", "XDG", "VIRTUAL"))}
    variables = kept | {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home), "MPLBACKEND": "agg"}
    program = environment.bin / str(command[0])
    with contextlib.ExitStack() as stack:
        stdout = stack.enter_context(output.open("w")) if output else subprocess.DEVNULL
        done = subprocess.run(
            [program, *map(str, command[1:])], cwd=folder, env=variables, stdout=stdout, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        told = output.read_text(encoding="utf-8")[-6000:] if output else ""
        raise Failed(f"{command[0]} ended with {done.returncode}\n{told}\n{done.stderr}")


def demonstrated(environment: Environment, folder: Path) -> None:
    """Run the commands of ``make demo``."""
    saved = folder / "detectA.json"
    run(environment, "noisytm", "bound", "detectA", "--steps", "4", "--explain", folder=folder)
    run(environment, "noisytm", "bound", "detectA", "--steps", "4", "--json", folder=folder, output=saved)
    json.loads(saved.read_text(encoding="utf-8"))
    run(environment, "noisytm", "verify", saved, "--full", folder=folder)


def tested(environment: Environment, folder: Path) -> str:
    """Run the tests, and see that they reached every dependency of the installed package; return the last line."""
    report, said = folder / "reached.json", folder / "tests.txt"
    plain = ["-q", "-o", f"cache_dir={folder / 'pytest'}", "-n", "0", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT]
    run(
        environment, "pytest", *plain, "-m", "not extras and not slow", "-p", "reached", "--reached", report,
        *(ROOT / test for test in TESTS), folder=folder, output=said,
    )  # fmt: skip
    reached = json.loads(report.read_text(encoding="utf-8"))
    if not Path(reached["package"]).is_relative_to(environment.folder):
        raise Failed(f"the tests ran {reached['package']}, not what was installed")
    if reached["missing"]:
        raise Failed(f"no test reached {', '.join(reached['missing'])}")
    versions = ", ".join(f"{name} {version}" for name, version in reached["versions"].items())
    return f"{said.read_text(encoding='utf-8').splitlines()[-1]}\n  Python {reached['python']}; {versions}"


def tried(environment: Environment) -> bool:
    """Do all of it and say what came of it."""
    folder = environment.folder.parent / f"{environment.name} without a repository"
    folder.mkdir()
    try:
        installed(environment)
        if environment.resolution == "lowest-direct":
            see_that_it_is_lowest(environment)
        demonstrated(environment, folder)
        said, works = tested(environment, folder), True
    except Failed as failure:
        said, works = str(failure), False
    print(f"compat: {environment.name}: {said}", flush=True)
    return works


def main() -> int:
    """Try both environments at the same time."""
    found = pythons()
    with tempfile.TemporaryDirectory(prefix="noisytm ") as name:
        base = Path(name).resolve()
        uv("build", "--out-dir", base, ROOT)
        wheel, source = next(base.glob("*.whl")), next(base.glob("*.tar.gz"))
        environments = (
            Environment("newest", found[max(found)], "highest", wheel, base / "newest environment"),
            Environment("lowest", found[min(found)], "lowest-direct", source, base / "lowest environment"),
        )
        with ThreadPoolExecutor(len(environments)) as pool:
            return int(not all(list(pool.map(tried, environments))))


if __name__ == "__main__":
    sys.exit(main())
