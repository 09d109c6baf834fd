"""Losses as tensors: against `loss_and_gradient`, against differences, and what is refused."""

import doctest
import importlib
import sys

import numpy as np
import pytest

from noisytm import MachineError, NoisytmError, ProblemError, SynthesisProblem, library, loss_and_gradient, words
from noisytm.interop import torch_codes, torch_loss

pytestmark = pytest.mark.extras
torch = pytest.importorskip("torch")

MACHINE = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(MACHINE, inputs=words("AB", 2), steps=4)
OPTIONS = [("pseudo-utm", "log"), ("mean-field", "brier"), ("annealed", "log"), ("quenched", "brier")]


def tensor(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("semantics", "loss"), OPTIONS)
def test_values_and_gradients_are_those_of_noisytm(semantics, loss):
    codes = PROBLEM.space.sample(5, seed=3)
    leaf = torch.from_numpy(codes).requires_grad_()
    values = torch_loss(PROBLEM, leaf, semantics=semantics, loss=loss)
    weights = torch.arange(1.0, 6.0, dtype=torch.float64)
    (values * weights).sum().backward()
    own_values, own_gradient = loss_and_gradient(PROBLEM, codes, semantics=semantics, loss=loss)
    assert (values.detach().numpy() == own_values).all()
    assert (leaf.grad.numpy() == own_gradient * weights.numpy()[:, None, None]).all()


@pytest.mark.parametrize(("semantics", "loss"), OPTIONS)
@pytest.mark.parametrize("batch", [(), (1,), (2,)])
def test_gradients_agree_with_differences(semantics, loss, batch):
    logits = tensor(*batch, *PROBLEM.space.shape).requires_grad_()

    def value(logits):
        return torch_loss(PROBLEM, torch_codes(PROBLEM.space, logits), semantics=semantics, loss=loss)

    assert value(logits).shape == batch
    assert torch.autograd.gradcheck(value, (logits,), eps=1e-6, atol=1e-8, rtol=1e-6)


def test_a_wrong_gradient_is_noticed(monkeypatch):
    """The control of the test above: a gradient that is off by a hundredth in one entry."""
    module = importlib.import_module("noisytm.interop.torch_autograd")

    def bent(*arguments, **options):
        values, gradient = loss_and_gradient(*arguments, **options)
        gradient[..., 0, 0] += 0.01
        return values, gradient

    monkeypatch.setattr(module, "loss_and_gradient", bent)
    logits = tensor(*PROBLEM.space.shape).requires_grad_()
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda x: torch_loss(PROBLEM, torch_codes(PROBLEM.space, x)), (logits,), eps=1e-6)


def test_codes_are_softmaxes_of_each_distribution():
    space = PROBLEM.space
    logits = 5 * tensor(3, *space.shape, seed=1)
    codes = torch_codes(space, logits)
    assert codes.shape == logits.shape
    powers = np.exp(logits.numpy())
    for _, start, values in space.blocks:
        part = powers[..., start : start + len(values)]
        assert codes[..., start : start + len(values)].numpy() == pytest.approx(part / part.sum(-1, keepdims=True))
    space.checked(codes.numpy())


def test_descent_finds_a_code_that_solves_the_problem():
    logits = (0.1 * tensor(*PROBLEM.space.shape, seed=2)).requires_grad_()
    optimiser = torch.optim.Adam([logits], lr=0.1)
    first = None
    for _ in range(300):
        optimiser.zero_grad()
        value = torch_loss(PROBLEM, torch_codes(PROBLEM.space, logits))
        value.backward()
        optimiser.step()
        first = value.item() if first is None else first
    assert first > 0.5 and value.item() < 0.05


def test_batches_of_any_size_order_and_origin():
    space = PROBLEM.space
    codes = torch.from_numpy(space.sample(3, seed=4))
    strided = codes.transpose(1, 2).contiguous().transpose(1, 2)
    assert not strided.is_contiguous()
    assert torch.equal(torch_loss(PROBLEM, strided), torch_loss(PROBLEM, codes))
    assert torch_loss(PROBLEM, codes).grad_fn is None and torch_loss(PROBLEM, codes[:0]).shape == (0,)
    assert torch_loss(PROBLEM, codes[1]).item() == torch_loss(PROBLEM, codes)[1].item()
    exact = torch.from_numpy(space.embed(MACHINE)).requires_grad_()
    torch_loss(PROBLEM, exact).backward()
    assert torch_loss(PROBLEM, exact).item() == 0 and torch.isfinite(exact.grad).all()


def test_it_is_differentiated_once():
    leaf = torch.from_numpy(PROBLEM.space.sample(1, seed=5)).requires_grad_()
    (gradient,) = torch.autograd.grad(torch_loss(PROBLEM, leaf).square().sum(), leaf, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


REFUSED = [
    (lambda good: good.numpy(), "give a tensor"),
    (lambda good: good.tolist(), "give a tensor"),
    (lambda good: good.float(), r"dtype torch.float32; it must be torch.float64: use \w+.double\(\)"),
    (lambda good: good.to(torch.complex128), "dtype torch.complex128"),
    (lambda good: good.to("meta"), r"lies on meta; it must lie on the processor: use \w+.cpu\(\)"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_is_not_a_tensor_of_float64_on_the_processor(change, message):
    bad = change(torch.from_numpy(PROBLEM.space.sample(2, seed=6)))
    with pytest.raises(ProblemError, match=message):
        torch_loss(PROBLEM, bad)
    with pytest.raises(ProblemError, match=message):
        torch_codes(PROBLEM.space, bad)


def test_other_arguments_that_cannot_be():
    codes = torch.from_numpy(PROBLEM.space.sample(2, seed=7))
    with pytest.raises(MachineError, match="shape"):
        torch_loss(PROBLEM, codes[:, :3])
    with pytest.raises(MachineError, match="sums to 1"):
        torch_loss(PROBLEM, 2 * codes)
    with pytest.raises(ProblemError, match="shape"):
        torch_codes(PROBLEM.space, codes[0, 0])
    with pytest.raises(NoisytmError, match="CodeSpace"):
        torch_codes(PROBLEM, codes)
    with pytest.raises(ProblemError, match="loss is 'lgo'"):
        torch_loss(PROBLEM, codes, loss="lgo")
    with pytest.raises(NoisytmError):
        torch_loss(PROBLEM, codes, semantics="pseudo")


def test_the_examples_in_the_docstrings():
    failures, tried = doctest.testmod(importlib.import_module("noisytm.interop.torch_autograd"))
    assert (failures, tried > 5) == (0, True)


def test_without_torch_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(NoisytmError, match=r"noisytm\[torch\]"):
        torch_codes(PROBLEM.space, None)
