"""Arrays of any kind as arguments: of fewer or more digits, of the other byte order, read-only, with gaps, as lists."""

import numba
import numpy as np
import pytest
from public_calls import CODE, MACHINE, PROBLEM, SPACE, calls, files
from test_arguments import NAMES, form_of, result_of

import noisytm
from noisytm import Face, compiled_loss, loss_and_gradient, loss_and_gradient_at, losses_at, wrong_probability
from noisytm.errors import MachineError, NoisytmError

FILLED = {"losses", "gradient", "gradients"}  # what a function writes into must be of the usual kind


def spaced(array):
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype=array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def read_only(array):
    other = array[...]
    other.flags.writeable = False
    return other


FORMS = {
    "list": lambda a: a.tolist(),
    "numbers of numpy": lambda a: [list(row) if row.ndim else row for row in a.astype(np.float32)],
    "float16": lambda a: a.astype(np.float16),
    "float32": lambda a: a.astype(np.float32),
    "longdouble": lambda a: a.astype(np.longdouble),
    "integers": lambda a: a.astype(np.int8),
    "objects": lambda a: a.astype(object),
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "float32 of the other byte order": lambda a: a.astype(np.dtype(np.float32).newbyteorder()),
    "read-only": read_only,
    "with gaps": spaced,
    "backwards": lambda a: a[::-1].copy()[::-1],
    "by columns": np.asfortranarray,
    "not an array of numpy": lambda a: memoryview(np.ascontiguousarray(a)),
}


def array_arguments(name):
    """Return the calls of something public with the arguments among theirs that are arrays of reals."""
    made = ("History", "SampledProbability", "CompiledLoss", "Susceptibilities")  # by noisytm itself
    return [
        (call, parameter)
        for call in (calls(name) if name not in made else ())
        for parameter, value in call.arguments.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and parameter not in FILLED
    ]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files()


@pytest.mark.parametrize("name", NAMES)
def test_every_function_takes_arrays_of_any_kind(name):
    for call, parameter in array_arguments(name):
        usual = form_of(result_of(call.function, call.arguments))
        for form, made in FORMS.items():
            given = call.arguments | {parameter: made(call.arguments[parameter])}
            assert form_of(result_of(call.function, given)) == usual, (call.name, parameter, form)


def test_arrays_are_found_among_the_arguments():
    found = {call.name for name in NAMES for call, _ in array_arguments(name)}
    assert {"wrong_probability", "simulate", "Face.of_code", "CodeSpace.checked", "learning_coefficient"} <= found
    assert {"loss_at", "losses_and_gradients_at", "loss_and_gradient", "sampled_wrong_probability"} <= found


def thirds(kind):
    """Return a code whose distributions sum to 1 but for what rounding does."""
    code = np.zeros(SPACE.shape)
    for i, (_, start, values) in enumerate(SPACE.blocks):
        weights = np.arange(1, len(values) + 1) ** (i + 1.5)
        code[:, start : start + len(values)] = weights / weights.sum()
    return code.astype(kind)


def test_rounded_sums_are_no_error_and_nothing_is_normalised():
    for kind in (np.float16, np.float32, ">f4"):
        code = thirds(kind)
        assert any(abs(code[:, s : s + len(v)].astype(float).sum(axis=1) - 1).max() > 1e-9 for _, s, v in SPACE.blocks)
        assert np.array_equal(SPACE.checked(code)[0], code.astype(np.float64))
        assert np.isfinite(wrong_probability(PROBLEM, code)).all()
    # an error of that size in float64, or a larger one in float32, is an error
    with pytest.raises(MachineError, match="must sum to 1 within 1e-09"):
        SPACE.checked(thirds(np.float32).astype(np.float64))
    with pytest.raises(MachineError, match="must sum to 1 within"):
        SPACE.checked(thirds(np.float32) * np.float32(1.0001))


@pytest.mark.compat
def test_compiled_code_gives_codes_of_any_kind():
    compiled = compiled_loss(PROBLEM)

    @numba.njit
    def both(compiled, code, gradient):
        return loss_and_gradient_at(compiled, code, gradient)

    # all at once, since numba compiles anew for each kind: fewer digits, gaps, and what is read cannot be written to
    single = thirds(np.float32)
    (value,), (slope,) = loss_and_gradient(PROBLEM, single)
    out = spaced(np.zeros(SPACE.shape, dtype=np.float32))
    assert both(compiled, read_only(spaced(single)), out) == value
    assert np.array_equal(out, slope.astype(np.float32))


def test_codes_that_lack_entries_are_refused():
    masked = np.ma.masked_array(CODE, mask=np.eye(*CODE.shape, dtype=bool))
    for call in (wrong_probability, loss_and_gradient):
        with pytest.raises(MachineError, match="give an array of numbers of shape"):
            call(PROBLEM, [[1.0], [0.5, 0.5]])
        with pytest.raises(MachineError, match="masked entries"):
            call(PROBLEM, masked)
    assert np.array_equal(SPACE.checked(np.ma.masked_array(CODE))[0], CODE)


def test_what_is_filled_must_be_of_the_usual_kind():
    compiled = compiled_loss(PROBLEM)
    for wrong in (np.zeros(1, np.float32), np.zeros(1, ">f8"), [0.0], read_only(np.zeros(1)), np.float64(0)):
        with pytest.raises(NoisytmError, match="can be written to"):
            losses_at(compiled, CODE[None], wrong)
    losses, usual = np.zeros(4)[::2], np.zeros(1)
    losses_at(compiled, CODE[None], losses[:1])
    losses_at(compiled, CODE[None], usual)
    assert losses.tolist() == [usual[0], 0.0]


def test_the_face_of_a_code_is_asked_for_as_all_faces_are():
    code = thirds(np.float64)
    assert Face.of_code(PROBLEM, code) == Face.of_code(SPACE, code)
    assert Face.of_code(PROBLEM, MACHINE) == Face.of_code(SPACE, CODE) == Face.of_machine(MACHINE)
    for given in ((MACHINE, PROBLEM), (CODE, SPACE)):
        with pytest.raises(MachineError, match="space and w look swapped"):
            Face.of_code(*given)
    with pytest.raises(MachineError, match="give a CodeSpace"):
        Face.of_code("space", CODE)
    with pytest.raises(MachineError, match="build the problem from this machine"):
        Face.of_code(PROBLEM, noisytm.library.machine("bb2"))


def test_names_of_numpy_are_strings():
    machine = noisytm.TuringMachine(np.array(["_", "1"]), np.str_("_"), np.array(["a"]), np.str_("a"), [])
    assert {type(x) for x in (*machine.symbols, *machine.states, machine.blank, machine.start)} == {str}
    assert "np.str_" not in repr(machine)
