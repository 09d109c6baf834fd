"""A recurrent net whose weights hold a codebook: what is in it, and the net. `examples/codebook.py` runs it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from noisytm import Description, SynthesisProblem, answer_key, loss_and_gradient


@dataclass(frozen=True)
class Book:
    """A codebook: the rows that it holds, and how weights hold them.

    ``keys`` are ``exact``, ``noisy`` (weights, as the values are) or ``scores`` (of a softmax over the rows). An
    amplitude is the product of ``layers`` weights, of which ``vanishing`` are 0 at the code where the value is wrong.
    ``code`` is its name in the answer key, if it is there.
    """

    name: str
    code: str = ""
    listed: tuple[int, ...] = (0, 1)
    keys: str = "exact"
    layers: int = 1
    vanishing: int = 1
    gated: bool = False
    logits: bool = False

    @cached_property
    def machine(self) -> Description:
        """The rows: those of detectA that act, some of them listed again."""
        known = answer_key().code("acting").coefficient.machine
        rows = tuple(known.tuples[i] for i in self.listed)
        return Description(known.symbols, known.blank, known.states, known.start, rows)

    @cached_property
    def problem(self) -> SynthesisProblem:
        """Detect an A: the words of up to two letters, four steps."""
        inputs = answer_key().code("acting").coefficient.problem.inputs
        return SynthesisProblem.of_machine(self.machine, inputs, 4, keys="noisy" if self.keys == "noisy" else "exact")

    @property
    def chart(self) -> dict[str, Any] | None:
        """What the library calls these weights, if it knows them; squares of weights have the concentration ½."""
        if self.keys == "scores":
            return None
        if self.logits:
            return {"chart": "softmax:gaussian=1"}
        if self.gated:
            return {"chart": "shared:tuple", "prior_concentration": "1/2"}
        return {"chart": "sphere" if self.vanishing == 1 else "product:" + "*".join(["2"] * self.vanishing)}

    @cached_property
    def alone(self) -> list[float]:
        """c = ∂K/∂u of the errors that are fatal alone."""
        space = self.problem.space
        _, slopes = loss_and_gradient(self.problem, space.embed(self.machine))
        right = space.embed(self.machine) > 0
        found: list[float] = []
        for _, start, values in space.blocks:
            part, its_right = (a[:, start : start + len(values)] for a in (slopes[0], right))
            found += [s for s in (part - part[its_right][:, None])[~its_right].tolist() if s > 0]
        return found


class Codebook:
    """The net of a book. Weights are (chains, rows, entries, layers); see docs/codebook.md.

    Nothing in it is formed as 1 − something, so that a small loss keeps its digits.
    """

    def __init__(self, book: Book) -> None:
        import torch

        self.torch, self.book = torch, book
        problem, machine = book.problem, book.machine
        space, self.steps = problem.space, problem.steps
        self.symbols, self.states = len(space.symbols), len(space.states)
        self.right = torch.from_numpy(space.embed(machine)) > 0
        self.blocks = [(kind, start, start + len(values)) for kind, start, values in space.blocks]
        self.width = space.shape[1]
        self.stay = next(values.index("S") for kind, _, values in space.blocks if kind == "move")
        self.read = torch.tensor([[t.read == s for s in space.symbols] for t in machine.tuples]).double()
        self.state = torch.tensor([[t.state == q for q in space.states] for t in machine.tuples]).double()
        blanks = [machine.blank] * self.steps  # no cell further away can be reached
        tapes = [[*blanks, *x, *blanks, machine.blank] for x in problem.inputs]
        cells = [[[c == s for s in space.symbols] for c in tape[: 2 * self.steps + 1]] for tape in tapes]
        self.tape = torch.tensor(cells).double()[None]
        self.begin = torch.tensor([q == machine.start for q in space.states]).double().expand(1, len(tapes), -1)
        self.wrong = torch.tensor([[(q,) not in good for q in space.states] for good in problem.targets]).double()
        self.shares = torch.tensor([float(q) for q in problem.weights], dtype=torch.float64)

    def at_code(self) -> Any:
        """Return the weights at the code, where there are such."""
        first = self.right.double()[..., None].repeat(1, 1, self.book.layers)
        first[..., self.book.vanishing :] = 1.0
        return self.torch.cat([first, self.torch.zeros_like(first[:, :1])], dim=1) if self.book.gated else first

    def near_code(self, n: float) -> Any:
        """Return logits at which K is about 1/n: codes lie at infinity."""
        values = (self.right.double() - 0.5) * (math.log(n) + 2.0)
        if self.book.keys == "scores":
            own = self.torch.cat([self.read, self.state], dim=1)
            values = self.torch.cat([(2.0 * own - 1.5) * (math.log(n) + 2.0), values], dim=1)
        return values[..., None]

    def distributions(self, weights: Any) -> Any:
        """Return the noisy code that weights stand for, (chains, rows, entries), scores aside."""
        if self.book.logits:
            logits = weights[..., 0][..., -self.width :]
            return self.torch.cat([self.torch.softmax(logits[..., a:b], dim=-1) for _, a, b in self.blocks], dim=-1)
        first, *more = weights.unbind(-1)
        for factor in more:
            first = first * factor
        amplitudes = first[..., : self.width]
        if self.book.gated:
            amplitudes = self.torch.where(self.right, amplitudes, amplitudes * first[..., self.width :])
        squares = amplitudes * amplitudes
        parts = [squares[..., a:b] for _, a, b in self.blocks]
        return self.torch.cat([part / part.sum(dim=-1, keepdim=True) for part in parts], dim=-1)

    def shares_of_rows(self, weights: Any) -> Any:
        """Return the softmax over rows at every (symbol, state), and last over none: (chains, rows + 1, S, |Q|).

        Scores are that of the symbol and that of the state; to do nothing has the score 0.
        """
        scores = weights[..., 0]
        symbol, state = scores[..., : self.symbols], scores[..., self.symbols : self.symbols + self.states]
        both = symbol[..., :, None] + state[..., None, :]
        return self.torch.softmax(self.torch.cat([both, self.torch.zeros_like(both[:, :1])], dim=1), dim=1)

    def in_turn(self, code: Any) -> Any:
        """Return attention that asks the rows in turn, the last first, of which each answers as far as its key fits."""
        read, state = (
            (code[..., self.blocks[0][1] : self.blocks[0][2]], code[..., self.blocks[1][1] : self.blocks[1][2]])
            if self.book.keys == "noisy"
            else (self.read[None], self.state[None])
        )
        other_symbols, other_states = (1.0 - self.torch.eye(k, dtype=code.dtype) for k in (self.symbols, self.states))
        turned = [a.transpose(1, 2) for a in (read, read @ other_symbols, state, state @ other_states)]

        def attention(y: Any, z: Any) -> tuple[Any, Any, Any, Any]:
            reads, reads_not, is_in, is_not = (v @ a for v, a in zip((y, y, z, z), turned, strict=True))
            fits, fits_not = reads * is_in, reads_not + reads * is_not
            left, found = self.torch.ones_like(y[..., :1]), []
            for i in reversed(range(len(self.read))):
                found.append(left * fits[..., i : i + 1])
                left = left * fits_not[..., i : i + 1]
            return self.torch.cat(found[::-1], dim=-1), left * y, left * z, left[..., 0]

        return attention

    def by_softmax(self, weights: Any) -> Any:
        """Return attention where each (symbol, state) asks by itself and the answers are averaged."""
        shares = self.shares_of_rows(weights).flatten(2)
        rows, none = shares[:, :-1].transpose(1, 2), shares[:, -1:]

        def attention(y: Any, z: Any) -> tuple[Any, Any, Any, Any]:
            both = (y[..., :, None] * z[..., None, :]).flatten(2)
            left = (both * none).unflatten(2, (self.symbols, self.states))
            return both @ rows, left.sum(dim=3), left.sum(dim=2), left.sum(dim=(2, 3))

        return attention

    def rejected(self, weights: Any) -> Any:
        """Return f of every chain and input: the net's probability of a wrong answer."""
        code, head = self.distributions(weights), self.steps
        attention = self.by_softmax(weights) if self.book.keys == "scores" else self.in_turn(code)
        ends = [b - self.blocks[-3][1] for _, _, b in self.blocks[-3:]]
        values = code[..., self.blocks[-3][1] :]
        tape = self.tape.expand(len(weights), *self.tape.shape[1:])
        z = self.begin.expand(len(weights), *self.begin.shape[1:])
        blank = tape[:, :, :1]
        for _ in range(self.steps):
            rows, same_y, same_z, still = attention(tape[:, :, head], z)
            mixed = rows @ values
            written, z = mixed[..., : ends[0]] + same_y, mixed[..., ends[0] : ends[1]] + same_z
            moves = [mixed[..., ends[1] + k] + (still if k == self.stay else 0.0) for k in range(3)]
            parts = [blank, tape[:, :, :head], written[:, :, None], tape[:, :, head + 1 :], blank]
            cells = self.torch.cat(parts, dim=2)
            left, stay, right = (m[..., None, None] for m in moves)
            tape = left * cells[:, :, :-2] + stay * cells[:, :, 1:-1] + right * cells[:, :, 2:]
        return (z * self.wrong).sum(dim=-1)

    def loss(self, weights: Any) -> Any:
        """Return K of every chain."""
        return -self.torch.log1p(-self.rejected(weights)) @ self.shares

    def inside(self, weights: Any) -> Any:
        """Return whether what is right has the probability ½ or more everywhere, attention too."""
        held = ((self.distributions(weights) >= 0.5) | ~self.right).flatten(1).all(dim=1)
        if self.book.keys == "scores":
            own = self.read[..., :, None] * self.state[..., None, :]
            own = self.torch.cat([own, 1.0 - own.sum(dim=0, keepdim=True)])
            return held & ((self.shares_of_rows(weights) >= 0.5) | (own == 0)).flatten(1).all(dim=1)
        if self.book.logits:
            return held
        return held & ((weights[:, :, : self.width] > 0) | ~self.right[..., None]).flatten(1).all(dim=1)
