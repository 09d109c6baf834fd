"""Which settings of SGLD find the learning coefficient of a code whose λ is known, and what is off where they do not?

    python examples/calibrate_sgld.py           a few settings, a minute
    python examples/calibrate_sgld.py --long    the table of docs/calibration.md, three minutes of a processor

A code in amplitudes (p = θ²/Σθ²) is a network with an exact λ. Chains of SGLD, and of SGLD preconditioned as RMSprop
is, start at the code; the mean of nβK along them is what estimators of the local learning coefficient report. Beside it
stand E[nβK] of the density they sample, by walks that accept and reject (MALA), hence without an error of the step, or
from the answer key where it has the cell, and λ. Of the errors that are fatal alone the bias is known.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from noisytm import answer_key
from noisytm.interop import torch_loss
from noisytm.interop.torch import NoisyMachine

CHAINS = 32
DECAY, OFFSET = 0.99, 1.0  # of the preconditioner 1/(OFFSET + √V), V the running mean of squared gradients
WALK_RATE, WALK_PULL = 0.5, 0.05  # ε·nβ and ε·γ, at most, of the walks that accept and reject


@dataclass(frozen=True)
class Setting:
    """How a code is sampled: nβ, the pull γ, the step ε as ε·nβ, how many steps, the first left out, and by what.

    Chains that know no region go wherever the pull lets them, as those of most estimators do.
    """

    code: str
    n_beta: float
    gamma: float
    rate: float
    steps: int
    burn_in: int
    method: str = "SGLD"
    region: bool = True

    @property
    def step(self) -> float:
        return self.rate / self.n_beta


SHORT = (
    Setting("parity", 1e3, 10.0, 0.3, 1000, 400),
    Setting("detectA", 1e3, 100.0, 0.1, 1000, 400),
    Setting("detectA", 1e3, 100.0, 0.1, 1000, 400, "RMSprop"),
)
LONG = (
    Setting("detectA", 1e3, 100.0, 0.1, 4000, 1000),
    Setting("detectA", 7 / math.log(7), 10.0, 0.01, 4000, 1000),
    Setting("detectA", 7 / math.log(7), 1.0, 0.3, 4000, 1000),
    Setting("detectA", 7 / math.log(7), 1.0, 0.3, 4000, 1000, region=False),
    Setting("detectA", 7 / math.log(7), 0.1, 0.3, 4000, 1000, region=False),
    Setting("detectA", 7 / math.log(7), 0.1, 0.3, 200, 0, region=False),
    Setting("detectA", 1e3, 10.0, 0.1, 6000, 3000),
    Setting("detectA", 1e3, 10.0, 1.0, 6000, 3000),
    Setting("detectA", 1e3, 1.0, 0.1, 40_000, 8000),
    Setting("detectA", 1e3, 10.0, 0.1, 200, 0),
    Setting("detectA", 1e3, 10.0, 0.3, 200, 0),
    Setting("detectA", 1e3, 1.0, 0.3, 200, 0),
    Setting("detectA", 1e3, 100.0, 0.1, 4000, 1000, "RMSprop"),
    Setting("parity", 1e3, 10.0, 0.3, 4000, 1000),
    Setting("parity", 1e3, 10.0, 0.1, 4000, 1000),
    Setting("parity", 1e3, 10.0, 0.03, 6000, 3000),
    Setting("two-thrice", 1e4, 100.0, 0.1, 8000, 2000),
)


class Density:
    """Densities exp(−nβK − γ|w − w₀|²/2) of weights in a region, side by side, for chains to walk in.

    There are so many chains for each setting, of which each keeps its own nβ, γ and ε. A class derived from this one
    says what K is, and where weights may be. ``first`` is w₀ of every chain, and ``start`` where it begins.
    """

    def __init__(self, settings: Sequence[Setting], first: Any, chains: int) -> None:
        import torch

        self.torch, self.first, self.start = torch, first, first
        self.n_beta, self.gamma, self.step = (
            torch.tensor([getattr(s, name) for s in settings], dtype=torch.float64).repeat_interleave(chains)
            for name in ("n_beta", "gamma", "step")
        )

    def loss_and_slope(self, weights: Any) -> tuple[Any, Any]:
        """Return K of every chain, and its gradient."""
        raise NotImplementedError

    def inside(self, weights: Any) -> Any:
        """Return whether the weights of every chain are in the region."""
        raise NotImplementedError

    def each(self, values: Any) -> Any:
        """Return a number for each chain as what weights can be multiplied with."""
        return values.reshape(-1, *[1] * (self.first.ndim - 1))

    def slopes(self, weights: Any) -> tuple[Any, Any]:
        """Return nβK of every chain, and the gradient of minus the log density."""
        values, slope = self.loss_and_slope(weights)
        pull = self.each(self.gamma) * (weights - self.first)
        return self.n_beta * values, self.each(self.n_beta) * slope + pull

    def noise(self, generator: Any) -> Any:
        """Return normal numbers, one for each weight."""
        return self.torch.randn(self.first.shape, generator=generator, dtype=self.torch.float64)

    def kept(self, proposed: Any, weights: Any) -> tuple[Any, Any]:
        """Return the weights after a step, which is not made where it would leave the region; and where it is made."""
        held = self.inside(proposed)
        return self.torch.where(self.each(held), proposed, weights), held


class Posterior(Density):
    """Densities near one code of the answer key, where right values have probability ½ or more.

    See docs/answer-key.md. There are `CHAINS` chains for each setting.
    """

    def __init__(self, settings: Sequence[Setting]) -> None:
        self.found = answer_key().code(settings[0].code).coefficient
        self.model = NoisyMachine.of_key(settings[0].code, chains=CHAINS * len(settings))
        super().__init__(settings, self.model.weights.detach().clone(), CHAINS)
        self.anywhere = self.torch.tensor([not s.region for s in settings]).repeat_interleave(CHAINS)

    def loss_and_slope(self, weights: Any) -> tuple[Any, Any]:
        """Return K of every chain, and its gradient."""
        with self.torch.no_grad():
            self.model.weights.copy_(weights)
        values = torch_loss(  # as model.loss(), whose gradient is autograd's; noisytm's own is some 50 times as quick
            self.model.problem, self.model.codes(), semantics=self.found.semantics, loss=self.found.loss
        )
        (slope,) = self.torch.autograd.grad(values.sum(), self.model.weights)
        return values.detach(), slope

    def inside(self, weights: Any) -> Any:
        """Return whether the weights of every chain are in the region, or it knows none."""
        with self.torch.no_grad():
            self.model.weights.copy_(weights)
        # of right amplitudes the sign is kept: K does not see it, the pull does
        return self.anywhere | self.model.in_region() & ((weights > 0) | (self.first == 0)).all(dim=1)


def sgld(posterior: Density, generator: Any) -> Iterator[Any]:
    """Yield nβK of every chain at each step of w ← w − (ε/2)∇ + √ε·ξ; a step out of the region is not made."""
    step, weights = posterior.each(posterior.step), posterior.start.clone()
    while True:
        energy, slope = posterior.slopes(weights)
        yield energy
        weights, _ = posterior.kept(weights - step / 2 * slope + step.sqrt() * posterior.noise(generator), weights)


def rmsprop_sgld(posterior: Density, generator: Any) -> Iterator[Any]:
    """Yield the same for steps ε/(OFFSET + √V) of each weight's own, without the term that its change would ask for."""
    weights, squares = posterior.start.clone(), posterior.torch.zeros_like(posterior.first)
    step = posterior.each(posterior.step * (OFFSET + (2 * posterior.n_beta).sqrt()))  # SGLD's at the curvature 2nβ
    while True:
        energy, slope = posterior.slopes(weights)
        yield energy
        squares = DECAY * squares + (1 - DECAY) * slope * slope
        own = step / (OFFSET + squares.sqrt())
        weights, _ = posterior.kept(weights - own / 2 * slope + own.sqrt() * posterior.noise(generator), weights)


def walk(posterior: Density, generator: Any) -> Iterator[Any]:
    """Yield nβK of walks that propose as SGLD does and accept or reject: whatever the step, of the density itself."""
    torch, weights, step = posterior.torch, posterior.start.clone(), posterior.each(posterior.step)

    def height(w: Any, energy: Any) -> Any:
        return energy + posterior.gamma / 2 * ((w - posterior.first) ** 2).flatten(1).sum(1)

    def way(a: Any, b: Any, slope: Any) -> Any:
        return ((b - a + step / 2 * slope) ** 2 / (2 * step)).flatten(1).sum(1)

    energy, slope = posterior.slopes(weights)
    while True:
        yield energy
        proposed, held = posterior.kept(weights - step / 2 * slope + step.sqrt() * posterior.noise(generator), weights)
        after, slope_after = posterior.slopes(proposed)
        log_odds = height(weights, energy) - height(proposed, after)
        log_odds += way(weights, proposed, slope) - way(proposed, weights, slope_after)
        taken = held & (torch.rand(len(weights), generator=generator, dtype=torch.float64).log() < log_odds)
        weights = torch.where(posterior.each(taken), proposed, weights)
        energy = torch.where(taken, after, energy)
        slope = torch.where(posterior.each(taken), slope_after, slope)


METHODS: dict[str, Callable[[Density, Any], Iterator[Any]]] = {"SGLD": sgld, "RMSprop": rmsprop_sgld, "MALA": walk}


def means_of(settings: Sequence[Setting], seed: int) -> list[tuple[float, float]]:
    """Return the mean of nβK of settings of one code and method after the burn-in, and its error over chains."""
    return means_in(Posterior(settings), settings, seed)


def means_in(posterior: Density, settings: Sequence[Setting], seed: int) -> list[tuple[float, float]]:
    """Return the same of settings of one method in their density."""
    torch, generator = posterior.torch, posterior.torch.Generator().manual_seed(seed)
    chains = len(posterior.first) // len(settings)
    first, end = (
        torch.tensor([getattr(s, name) for s in settings]).repeat_interleave(chains) for name in ("burn_in", "steps")
    )
    total = torch.zeros(len(first), dtype=torch.float64)
    steps = METHODS[settings[0].method](posterior, generator)
    for done, energy in zip(range(max(s.steps for s in settings)), steps, strict=False):
        total += torch.where((first <= done) & (done < end), energy, 0.0)
    means = (total / (end - first)).reshape(len(settings), chains)
    return [(float(m.mean()), float(m.std() / math.sqrt(chains))) for m in means]


def causes(setting: Setting) -> dict[str, float]:
    """Return what each cause adds to λ, of the errors that are fatal alone, and of m at large nβ."""
    known = answer_key().code(setting.code)
    return causes_of(setting, [float(c) for _, c in known.regular], float(known.coefficient.multiplicity))


def causes_of(setting: Setting, cs: Sequence[float], m: float) -> dict[str, float]:
    """Return the same where c = ∂K/∂θ² of the errors that are fatal alone are given; εH ≥ 4 has no mean."""
    pull = step = 0.0
    for c in cs:
        stiff = 2 * c * setting.n_beta
        own = setting.step
        if setting.method == "RMSprop":
            own *= (OFFSET + math.sqrt(2 * setting.n_beta)) / (OFFSET + math.sqrt(stiff + setting.gamma))
        held, far = 0.5 / (1 + setting.gamma / stiff), own * (stiff + setting.gamma) / 4
        pull += held - 0.5
        step += held * (1 / (1 - far) - 1) if far < 1 else math.inf
    return {"pull": pull, "step": step, "m": (1 - m) / math.log(setting.n_beta)}


def right_means(settings: Sequence[Setting], relaxing: float, seed: int) -> dict[Any, tuple[float, float, str]]:
    """Return E[nβK] of one code at each density, its error, and whence: the answer key, or walks of its relaxations."""
    found, asked = {}, {}
    for s in settings:
        cell = answer_key().code(s.code).cell(s.n_beta, s.gamma)
        if cell and s.region:
            found[density(s)] = cell.mean_nK, cell.mean_nK_error, "key"
        else:
            rate = min(WALK_RATE, WALK_PULL * s.n_beta / s.gamma)
            first = round(relaxing * 2 / (s.gamma * rate / s.n_beta) + 1000 * relaxing)
            asked[density(s)] = Setting(s.code, s.n_beta, s.gamma, rate, 4 * first, first, "MALA", s.region)
    for s, mean in alike(list(asked.values()), seed):
        found[density(s)] = *mean, s.method
    return found


def density(setting: Setting) -> tuple[float, float, bool]:
    """Return what the density of one code depends on."""
    return setting.n_beta, setting.gamma, setting.region


def row(setting: Setting, mean: tuple[float, float], right: tuple[float, float, str]) -> str:
    """Return a line of the table."""
    exact, found = answer_key().code(setting.code).coefficient.value, causes(setting)
    method = setting.method if setting.region else f"{setting.method}, no region"
    return (
        f"| {setting.code} | {method} | {setting.n_beta:.4g} | {setting.gamma:g} | {setting.rate:g} |"
        f" {setting.steps - setting.burn_in} after {setting.burn_in} | {mean[0]:.2f} ± {mean[1]:.2f} |"
        f" {right[0]:.2f} ± {right[1]:.2f} ({right[2]}) | {exact} | {mean[0] / float(exact) - 1:+.0%} |"
        f" {found['pull']:+.2f} | {found['step']:+.2f} | {found['m']:+.2f} |"
        f" {2 / (setting.gamma * setting.step):.0f} |"
    )


def rows(settings: Sequence[Setting], relaxing: float, seed: int) -> Iterator[str]:
    """Yield the lines, code by code; chains of one code and method that are as long go side by side."""
    for code in dict.fromkeys(s.code for s in settings):
        here = [s for s in settings if s.code == code]
        right = right_means(here, relaxing, seed)
        for setting, mean in alike(here, seed + 1):
            yield row(setting, mean, right[density(setting)])


def alike(settings: Sequence[Setting], seed: int) -> Iterator[tuple[Setting, tuple[float, float]]]:
    """Yield settings of one code with their means, those of one method and length together."""
    for kind in dict.fromkeys((s.method, s.steps) for s in settings):
        group = [s for s in settings if (s.method, s.steps) == kind]
        yield from zip(group, means_of(group, seed), strict=True)


DEVINTERP = (
    Setting("detectA", 1e3, 100.0, 0.1, 200, 0),
    Setting("detectA", 1e3, 100.0, 0.1, 1000, 0),
    Setting("detectA", 1e3, 100.0, 0.1, 1000, 500),
    Setting("parity", 1e3, 100.0, 0.1, 500, 0),
)


def by_devinterp(setting: Setting, chains: int = 4) -> dict[str, Any]:
    """Return what devinterp's `llc` reports: the module, its dataset of numbers, the loss of each, all its weights.

    It averages over all steps, those of the burn-in too, and knows no region: the pull has to keep chains near.
    """
    import devinterp
    import torch
    from datasets import Dataset
    from devinterp.slt.llc import llc

    found = answer_key().code(setting.code).coefficient
    count = len(found.problem.inputs)
    model = NoisyMachine(found.problem, found.machine, found.semantics, chart="sphere")
    shares = torch.tensor([float(q) * count for q in found.problem.weights], dtype=torch.float64)

    def loss(model: Any, numbers: Any) -> Any:  # of "tokens" there is one: the number of an input
        return (-torch.log1p(-model(numbers[:, 0])) * shares[numbers[:, 0]])[:, None]

    numbers = Dataset.from_dict({"input_ids": [[x, 0] for x in range(count)]}).with_format("torch")
    result = llc(
        model, numbers, {}, lr=setting.step, n_beta=setting.n_beta, localization=setting.gamma, loss_fn=loss,
        param_masks={"weights": None}, num_chains=chains, num_draws=setting.steps, num_burnin_steps=setting.burn_in,
        batch_size=count, num_init_loss_batches=1,
    )  # fmt: skip
    error = float(result["llc_std"]) / math.sqrt(chains)
    told = {"devinterp": devinterp.__version__} if hasattr(devinterp, "__version__") else {}
    return told | vars(setting) | {"method": "devinterp", "chains": chains} | {
        "estimate": float(result["llc_mean"]), "error": error,
    }  # fmt: skip


HEADER = (
    "| code | sampler | nβ | γ | ε·nβ | steps | estimate | E[nβK] | λ | off | pull | step | m | steps to relax 2/(γε) |"
)


def main() -> int:
    """Print the table, a line as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="the table of docs/calibration.md")
    parser.add_argument("--devinterp", action="store_true", help="a line of JSON for each of some calls of devinterp")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("nothing is sampled: PyTorch is not installed; run: python -m pip install 'noisytm[torch]'")
        return 0
    if asked.devinterp:
        for setting in DEVINTERP:
            print(json.dumps(by_devinterp(setting)), flush=True)
        return 0
    print(HEADER, "|" + " --- |" * (HEADER.count("|") - 1), sep="\n", flush=True)
    settings, relaxing = (LONG, 0.5) if asked.long else (SHORT, 0.2)
    for line in rows(settings, relaxing, asked.seed):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
