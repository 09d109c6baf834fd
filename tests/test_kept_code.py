"""An entry of the cache is never trusted, and a folder that takes none stops nothing."""

import errno
import hashlib
import itertools
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
from types import ModuleType

import pytest
from seeds import examples, quick_where, sweep

from noisytm import _kept_code
from noisytm._compile import generated_module, jit
from noisytm._compiling import LOG, Stopwatch

SOURCE = "from noisytm._compile import jit\n\n\n@jit\ndef f(x):\n    return x + {}\n"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path / "a folder of mine"))
    _kept_code._once.cache_clear()
    yield tmp_path / "a folder of mine"
    _kept_code._once.cache_clear()


class Heard:
    """Notes what is told."""

    def __init__(self):
        self.begun, self.ended, self.said = [], [], []

    def begins(self, what):
        self.begun.append(what)

    def ends(self, what, seconds):
        self.ended.append(what)

    def says(self, message):
        self.said.append(message)


@pytest.fixture
def heard(monkeypatch):
    listener = Heard()
    monkeypatch.setattr(LOG, "listener", listener)
    return listener


def called(number=1):
    """Call f(2) as a new process would; return the value, and whether f had to be compiled."""
    module = generated_module("trial", SOURCE.format(number), "trials")
    del sys.modules[module.__name__]
    watch = Stopwatch()
    value = module.f(2)
    return value, watch.compile_seconds > 0


def entry_of(folder):
    (entry,) = (folder / "compiled").glob("*.nbc")
    return entry


def sealed(thing):
    """Return an entry whose hash is right."""
    body = thing if isinstance(thing, bytes) else pickle.dumps(thing)
    return _kept_code.MAGIC + hashlib.sha256(body).digest() + body


def of_a_module_that_is_gone(name):
    """Return what was pickled while a module, or a class in it, was still there."""
    module = ModuleType(name)
    module.Gone = type("Gone", (), {"__module__": name})
    before, sys.modules[name] = sys.modules.get(name), module
    try:
        return pickle.dumps((module.Gone(), ()))
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


DAMAGES = {
    "empty": lambda content: b"",
    "cut after the hash": lambda content: content[: len(_kept_code.MAGIC) + 32],
    "cut short": lambda content: content[:-1],
    "cut in half": lambda content: content[: len(content) // 2],
    "longer": lambda content: content + b"\0",
    "a bit of the code": lambda content: content[:-2000] + bytes([content[-2000] ^ 1]) + content[-1999:],
    "text": lambda content: b"this is no code\n" * 100,
    "of another version": lambda content: content.replace(b"noisytm-code-1", b"noisytm-code-0"),
    "not pickled": lambda content: sealed(b"\x80\x05garbage"),
    "pickled otherwise": lambda content: sealed({"f": 3}),
    "of other arguments": lambda content: sealed((("float64",), ())),
    "a module that is gone": lambda content: sealed(of_a_module_that_is_gone("noisytm_gone")),
    "a class that is gone": lambda content: sealed(of_a_module_that_is_gone("noisytm.machine")),
}


@pytest.mark.compat
def test_a_bad_entry_is_a_miss_and_is_made_anew(folder, heard):
    assert called() == (3, True) and called() == (3, False)
    entry = entry_of(folder)
    right = entry.read_bytes()
    for name, damage in DAMAGES.items():
        assert damage(right) != right, name
        entry.write_bytes(damage(right))
        assert called() == (3, True), name
        assert called() == (3, False), name
    assert heard.said == [] and heard.begun == heard.ended == ["trials"] * (1 + len(DAMAGES))
    entry.unlink()
    entry.mkdir()  # where nothing can be written
    assert called() == (3, True) and len(heard.said) == 1


@sweep
def test_an_entry_cut_or_changed_anywhere_is_a_miss(folder):
    assert called() == (3, True)
    entry, rng = entry_of(folder), random.Random(7)
    right = entry.read_bytes()
    for _ in range(examples(200, 5)):
        at = rng.randrange(len(right))
        entry.write_bytes(
            rng.choice((right[:at], right[:at] + bytes([right[at] ^ 1 << rng.randrange(8)]) + right[at + 1 :]))
        )
        assert called() == (3, True)


def test_an_entry_is_of_one_text_one_numba_and_one_processor(folder, monkeypatch):
    assert called(1) == (3, True) and called(2) == (4, True) and called(1) == (3, False)
    for name, value in (("BOUNDSCHECK", 1), ("CPU_NAME", "another")):
        with monkeypatch.context() as patch:
            patch.setattr(_kept_code.config, name, value)
            assert called() == (3, True)
    with monkeypatch.context() as patch:
        patch.setattr(_kept_code.numba, "__version__", "0.99.0")
        assert called() == (3, True) and called() == (3, False)
    assert called() == (3, False)


@pytest.mark.parametrize(
    ("where", "code"),
    quick_where(
        itertools.product(
            ("mkdir", "mkstemp", "write", "replace"), (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
        ),
        lambda where, code: code == (errno.ENOSPC if where != "mkdir" else errno.EROFS),
    ),
)
def test_a_full_folder_stops_nothing_and_is_said_once(folder, monkeypatch, heard, where, code):
    def fails(*_, **__):
        raise OSError(code, os.strerror(code), "somewhere")

    class Full:
        def __init__(self, handle, mode):
            os.close(handle)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        write = staticmethod(fails)

    patched = {
        "mkdir": ("pathlib.Path.mkdir", fails),
        "mkstemp": ("tempfile.mkstemp", fails),
        "write": ("os.fdopen", Full),
        "replace": ("os.replace", fails),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*patched[where])
        assert called(1) == (3, True) and called(2) == (4, True)
    (said,) = heard.said
    assert os.strerror(code) in said and "a folder of mine" in said and "NOISYTM_CACHE_DIR" in said and "\n" not in said
    assert not folder.exists() or [path for path in folder.rglob("*") if path.is_file()] == []
    assert called(1) == (3, True) and called(1) == (3, False)


def test_what_a_killed_process_left_is_removed_in_time(folder):
    called(1)
    left, new, unused = (folder / "compiled" / name for name in ("old.tmp", "new.tmp", "unused.nbc"))
    for path in (left, new, unused):
        path.write_bytes(b"half")
    os.utime(left, (0, 0))
    os.utime(unused, (0, 0))
    called(2)
    assert new.exists() and not left.exists() and not unused.exists()
    assert called(1) == (3, False)
    entry = min((folder / "compiled").glob("*trial*.nbc"))
    os.utime(entry, (0, 0))
    called(1), called(2), called(3)
    assert entry.exists()  # it was in use


def test_a_module_cut_short_or_its_translation_is_written_again(folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    name = generated_module("trial", SOURCE.format(1)).__name__
    path = folder / f"{name}.py"
    (translation,) = (folder / "__pycache__").glob(f"{name}.*.pyc")
    for damaged, content in (
        (path, path.read_bytes()[:20]), (path, b""), (path, b"\xff\xfe"), (translation, translation.read_bytes()[:40]),
    ):  # fmt: skip
        del sys.modules[name]
        damaged.write_bytes(content)
        assert generated_module("trial", SOURCE.format(1)).f(2) == 3
        assert path.read_text(encoding="utf-8") == SOURCE.format(1)
    del sys.modules[name]
    path.unlink()
    path.mkdir()
    assert generated_module("trial", SOURCE.format(1)).f(2) == 3
    del sys.modules[name]


def test_a_function_whose_text_cannot_be_had_is_compiled_each_time(folder):
    scope = {"jit": jit, "__name__": "nowhere"}
    exec("@jit\ndef f(x):\n    return x + 1\n", scope)
    assert scope["f"](2) == 3 and not list(folder.rglob("*.nbc"))


IN_A_PROCESS = f"""
import resource, sys
from noisytm._compile import generated_module
from noisytm._compiling import LOG
from test_kept_code import Heard
LOG.listener = Heard()
exec(sys.argv[1])
print(generated_module("trial", {SOURCE.format(4)!r}).f(3), len(LOG.listener.begun), len(LOG.listener.said))
"""


def in_a_process(folder, first):
    path = os.pathsep.join([os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "shared")])
    environment = os.environ | {"NOISYTM_CACHE_DIR": str(folder)}
    environment["PYTHONPATH"] = os.pathsep.join([path, os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, first],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.split(), done.stderr


@pytest.mark.compat
@pytest.mark.skipif(sys.platform == "win32", reason="limits and signals of POSIX")
def test_limits_and_kills_of_real_processes(tmp_path):
    """A limit on the size of files is hit like a full disk; a process is killed while it writes."""
    folder = tmp_path / "a b"
    limited = "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    assert in_a_process(folder, limited) == (0, ["7", "1", "1"], "")
    kill = "import os, signal; os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    assert in_a_process(folder / "2", kill)[0] == -signal.SIGKILL
    assert in_a_process(folder / "2", "") == (0, ["7", "1", "0"], "")
    assert in_a_process(folder / "2", "") == (0, ["7", "0", "0"], "")


@pytest.mark.compat
@pytest.mark.skipif(sys.platform == "win32", reason="a filesystem in memory")
def test_a_filesystem_that_is_full():
    """The smallest tmpfs there is, where one may be mounted."""
    with tempfile.TemporaryDirectory() as place:
        mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", place]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no filesystem may be mounted here")
        try:
            assert in_a_process(place, "") == (0, ["7", "1", "1"], "")
        finally:
            subprocess.run(["umount", place], check=True)
