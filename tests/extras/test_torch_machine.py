"""Noisy machines as modules of PyTorch: against the kernels, in every chart, batched, mapped, compiled, saved."""

import copy
import dataclasses
import doctest
import importlib
import io
import pickle
import shutil
import sys

import numpy as np
import pytest

from noisytm import (
    MachineError,
    NoisytmError,
    ProblemError,
    SynthesisProblem,
    answer_key,
    library,
    loss_and_gradient,
    words,
    wrong_probability,
)
from noisytm.calibration import Network, chart_of
from noisytm.geometry import chart_at
from noisytm.relaxation.semantics import SEMANTICS, Head, Marginal

pytestmark = pytest.mark.extras
torch = pytest.importorskip("torch")
NoisyMachine = importlib.import_module("noisytm.interop.torch").NoisyMachine

MACHINE = library.machine("detectA")
KINDS = [(keys, semantics) for keys in ("exact", "noisy") for semantics in ("pseudo-utm", "mean-field")]
READOUTS = [{"readout": "state"}, {"readout": "tape:3"}, {"readout": "tape:3", "hamming": 1}]
CHARTS = ["simplex", "bits", "sphere", "product:2", "product:1*2,next=3", "power:2", "power:3/2", "relu:next,move"]
CHARTS += ["shared:block", "shared:tuple"]
LOGITS = ["softmax:gaussian=1", "softmax:laplace=1", "softmax:squared=1"]


def problem_of(steps=5, **options):
    return SynthesisProblem.of_machine(MACHINE, words("AB", 2), steps, **options)


def model_of(problem, codes, **options):
    model = NoisyMachine(problem, MACHINE, chains=len(codes), **options)
    model.load_code(codes)
    return model


@pytest.mark.parametrize("options", READOUTS, ids=str)
@pytest.mark.parametrize(("keys", "semantics"), KINDS)
def test_f_and_losses_are_those_of_the_kernels(keys, semantics, options):
    problem = problem_of(keys=keys, **options)
    codes = problem.space.sample(3, seed=1)
    model = model_of(problem, codes, semantics=semantics)
    wanted = wrong_probability(problem, codes, semantics=semantics)
    assert model().detach().numpy() == pytest.approx(wanted, rel=1e-13)
    assert model([4, 1]).detach().numpy() == pytest.approx(wanted[:, [4, 1]], rel=1e-13)
    for loss in ("log", "brier"):
        values, _ = loss_and_gradient(problem, codes, semantics=semantics, loss=loss)
        assert model.loss(loss=loss).detach().numpy() == pytest.approx(values, rel=1e-13)
        halves = [model.loss(part, loss) * len(part) for part in ([0, 2, 4, 6], [1, 3, 5])]
        assert (sum(halves) / 7).detach().numpy() == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize("loss", ["log", "brier"])
@pytest.mark.parametrize(("keys", "semantics"), KINDS)
def test_gradients_are_the_compiled_ones(keys, semantics, loss):
    """Along an error coordinate: the slope in the wrong entry less that in the right one."""
    problem = problem_of(keys=keys)
    code = problem.space.sample(1, seed=2)
    model = model_of(problem, code, semantics=semantics)
    model.loss(loss=loss).sum().backward()
    _, slopes = loss_and_gradient(problem, code, semantics=semantics, loss=loss)
    wanted = [column - right for column, right in zip(*wrong_and_right(problem, slopes[0]), strict=True)]
    assert model.weights.grad[0].numpy() == pytest.approx(np.array(wanted), abs=1e-14)


def wrong_and_right(problem, array):
    space, width = problem.space, problem.space.shape[1]
    right = space.right_entries(MACHINE)
    kind = [k for k, (_, _, values) in enumerate(space.blocks) for _ in values]
    columns = space.coordinate_columns(MACHINE)
    return array.ravel()[columns], [array[c // width, right[c // width, kind[c % width]]] for c in columns.tolist()]


@pytest.mark.parametrize("size", [1e-10, 1e-30, 1e-100])
@pytest.mark.parametrize(("keys", "semantics"), KINDS)
def test_small_f_keeps_its_digits(keys, semantics, size):
    problem = problem_of(keys=keys, steps=12)
    chart = chart_at("simplex", problem.space, MACHINE)
    u = size * np.random.default_rng(3).random((2, chart.dimension))
    model = model_of(problem, chart.codes(u), semantics=semantics)
    wanted = wrong_probability(problem, chart.codes(u), semantics=semantics)
    assert wanted.min() > 0 and wanted.max() < 100 * size
    assert model().detach().numpy() == pytest.approx(wanted, rel=1e-13, abs=0)


@pytest.mark.parametrize("chart", [*CHARTS, *LOGITS])
def test_a_state_goes_to_a_noisy_code_and_back(chart):
    problem = problem_of()
    start = problem.space.sample(1, seed=4)[0] if chart in LOGITS else None
    model = NoisyMachine(problem, MACHINE, chart=chart, start=start)
    if start is None:
        assert (model.noisy_code() == problem.space.embed(MACHINE)).all()
        assert (model() == 0).all()
        generator = torch.Generator().manual_seed(5)
        model.load_state_dict({"weights": 0.1 * torch.rand(model.weights.shape, generator=generator) + 0.02})
    code = model.noisy_code()
    again = NoisyMachine(problem, MACHINE, chart=chart, start=code)
    assert np.abs(again.noisy_code() - code).max() < 1e-13
    assert (again() == again.forward(range(7))).all()
    assert model().detach().numpy() == pytest.approx(wrong_probability(problem, code)[0], rel=1e-12)
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    again.load_state_dict(torch.load(file))
    assert list(model.state_dict()) == ["weights"] and (again.noisy_code() == code).all()


@pytest.mark.parametrize("chart", ["simplex", "bits", "sphere"])
def test_noisy_keys_go_to_a_code_and_back(chart):
    problem = problem_of()
    model = NoisyMachine(problem, MACHINE, keys="noisy", chart=chart)
    assert model.problem.space.noisy_keys and model.weights.numel() == {"simplex": 48, "bits": 48, "sphere": 78}[chart]
    code = model.problem.space.sample(1, seed=6)[0]
    if chart == "bits":  # not every code has independent digits
        code = chart_at("bits", model.problem.space, MACHINE).codes([np.linspace(0.0, 0.3, 48)])[0]
    model.load_code(code)
    assert np.abs(model.noisy_code() - code).max() < (1e-13 if chart == "bits" else 1e-15)


@pytest.mark.parametrize("chart", [*CHARTS, *LOGITS])
def test_codes_of_parameters_are_those_of_the_charts(chart):
    """Coordinates mean what they mean to the library; the sphere's are those of all entries, and logits have none."""
    problem = problem_of()
    own = chart_at(chart, problem.space, MACHINE)
    model = NoisyMachine(problem, MACHINE, chart=chart, start=problem.space.sample(1)[0] if chart in LOGITS else None)
    generator = torch.Generator().manual_seed(7)
    weights = 0.1 * torch.rand(model.weights.shape, generator=generator, dtype=torch.float64)
    model.load_state_dict({"weights": weights})
    if model.weights.shape == (own.dimension,) and not chart.startswith(("product", "power", "relu")):
        assert np.abs(model.noisy_code() - own.codes(weights.numpy()[None])[0]).max() < 1e-15
    inside = (weights + 0.05).requires_grad_()
    assert torch.autograd.gradcheck(lambda w: torch.func.functional_call(model, {"weights": w}), (inside,))


def test_products_and_powers_by_hand():
    problem = problem_of()
    columns = problem.space.coordinate_columns(MACHINE)
    for chart, shape, errors in [
        ("power:2", 30, lambda w: w**2),
        ("product:3", 90, lambda w: np.abs(w.reshape(30, 3)).prod(axis=1)),
        ("relu", 30, lambda w: np.maximum(w, 0)),
    ]:
        model = NoisyMachine(problem, MACHINE, chart=chart)
        weights = 0.2 * np.random.default_rng(8).normal(size=shape)
        model.load_state_dict({"weights": torch.from_numpy(weights)})
        assert model.codes().detach().numpy().ravel()[columns] == pytest.approx(errors(weights), rel=1e-14)


def test_vmap_over_codes_and_inputs_and_gradients():
    problem = problem_of()
    model = NoisyMachine(problem, MACHINE, chart="sphere")
    stacked = model.weights.detach() + 0.1 * torch.randn(4, 6, 8, generator=torch.Generator().manual_seed(9))
    chains = NoisyMachine(problem, MACHINE, chart="sphere", chains=4)
    chains.load_state_dict({"weights": stacked})

    def total(weights):
        return torch.func.functional_call(model, {"weights": weights}).sum()

    mapped = torch.func.vmap(lambda w: torch.func.functional_call(model, {"weights": w}))(stacked)
    assert torch.allclose(mapped, chains(), rtol=1e-14)
    chains().sum().backward()
    assert torch.allclose(torch.func.vmap(torch.func.grad(total))(stacked), chains.weights.grad, rtol=1e-12)
    numbers = torch.tensor([[0, 1], [2, 3]])
    by_input = torch.func.vmap(model)(numbers)
    assert torch.equal(by_input.flatten(), model([0, 1, 2, 3]))


@pytest.mark.filterwarnings("ignore")  # PyTorch's compiler uses what PyTorch deprecates
@pytest.mark.skipif(shutil.which("g++") is None, reason="there is no C++ compiler")
def test_it_compiles():
    problem = SynthesisProblem.of_machine(MACHINE, words("AB", 2), 2)
    model = model_of(problem, problem.space.sample(2, seed=10))
    wanted = model()
    (slopes,) = torch.autograd.grad(model.loss().sum(), model.weights)
    whole = torch.compile(model)
    assert torch.allclose(whole(), wanted, rtol=1e-13)
    model.compile_step()
    assert torch.allclose(model(), wanted, rtol=1e-13)
    assert torch.allclose(torch.autograd.grad(model.loss().sum(), model.weights)[0], slopes, rtol=1e-11)
    assert torch.allclose(copy.deepcopy(model)(), wanted, rtol=1e-13)


KEY = answer_key()


def shaken(weights, seed):
    """Weights that are nobody's: the code's, each moved by about a third, with either sign."""
    moves = torch.randn(weights.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return weights + moves / 3


@pytest.mark.parametrize("code", KEY.codes, ids=lambda code: code.name)
def test_every_code_of_the_key_is_a_network(code):
    """As many weights as the key says; codes those of its own sampler, K that of the kernels; at the code nothing."""
    found = code.coefficient
    model = NoisyMachine.of_key(code.name, chains=3)
    assert model.weights.shape == (3, code.weights) and model.chart.name == chart_of(code.layers)
    assert (model.noisy_code() == found.problem.space.embed(found.machine)).all()
    assert model.in_region().all() and not model.loss(loss=found.loss).any()
    weights = shaken(model.weights.detach(), seed=14)
    model.load_state_dict({"weights": weights})
    network = Network.of(found.problem.space, found.machine, code.layers)
    wanted = network.codes(np.log(np.abs(weights.numpy())))
    assert model.noisy_code().reshape(3, -1) == pytest.approx(wanted, rel=1e-13, abs=0)
    inside = [all(network.inside(p, np.log(np.abs(w.numpy()))[None])[0] for p in network.parts) for w in weights]
    assert model.in_region().tolist() == inside
    values, _ = loss_and_gradient(found.problem, model.noisy_code(), semantics=found.semantics, loss=found.loss)
    assert model.loss(loss=found.loss).detach().numpy() == pytest.approx(values, rel=1e-13, abs=0)
    assert values.min() > 0


@pytest.mark.parametrize("name", ["writer-2", "two-3", "noisy", "acting"])
def test_a_network_goes_to_a_code_and_back(name):
    model = NoisyMachine.of_key(name)
    model.load_state_dict({"weights": shaken(model.weights.detach(), seed=15)})
    code, values = model.noisy_code(), model().detach()
    for again in (NoisyMachine.of_key(name, start=code), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert np.abs(again.noisy_code() - code).max() < 1e-14
        assert torch.allclose(again(), values, rtol=1e-12) and again.layers == model.layers
    inside = shaken(model.weights.detach(), seed=16).requires_grad_()
    assert torch.autograd.gradcheck(lambda w: torch.func.functional_call(model, {"weights": w}), (inside,))


def test_small_f_of_products_keeps_its_digits():
    model = NoisyMachine.of_key("two-3")
    weights = model.weights.detach() + 1e-6 * (model.weights.detach() == 0)
    model.load_state_dict({"weights": weights})
    problem = KEY.code("two-3").coefficient.problem
    wanted = wrong_probability(problem, model.noisy_code(), semantics="mean-field")[0]
    assert 0 < wanted[0] < 1e-34
    assert model().detach().numpy() == pytest.approx(wanted, rel=1e-13, abs=0)


def test_a_key_of_ones_own():
    few = dataclasses.replace(KEY, codes=KEY.codes[:1])
    assert NoisyMachine.of_key("halt", key=few).weights.numel() == 5
    with pytest.raises(ProblemError, match="two"):
        NoisyMachine.of_key("two", key=few)


def test_copies_and_pickles():
    problem = problem_of()
    model = model_of(problem, problem.space.sample(2, seed=11), semantics="mean-field")
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(again(), model()) and isinstance(again, NoisyMachine)
        assert again.semantics.name == "mean-field"


def test_descent_goes_back_to_a_code_that_solves_the_problem():
    problem = problem_of(steps=4)
    start = 0.8 * problem.space.embed(MACHINE) + 0.2 * problem.space.sample(1, seed=12)[0]
    model = NoisyMachine(problem, MACHINE, chart="softmax:gaussian=1", start=start)
    optimiser, first = torch.optim.Adam(model.parameters(), lr=0.1), model.loss().item()
    for _ in range(60):
        optimiser.zero_grad()
        loss = model.loss()
        loss.backward()
        optimiser.step()
    assert loss.item() < first / 5
    assert model.loss().item() == pytest.approx(loss_and_gradient(problem, model.noisy_code())[0][0], rel=1e-2)


class FirstMatch(Marginal):
    name, description = "first-match", "the first match wins"

    def head(self, ops, y, z, keys):
        none, match = ops.one, []
        for symbol, state in keys:
            match.append(ops.times(ops.times(y[symbol], z[state]), none))
            none = ops.times(none, ops.rest(symbol, state))
        return Head(match, [ops.times(none, v) for v in y], [ops.times(none, v) for v in z], none)


def test_a_semantics_of_ones_own():
    problem = problem_of()
    codes = problem.space.sample(2, seed=13)
    with SEMANTICS.also(FirstMatch()):
        model = model_of(problem, codes, semantics="first-match")
        wanted = wrong_probability(problem, codes, semantics="first-match")
    assert model().detach().numpy() == pytest.approx(wanted, rel=1e-13)


def test_what_leaves_code_space_is_noticed():
    model = NoisyMachine(problem_of(), MACHINE)
    with torch.no_grad():
        model.weights[0] = -0.1
    with pytest.raises(MachineError, match="negative"):
        model.noisy_code()


GOOD = problem_of()
REFUSED = [
    (lambda: NoisyMachine(GOOD, MACHINE, "annealed"), ProblemError, "annealed"),
    (lambda: NoisyMachine(GOOD, MACHINE, "pseudo"), ProblemError, "pseudo-utm"),
    (lambda: NoisyMachine(GOOD, "detectA"), NoisytmError, "machine"),
    (lambda: NoisyMachine(MACHINE, MACHINE), NoisytmError, "problem"),
    (lambda: NoisyMachine(GOOD, library.machine("copy")), MachineError, "differ"),
    (lambda: NoisyMachine(GOOD, MACHINE, keys="nosy"), NoisytmError, "noisy"),
    (lambda: NoisyMachine(GOOD, MACHINE, chart="sfere"), ProblemError, "sphere"),
    (lambda: NoisyMachine(GOOD, MACHINE, chart="softmax:gaussian=1"), ProblemError, "lie at infinity.*start"),
    (lambda: NoisyMachine(GOOD, MACHINE, chains=0), NoisytmError, "chains"),
    (lambda: NoisyMachine(GOOD, MACHINE, layers=0), NoisytmError, "layers is 0"),
    (lambda: NoisyMachine(GOOD, MACHINE, chart="sphere", layers=2), ProblemError, "give one of them"),
    (lambda: NoisyMachine.of_key("writer2"), ProblemError, "writer-2"),
    (lambda: NoisyMachine.of_key("halt", key="key.json"), NoisytmError, "AnswerKey"),
    (lambda: NoisyMachine.of_key("halt", chains=-1), NoisytmError, "chains"),
    (lambda: NoisyMachine(GOOD, MACHINE, start=np.ones((6, 8))), MachineError, "sums to 1"),
    (lambda: NoisyMachine(GOOD, MACHINE, chains=2).load_code(GOOD.space.sample(3)), ProblemError, "3 codes"),
    (lambda: NoisyMachine(GOOD, MACHINE, chart="bits", start=GOOD.space.sample(1, seed=3)[0]), MachineError, "digits"),
    (lambda: NoisyMachine(GOOD, MACHINE)([7]), ProblemError, "from 0 to 6"),
    (lambda: NoisyMachine(GOOD, MACHINE)("AB"), ProblemError, "numbers"),
    (lambda: NoisyMachine(GOOD, MACHINE)(torch.ones(2)), ProblemError, "torch.int64"),
    (lambda: NoisyMachine(GOOD, MACHINE)(torch.tensor([9])), IndexError, "out of range"),
    (lambda: NoisyMachine(GOOD, MACHINE).loss(loss="lgo"), ProblemError, "lgo"),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_wrong_arguments(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_examples_in_the_docstrings():
    module = importlib.import_module("noisytm.interop.torch.machine")
    names = vars(module) | {"NoisyMachine": NoisyMachine}
    failures, tried = doctest.testmod(module, globs=dict(names))
    assert (failures, tried > 5) == (0, True)
    assert doctest.testmod(importlib.import_module("noisytm.interop.torch.step")).failed == 0


def test_without_torch_it_says_how_to_get_it(monkeypatch):
    machine = importlib.import_module("noisytm.interop.torch.machine")
    machine._noisy_machine.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(NoisytmError, match=r"noisytm\[torch\]"):
        machine.NoisyMachine(GOOD, MACHINE)
