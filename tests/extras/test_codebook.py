"""The recurrent net of examples/codebook.py: against the kernels, the library, and what its samplers should find."""

import importlib
import math
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from house import ROOT
from seeds import long

from noisytm import SynthesisProblem, TuringMachine, answer_key, leading_law, learning_coefficient, wrong_probability
from noisytm.interop import torch_loss

pytestmark = pytest.mark.extras
torch = pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def one_thread():
    """Tensors are small: threads would only wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def example(name):
    """Return an example as a module; it imports those that lie beside it."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "examples"))


EXAMPLE = example("codebook")
NETS = {book.name: EXAMPLE.Codebook(book) for book in (*EXAMPLE.BOOKS, *EXAMPLE.LOGITS)}
IN_TURN = [name for name, net in NETS.items() if net.book.keys != "scores"]
WITH_A_COEFFICIENT = [book.name for book in EXAMPLE.BOOKS]


def weights_near(net, seed, size=0.3, count=3):
    first = net.near_code(20.0) if net.book.logits else net.at_code()
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn((count, *first.shape), generator=generator, dtype=torch.float64)
    return (first + size * noise).requires_grad_()


@pytest.mark.parametrize("name", IN_TURN)
def test_loss_and_gradient_are_those_of_the_kernel(name):
    net = NETS[name]
    weights = weights_near(net, 1)
    losses = net.loss(weights)
    (slopes,) = torch.autograd.grad(losses.sum(), weights)
    wanted = torch_loss(net.book.problem, net.distributions(weights))
    (wanted_slopes,) = torch.autograd.grad(wanted.sum(), weights)
    assert (losses.detach() > 1e-5).all()
    assert losses.detach().numpy() == pytest.approx(wanted.detach().numpy(), rel=1e-12)
    assert slopes.numpy() == pytest.approx(wanted_slopes.numpy(), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", IN_TURN)
def test_a_small_loss_keeps_its_digits(name):
    net = NETS[name]
    if net.book.logits:
        weights = net.near_code(1e30)[None]
    else:
        weights = weights_near(net, 2, size=1e-15 ** (1 / net.book.vanishing)).detach()
    wanted = wrong_probability(net.book.problem, net.distributions(weights).numpy())
    found = net.rejected(weights).numpy()
    assert 0 < wanted.max() < 1e-25
    assert found == pytest.approx(wanted, rel=1e-12, abs=0)


def test_softmax_over_rows_is_in_mean_field_the_table_that_it_is_on_average():
    net = NETS["softmax attention"]
    machine, weights = net.book.machine, weights_near(net, 3)
    own = {(t.read, t.state): t for t in machine.tuples}
    keys = [(s, q) for s in machine.symbols for q in machine.states]
    tuples = tuple(own.get((s, q), machine.tuples[0]._replace(read=s, state=q)) for s, q in keys)
    full = TuringMachine(machine.symbols, machine.blank, machine.states, machine.start, tuples)
    problem = SynthesisProblem.of_machine(full, net.book.problem.inputs, net.book.problem.steps)
    problem = replace(problem, targets=net.book.problem.targets)
    shares, rows = net.shares_of_rows(weights), net.distributions(weights)
    table = []
    for symbol, state in problem.space.keys:
        k, q = machine.symbols.index(symbol), machine.states.index(state)
        nothing = [s == symbol for s in machine.symbols] + [p == state for p in machine.states]
        nothing = torch.tensor([*nothing, *(m == "S" for m in "LSR")]).double()
        table.append((shares[:, :-1, k, q, None] * rows).sum(dim=1) + shares[:, -1, k, q, None] * nothing)
    table = torch.stack(table, dim=1)
    wanted = torch_loss(problem, table, semantics="mean-field")
    found = net.loss(weights)
    assert found.detach().numpy() == pytest.approx(wanted.detach().numpy(), rel=1e-12)
    slopes, wanted_slopes = (torch.autograd.grad(k.sum(), weights, retain_graph=True)[0] for k in (found, wanted))
    assert slopes.numpy() == pytest.approx(wanted_slopes.numpy(), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", WITH_A_COEFFICIENT)
def test_at_the_code_the_loss_is_0_and_so_it_is_at_no_wall(name):
    net = NETS[name]
    weights = net.at_code()[None].requires_grad_()
    loss = net.loss(weights)
    assert loss.item() == 0 and net.inside(weights).all()
    assert (torch.autograd.grad(loss.sum(), weights)[0] == 0).all()
    turned = weights.detach() + 0.1
    turned[..., 0] *= -1.0
    if net.book.vanishing == net.book.layers == 1:
        assert net.loss(turned).item() == net.loss(-turned).item()


def test_what_is_fatal_alone_is_half_the_curvature_and_what_the_answer_key_says():
    known = sorted(float(c) for _, c in answer_key().code("acting").regular)
    assert sorted(NETS["squares"].book.alone) == pytest.approx(known, rel=1e-12)
    for name in ("squares", "products, one 0", "noisy keys", "noisy keys, a row twice"):
        net = NETS[name]
        hessian = torch.autograd.functional.hessian(lambda w, net=net: net.loss(w[None]).sum(), net.at_code())
        own = hessian.reshape(net.at_code().numel(), -1)
        assert (own - own.diag().diag()).abs().max() < 1e-12
        curved = [h / 2 for h in own.diag().tolist() if abs(h) > 1e-12]
        assert sorted(curved) == pytest.approx(sorted(net.book.alone), rel=1e-9)


def test_of_two_weights_the_pull_stands_inside_the_logarithm():
    stated = {100.0: 0.182, 10.0: 0.354, 1.0: 0.412}  # K = v²w², nβ = 1e4, by another implementation
    for gamma, value in stated.items():
        assert EXAMPLE.of_pairs(1.0, 1e4, gamma) == pytest.approx(value, abs=6e-4)
    grid = np.linspace(-6, 6, 1201)[:, None]
    energy = 3 * grid**2 * grid.T**2
    density = np.exp(-energy - grid**2 / 2 - grid.T**2 / 2)
    assert EXAMPLE.of_pairs(3.0, 1.0, 1.0) == pytest.approx((energy * density).sum() / density.sum(), rel=1e-6)


@pytest.mark.parametrize("name", ["softmax values", "softmax keys and values"])
def test_the_leading_law_is_found_without_the_library(name):
    net = NETS[name]
    c = leading_law(net.book.problem, net.book.machine, **net.book.chart).c
    assert EXAMPLE.leading(net) == pytest.approx(float(c), rel=2e-3)


def stated_rows(heading):
    """Return the rows of the table of docs/codebook.md under a heading row, as lists of cells."""
    lines = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines[lines.index(heading) + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_exact_columns_of_the_page_are_what_the_library_says():
    for name, chart, exact, *_ in stated_rows(EXAMPLE.HEADER):
        book = NETS[name].book
        found = learning_coefficient(book.problem, book.machine, **book.chart)
        assert exact == f"{found.value}, {found.multiplicity}"
        assert chart == " at concentration ".join(book.chart.values())
    for name, law, *_ in stated_rows(EXAMPLE.HEADER_OF_LOGITS):
        book = NETS[name].book
        if book.chart:
            assert law.split()[0] == str(leading_law(book.problem, book.machine, **book.chart).c)
    assert {row[0] for row in stated_rows(EXAMPLE.HEADER)} == set(WITH_A_COEFFICIENT)
    assert {row[0] for row in stated_rows(EXAMPLE.HEADER_OF_LOGITS)} == {book.name for book in EXAMPLE.LOGITS}


def test_logits_begin_where_the_loss_is_about_1_over_n():
    for book in EXAMPLE.LOGITS:
        for n in (1e2, 1e10, 1e20):
            weights = NETS[book.name].near_code(n)[None]
            assert 0.05 < NETS[book.name].loss(weights).item() * n < 5
            assert NETS[book.name].inside(weights).all()


def test_the_region():
    for net in NETS.values():
        weights = weights_near(net, 4, size=0.0, count=2).detach()
        values = weights[:, :, : net.width] if not net.book.logits else weights[:, :, -net.width :]
        values[1] = torch.where(net.right[..., None], 0.2, 0.3)
        weights[1, :, net.width :] = 1.0 if net.book.gated else weights[1, :, net.width :]
        assert net.inside(weights).tolist() == [True, False]
    net = NETS["products, both 0"]
    turned = weights_near(net, 4, size=0.0, count=1).detach()
    turned[:, 0, 0] *= -1.0  # the same code, in another of its copies
    assert net.inside(turned).tolist() == [bool(net.right[0, 0] == 0)]
    net = NETS["softmax attention"]
    weights = weights_near(net, 4, size=0.0, count=1).detach()
    weights[:, 0, : net.symbols + net.states] = 0.0
    assert not net.inside(weights).any()


def test_sgld_on_the_net_finds_what_the_key_has_and_the_formula_adds():
    net, length = NETS["squares"], EXAMPLE.Length(500, 200, 32)
    settings = [length.setting(1e3, 100.0, rate) for rate in (0.1, 0.5)]
    (low, error), (high, its_error) = EXAMPLE.means_in(EXAMPLE.Around(net, settings, 32), settings, seed=1)
    ((wanted, _, whence),) = EXAMPLE.right_means(net, settings[:1], length, seed=1)
    assert whence == "key" and wanted == answer_key().code("acting").cell(1e3, 100.0).mean_nK
    for mean, deviation, setting in ((low, error, settings[0]), (high, its_error, settings[1])):
        assert mean == pytest.approx(wanted + EXAMPLE.added(net.book, setting, 1)["step"], abs=4 * deviation + 0.03)
    assert high - low > 3 * math.hypot(error, its_error)
    far = EXAMPLE.added(NETS["noisy keys, a row twice"].book, length.setting(1e3, 10.0, 0.3), 2)
    assert far["step"] == math.inf  # εH = 4.9, where a quadratic has no mean
    both = NETS["products, both 0"].book
    causes = EXAMPLE.added(both, settings[0], 5)
    assert causes["step"] is None and causes["pull"] < -1.8 and causes["m"] == pytest.approx(-4 / math.log(1e3))


def test_the_tables_have_a_line_for_each_net(capsys, monkeypatch):
    monkeypatch.setattr(EXAMPLE, "SHORT", ("noisy keys", "softmax attention"))
    monkeypatch.setattr(sys, "argv", ["codebook.py", "--steps", "4", "--chains", "2"])
    assert EXAMPLE.main() == 0
    first, second = (part.splitlines() for part in capsys.readouterr().out.strip().split("\n\n"))
    assert first[0] == EXAMPLE.HEADER and second[0] == EXAMPLE.HEADER_OF_LOGITS
    assert len({line.count("|") for line in first}) == 1 and len({line.count("|") for line in second}) == 1
    assert [re.split(r" *\| *", line)[1] for line in first[2:]] == ["noisy keys"] * 2
    assert all(line.startswith("| softmax attention | none (3.5") for line in second[2:]) and len(second) == 4
    for wrong in (["--steps", "1"], ["--chains", "x"], ["--seed", "1.5"], ["--seed", "9" * 30], ["--stpes", "4"]):
        monkeypatch.setattr(sys, "argv", ["codebook.py", *wrong])
        with pytest.raises(SystemExit, match="2"):
            EXAMPLE.main()
        assert wrong[0] in capsys.readouterr().err


# Net, nβ, γ, and E[nβK] by tempered populations (`free_energy(…, True, chart="sphere", localisation=γ)`).
BY_POPULATIONS = [
    ("noisy keys", 1e3, 10.0, 4.995, 0.048),
    ("noisy keys", 1e2, 1.0, 5.867, 0.099),
    ("noisy keys, a row twice", 1e3, 10.0, 5.346, 0.051),
    ("noisy keys, a row twice", 1e2, 1.0, 6.668, 0.075),
]


@long
@pytest.mark.parametrize(("name", "n_beta", "gamma", "wanted", "its_error"), BY_POPULATIONS)
def test_walks_on_the_net_find_what_populations_find(name, n_beta, gamma, wanted, its_error):
    length = EXAMPLE.Length(4000, 2000, 32)
    ((mean, error, _),) = EXAMPLE.right_means(NETS[name], [length.setting(n_beta, gamma, 0.1)], length, seed=5)
    assert mean == pytest.approx(wanted, abs=4 * math.hypot(error, its_error))


@long
@pytest.mark.parametrize(("n", "wanted", "its_error"), [(1e5, 15.836, 0.051), (1e10, 33.427, 0.050)])
def test_walks_over_logits_find_what_docs_parametrisations_has(n, wanted, its_error):
    net, length = NETS["softmax values"], EXAMPLE.Length(4000, 1000, 32)
    setting = replace(length.setting(n, 1.0, EXAMPLE.STEP_OF_THEIR_WALKS * n), method="MALA")
    ((mean, error),) = EXAMPLE.means_in(EXAMPLE.Around(net, [setting], 32), [setting], seed=6)
    assert mean == pytest.approx(wanted, abs=4 * math.hypot(error, its_error))
