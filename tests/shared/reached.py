"""A plugin of pytest that writes which dependencies of the installed package the tests have imported."""

import json
import platform
import re
import sys
from importlib import metadata
from pathlib import Path


def pytest_addoption(parser):
    """Take the file to write."""
    parser.addoption("--reached", help="write here, as JSON, which dependencies were imported")


def pytest_sessionfinish(session):
    """Write it."""
    import noisytm

    names = [re.split(r"[\s<>=!~;\[]", line)[0] for line in metadata.requires("noisytm") if "extra ==" not in line]
    names.append("matplotlib")
    modules = metadata.packages_distributions()
    normal = {n: re.sub(r"[-_.]+", "-", n).lower() for n in [*names, *(d for ds in modules.values() for d in ds)]}
    of = {
        name: {module for module, owners in modules.items() if normal[name] in {normal[owner] for owner in owners}}
        for name in names
    }
    record = {
        "package": noisytm.__file__,
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in names},
        "missing": [name for name in names if not of[name] & {module.split(".")[0] for module in sys.modules}],
    }
    Path(session.config.getoption("reached")).write_text(json.dumps(record), encoding="utf-8")
