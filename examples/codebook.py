"""A recurrent net whose weights hold a description: its λ where theory has one, and SGLD beside it.

    python examples/codebook.py                    the nets of docs/codebook.md, short, half a minute
    python examples/codebook.py --long             its tables, some minutes
    python examples/codebook.py --steps 500 --chains 8 --seed 2

The net has a tape, a state and a codebook of rows. At each step what the head reads and the state ask the keys of the
rows, attention says which row answers, and its values say what is written, the next state and the move. Where rows are
asked in turn its loss is that of a noisy code, so that λ and m are known; what a softmax does to them is said beside.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from calibrate_sgld import CHAINS, WALK_PULL, WALK_RATE, Density, Setting, causes_of, means_in
from nets.codebook_net import Book, Codebook

from noisytm import (
    answer_key,
    leading_law,
    learning_coefficient,
)
from noisytm.interop import torch_loss

RATES = (0.1, 0.3)  # ε·nβ
SHORT_PAIRS, LONG_PAIRS = [(1e3, 100.0)], [(1e3, 10.0), (1e2, 1.0)]  # nβ, γ
SHORT_SIZES, LONG_SIZES = [1e2, 1e5], [1e2, 1e5, 1e10, 1e20]
STEP_OF_LOGITS, STEP_OF_THEIR_WALKS = 0.02, 0.05  # ε: as n grows the posterior moves, and stays as wide


class Around(Density):
    """The density around the code of a net; of logits, whose code is at infinity, around 0: their normal prior."""

    def __init__(self, net: Codebook, settings: Sequence[Setting], chains: int) -> None:
        self.net, torch = net, net.torch
        starts = [net.near_code(s.n_beta) if net.book.logits else net.at_code() for s in settings]
        start = torch.stack(starts).repeat_interleave(chains, dim=0)
        super().__init__(settings, torch.zeros_like(start) if net.book.logits else start, chains)
        self.start = start

    def loss_and_slope(self, weights: Any) -> tuple[Any, Any]:
        """Return K of every chain, and its gradient.

        The net's own, by autograd; where it is the loss of a code noisytm's is the same number, some times as quick.
        """
        weights, book = weights.detach().requires_grad_(), self.net.book
        own = book.keys == "scores"
        values = self.net.loss(weights) if own else torch_loss(book.problem, self.net.distributions(weights))
        (slope,) = self.torch.autograd.grad(values.sum(), weights)
        return values.detach(), slope

    def inside(self, weights: Any) -> Any:
        """Return whether the weights of every chain are in the region."""
        return self.net.inside(weights)


def of_pairs(c: float, n_beta: float, gamma: float) -> float:
    """Return E[nβK] of K = c(vw)² under the pull on v and w: one integral is done, the other a sum in log v."""
    stiff, v = 2 * c * n_beta / gamma**2, np.exp(np.linspace(-40.0, 3.0, 20_001))
    density = v * np.exp(-v * v / 2) / np.sqrt(1 + stiff * v * v)
    return float((density * stiff * v * v / (1 + stiff * v * v)).sum() / density.sum() / 2)


def added(book: Book, setting: Setting, m: float) -> dict[str, float | None]:
    """Return what each cause adds to λ, as far as formulas go: of errors that are fatal alone, and of m."""
    found: dict[str, float | None] = dict(causes_of(setting, book.alone, m))
    if book.vanishing == 2:
        pairs = (of_pairs(c, setting.n_beta, setting.gamma) - 0.5 for c in book.alone)
        found |= {"pull": sum(pairs), "step": None}
    if book.gated:
        found |= {"pull": None, "step": None}
    return found


BOOKS = (
    Book("squares", code="acting"),
    Book("products, both 0", layers=2, vanishing=2),
    Book("products, one 0", layers=2),
    Book("gated rows", gated=True),
    Book("noisy keys", keys="noisy"),
    Book("noisy keys, products", keys="noisy", layers=2, vanishing=2),
    Book("noisy keys, a row twice", listed=(0, 0, 1), keys="noisy"),
)
LOGITS = (
    Book("softmax values", logits=True),
    Book("softmax keys and values", keys="noisy", logits=True),
    Book("softmax attention", keys="scores", logits=True),
)
SHORT = ("squares", "products, both 0", "noisy keys", "softmax values", "softmax attention")


@dataclass(frozen=True)
class Length:
    """How long chains are: steps after those of the burn-in, and how many chains a setting has."""

    steps: int
    burn_in: int
    chains: int

    def setting(self, n_beta: float, gamma: float, rate: float, method: str = "SGLD") -> Setting:
        """Return a setting."""
        return Setting("", n_beta, gamma, rate, self.steps + self.burn_in, self.burn_in, method)


def walked(book: Book, settings: Sequence[Setting]) -> list[Setting]:
    """Return settings of walks that accept and reject at the same nβ and γ, with steps that are accepted often."""
    stiffest = max(1.0, *book.alone)
    rates = (min(WALK_RATE / stiffest, WALK_PULL * s.n_beta / s.gamma) for s in settings)
    return [replace(s, rate=rate, method="MALA") for s, rate in zip(settings, rates, strict=True)]


def right_means(
    net: Codebook, settings: Sequence[Setting], length: Length, seed: int
) -> list[tuple[float, float, str]]:
    """Return E[nβK] of each setting, its error, and whence: the answer key, or walks."""
    if net.book.code:
        cells = [answer_key().code(net.book.code).cell(s.n_beta, s.gamma) for s in settings]
        return [(cell.mean_nK, cell.mean_nK_error, "key") for cell in cells]
    asked = walked(net.book, settings)
    return [(*mean, "MALA") for mean in means_in(Around(net, asked, length.chains), asked, seed)]


HEADER = "| net | chart | λ, m | nβ, γ | ε·nβ | SGLD | E[nβK] | SGLD/λ | pull | step | m |"
HEADER_OF_LOGITS = "| net | c (by descent) | n | SGLD | E[nK] | its slope in log n − log log n |"


def rows(book: Book, pairs: Sequence[tuple[float, float]], length: Length, seed: int) -> Iterator[str]:
    """Yield the lines of a net with a λ: for each nβ and γ, and each step."""
    net, found = Codebook(book), learning_coefficient(book.problem, book.machine, **book.chart or {})
    settings = [length.setting(*pair, rate) for pair in pairs for rate in RATES]
    right = right_means(net, settings[:: len(RATES)], length, seed)
    means = means_in(Around(net, settings, length.chains), settings, seed + 1)
    named = " at concentration ".join((book.chart or {}).values())
    for k, (setting, (mean, error)) in enumerate(zip(settings, means, strict=True)):
        wanted, its_error, whence = right[k // len(RATES)]
        causes = added(book, setting, float(found.multiplicity))
        pull, step, m = ("none" if c is None else f"{c:+.2f}" for c in (causes[x] for x in ("pull", "step", "m")))
        yield (
            f"| {book.name} | {named} | {found.value}, {found.multiplicity} | {setting.n_beta:g}, {setting.gamma:g} |"
            f" {setting.rate:g} | {mean:.2f} ± {error:.2f} | {wanted:.2f} ± {its_error:.2f} ({whence}) |"
            f" {mean / float(found.value):.2f} | {pull} | {step} | {m} |"
        )


def leading(net: Codebook, size: float = 150.0) -> float:
    """Return about c, without the library: the least w² where Σ q f is 1/n is c (log n)² + O(log n), for two large n.

    Where w²/2 and the square of what log Σ q f is above −log n are least together, w² is the least for that Σ q f.
    """
    torch, found = net.torch, []
    for log_n in (size, 2 * size):
        weights = net.near_code(math.exp(log_n)).requires_grad_()
        steps = torch.optim.LBFGS([weights], max_iter=2000, max_eval=4000, line_search_fn="strong_wolfe",
                                  tolerance_grad=1e-9, tolerance_change=1e-13)  # fmt: skip

        def height(log_n: float = log_n, weights: Any = weights, steps: Any = steps) -> Any:
            steps.zero_grad()
            wrong = net.rejected(weights[None])[0] @ net.shares
            off = torch.relu(log_n + wrong.clamp_min(math.exp(-log_n - 1)).log())
            value = 20 * off**2 + (weights**2).sum() / 2
            value.backward()
            return value

        steps.step(height)
        end = weights.detach()
        found.append((-float((net.rejected(end[None])[0] @ net.shares).log()), float((end**2).sum())))
    (small, first), (large, second) = found
    return (second / large - first / small) / (large - small)


def rows_of_logits(book: Book, sizes: Sequence[float], length: Length, seed: int) -> Iterator[str]:
    """Yield the lines of a net without a λ: for each n, the prior of the logits in place of the pull."""
    net = Codebook(book)
    law = str(leading_law(book.problem, book.machine, **book.chart).c) if book.chart else "none"
    law += f" ({leading(net):.2f})"
    settings = [length.setting(n, 1.0, STEP_OF_LOGITS * n) for n in sizes]
    asked = [replace(s, rate=STEP_OF_THEIR_WALKS * s.n_beta, method="MALA") for s in settings]
    means, right = (
        means_in(Around(net, group, length.chains), group, seed + k) for k, group in enumerate((settings, asked))
    )
    before: tuple[float, float, float] | None = None
    for n, (mean, error), (wanted, its_error) in zip(sizes, means, right, strict=True):
        x, slope = math.log(n) - math.log(math.log(n)), ""
        if before:
            run = x - before[0]
            slope = f"{(wanted - before[1]) / run:.2f} ± {math.hypot(its_error, before[2]) / run:.1g}"
        before = x, wanted, its_error
        found = f"{mean:.2f} ± {error:.2f}" if mean < 1e6 else f"{mean:.1e} ± {error:.1e}"
        yield f"| {book.name} | {law} | {n:g} | {found} | {wanted:.2f} ± {its_error:.2f} | {slope} |"


def table(header: str, lines: Iterator[str]) -> None:
    """Print a table, a line as soon as it is there."""
    print(header, "|" + " --- |" * (header.count("|") - 1), sep="\n", flush=True)
    for line in lines:
        print(line, flush=True)
    print()


def main() -> int:
    """Print a table of the nets that have a λ, and one of those that have none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="the tables of docs/codebook.md")
    parser.add_argument("--steps", type=whole, help="how many steps to average over, after half as many")
    parser.add_argument("--chains", type=whole, default=CHAINS, help=f"chains of each setting (default {CHAINS})")
    parser.add_argument("--seed", type=lambda text: whole(text, 0), default=1)
    asked = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("nothing is sampled: PyTorch is not installed; run: python -m pip install 'noisytm[torch]'")
        return 0
    import torch

    torch.set_num_threads(1)  # tensors are small
    steps = asked.steps or (5000 if asked.long else 400)
    length = Length(steps, steps // 2, asked.chains)
    pairs, sizes = (LONG_PAIRS, LONG_SIZES) if asked.long else (SHORT_PAIRS, SHORT_SIZES)
    books, logits = ([b for b in group if asked.long or b.name in SHORT] for group in (BOOKS, LOGITS))
    table(HEADER, (line for b in books for line in rows(b, pairs, length, asked.seed)))
    table(HEADER_OF_LOGITS, (line for b in logits for line in rows_of_logits(b, sizes, length, asked.seed)))
    return 0


def whole(text: str, least: int = 2) -> int:
    """Return a whole number; there must be two steps and chains at least, since errors are those over chains."""
    if not text.isdecimal() or not least <= int(text) < 2**32:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to {2**32 - 1}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
