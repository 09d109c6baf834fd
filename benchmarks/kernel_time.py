"""How much time of a program is spent in the compiled loss, and how many codes it evaluates there.

The kernel of a `CompiledLoss` is called by its address. Here another function stands at that address, which looks at
the thread's CPU clock, calls the kernel, and looks again: whatever calls the kernel, and however, is counted as it
runs."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from unittest import mock

import numba
import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic

from noisytm import CompiledLoss, compiled_loss
from noisytm.relaxation.marginal.compiled import _arguments, _call_at

NANOSECONDS, CODES, GRADIENTS = range(3)

_state = np.zeros(3, np.int64)  # what compiled code counts in, by its place in memory


@intrinsic
def _pointer(context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


class Spent:
    """What was spent in kernels while they were watched.

    Attributes
    ----------
    seconds : float
        CPU time in the kernels.
    codes, gradients : int
        Codes handed over for losses alone, and for gradients too. (A kernel may leave off losses beyond a bound.)
    watching : float
        CPU time that it took to compile what watches, which is no time of what is watched.
    kernels : set of str
        Which kernels were asked for.
    """

    def __init__(self) -> None:
        self.seconds, self.watching = 0.0, 0.0
        self.codes, self.gradients = 0, 0
        self.kernels: set[str] = set()


@functools.cache
def _timed_call(address: int) -> Any:
    """Return the function that stands before the kernel at an address."""
    clock_gettime = ctypes.CDLL(None).clock_gettime
    clock_gettime.argtypes, clock_gettime.restype = [ctypes.c_int, ctypes.c_void_p], ctypes.c_int
    clock, place = time.CLOCK_THREAD_CPUTIME_ID, _state.ctypes.data

    @numba.njit(nogil=True, error_model="numpy")
    def timed(program, task, order, block, steps, horizon, loss, codes, work, out):  # type: ignore[no-untyped-def]
        state, now = numba.carray(_pointer(place), 3, np.int64), np.empty(2, np.int64)
        clock_gettime(clock, now.ctypes)
        begin = now[0] * 1_000_000_000 + now[1]
        _call_at(address, (program, task, order, block, steps, horizon, loss, codes, work, out))
        clock_gettime(clock, now.ctypes)
        state[NANOSECONDS] += now[0] * 1_000_000_000 + now[1] - begin
        state[CODES if out.gradients.shape[0] == 0 else GRADIENTS] += codes.shape[0]

    return timed


def watched(compiled: CompiledLoss) -> CompiledLoss:
    """Return the same loss, whose kernel is watched."""
    timed = _timed_call(compiled.address)
    kinds = tuple(numba.typeof(argument) for argument in _arguments(compiled, compiled.both))
    timed.compile(kinds)
    made = timed.overloads[kinds]
    return compiled._replace(address=int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name)))


@contextlib.contextmanager
def watching(*modules: ModuleType) -> Iterator[Spent]:
    """Watch the kernels of the compiled losses that modules make meanwhile, in this thread."""
    spent = Spent()

    def made(*arguments: Any, **options: Any) -> CompiledLoss:
        spent.kernels.add(options.get("kernel", "auto"))
        compiled = compiled_loss(*arguments, **options)
        begin = time.process_time()
        compiled = watched(compiled)
        spent.watching += time.process_time() - begin
        return compiled

    _state[:] = 0
    with contextlib.ExitStack() as patched:
        for module in modules:
            patched.enter_context(mock.patch.object(module, "compiled_loss", made))
        yield spent
    spent.seconds = _state[NANOSECONDS] / 1e9
    spent.codes, spent.gradients = int(_state[CODES]), int(_state[GRADIENTS])
