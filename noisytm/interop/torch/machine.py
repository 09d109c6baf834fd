"""A noisy machine as a module of PyTorch."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, whole
from noisytm._text import shown
from noisytm.calibration import AnswerKey, answer_key, chart_of
from noisytm.codespace import KEYS, CodeSpace
from noisytm.errors import NoisytmError, ProblemError
from noisytm.geometry import chart_at
from noisytm.interop.torch.networks import NetworkWeights
from noisytm.interop.torch.parameters import parameters_of
from noisytm.interop.torch.readout import Readout
from noisytm.interop.torch.step import cells_of, first_tapes, step_of, windows_of
from noisytm.losses import LOSSES
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
else:
    Module = object  # the class that is made of this one has PyTorch's as its second base

MOST_LAYERS = 64


class Machine(Module):  # type: ignore[misc]
    """A noisy machine whose parameters start at a code; called on numbers of inputs, it returns f_x.

    A module of PyTorch in float64, with one parameter, ``weights``. What it returns is differentiable by autograd, as
    often as one likes, and small f keep their digits: nothing is formed as 1 − accepted.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        The machine, or the list of tuples, at whose code the parameters start.
    semantics : str or Semantics
        How the step is relaxed: one that follows marginals, such as ``pseudo-utm`` and ``mean-field``.
    keys : {"exact", "noisy"}, optional
        Whether the keys of the listed tuples err as well; by default as in the problem.
    chart : str, optional
        What the parameters are (docs/torch.md): ``simplex``, which is the default, ``bits``, ``sphere``, or a
        parametrisation.
    chains : int, optional
        Hold so many codes, each with parameters of its own, instead of one.
    start : array_like of float, shape (N, E), optional
        A noisy code to start at in place of the machine's. Needed where codes lie at infinity (softmax).
    layers : int, optional
        In place of a chart: the parameters are the weights of the network of docs/answer-key.md, p = θ²/Σθ² in each
        distribution, θ of a wrong value being the product of so many weights.

    Attributes
    ----------
    weights : Parameter of float64, shape (…,) or (chains, …)
        The parameters.
    problem, machine, semantics, chart
        As given; semantics and chart as objects. With ``layers`` the chart is that of λ and m.

    Raises
    ------
    NoisytmError
        If torch is not installed.
    ProblemError, MachineError
        If an argument is not what it should be.

    Examples
    --------
    >>> import torch
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> model = NoisyMachine(problem, machine, chart="sphere")
    >>> model.weights.shape, model(torch.tensor([0, 1])).tolist()
    (torch.Size([6, 8]), [0.0, 0.0])
    >>> with torch.no_grad():
    ...     model.weights += 0.1
    >>> loss = model.loss()
    >>> loss.backward()
    >>> round(loss.item(), 4), model.weights.grad.shape
    (0.0293, torch.Size([6, 8]))
    """

    def __init__(
        self,
        problem: SynthesisProblem,
        machine: Description,
        semantics: str | Semantics = "pseudo-utm",
        keys: str | None = None,
        chart: str | None = None,
        *,
        chains: int | None = None,
        start: Any = None,
        layers: int | None = None,
    ) -> None:
        torch = _torch()
        super().__init__()
        self.problem, self.machine = _with_keys(problem, machine, keys), machine
        self.semantics = checked_semantics(semantics, Marginal)
        self.semantics.require(self.problem)
        self.layers = None if layers is None else whole("layers", layers, 1, MOST_LAYERS)
        self.chart = chart_at(_chart_name(chart, self.layers), self.problem.space, machine)
        self.chains = None if chains is None else whole("chains", chains, 1)
        self._compiled = False
        self._make()
        self._put_buffers(torch)
        first = self.problem.space.embed(machine) if start is None else start
        shape = self._parameters_of_codes.shape
        self.weights = torch.nn.Parameter(torch.zeros(self._batch + shape, dtype=torch.float64))
        self.load_code(first)

    @classmethod
    def of_key(
        cls, name: str, *, key: AnswerKey | None = None, chains: int | None = None, start: Any = None
    ) -> Machine:
        """Return the network of a code of the answer key: its problem, semantics and weights, at the code.

        Its loss is the one that the key says, which for `loss` is ``key.code(name).coefficient.loss``.

        Parameters
        ----------
        name : str
            The name of the code.
        key : AnswerKey, optional
            The key; by default that of the package.
        chains, start
            As above.

        Returns
        -------
        NoisyMachine
            With as many weights as the key says.

        Raises
        ------
        ProblemError
            If the key has no such code.

        Examples
        --------
        >>> model = NoisyMachine.of_key("two-3", chains=4)
        >>> model.weights.shape, model.layers, model.chart.name
        (torch.Size([4, 28]), 3, 'product:2*2*2')
        """
        code = (answer_key() if key is None else instance("key", key, AnswerKey)).code(name)
        found = code.coefficient
        return cls(found.problem, found.machine, found.semantics, layers=code.layers, chains=chains, start=start)

    def _make(self) -> None:
        """Make what is no tensor and cannot be copied: the map of the chart, the step, the readout."""
        torch, live = _torch(), cells_of(self.problem)
        self._low, self._high = min(low for low, _ in live), max(0, *(high for _, high in live))
        self._windows = windows_of(live)
        self._step = step_of(torch, self.semantics, self.problem.space)
        self._readout = Readout(torch, self.problem.encoded)
        if self.layers is None:
            self._parameters_of_codes = parameters_of(self.chart, torch)
        else:
            self._parameters_of_codes = NetworkWeights(torch, self.chart, self.machine, self.layers)

    def _put_buffers(self, torch: Any) -> None:
        """Keep what a run begins with where the module goes, and out of its state: it follows from the problem."""
        encoded, states = self.problem.encoded, len(self.problem.space.states)
        tapes = first_tapes(self.problem, self._low, self._high)
        certain = np.arange(states) == encoded.start
        blank = np.arange(tapes.shape[1]) == encoded.blank
        for name, array in {
            "_first": tapes,
            "_blank": blank[None, None, :, None],
            "_z": certain[None, :, None],
            "_rest_z": ~certain[None, :, None],
            "_shares": encoded.weights,
        }.items():
            self.register_buffer(name, torch.from_numpy(np.asarray(array, dtype=np.float64)), persistent=False)

    @property
    def _batch(self) -> tuple[int, ...]:
        return () if self.chains is None else (self.chains,)

    def codes(self) -> Tensor:
        """Return the noisy codes that the parameters stand for, differentiably: shape (N, E), or (chains, N, E).

        They are not checked: `noisy_code` does that.
        """
        return self._parameters_of_codes.codes(self.weights)

    def forward(self, numbers: Any = None) -> Tensor:
        """Return the rejected probability f_x of some inputs.

        Parameters
        ----------
        numbers : Tensor of int64 or sequence of int, shape (b,), optional
            Numbers of inputs in the order of the problem's; by default all of them.

        Returns
        -------
        Tensor of float64, shape (b,), or (chains, b)

        Raises
        ------
        ProblemError
            If these are not numbers of inputs.
        """
        wrong, _ = self._judged(self._numbers(numbers), squares=False)
        return wrong if self.chains is not None else wrong[0]

    def loss(self, numbers: Any = None, loss: str = "log") -> Tensor:
        """Return the loss K = Σ q(x) k(f_x), or the mean of k over some inputs, weighted by their q(x).

        Parameters
        ----------
        numbers : Tensor of int64 or sequence of int, shape (b,), optional
            Numbers of inputs, as a minibatch drawn from them uniformly has; by default all of them.
        loss : {"log", "brier"}
            The loss.

        Returns
        -------
        Tensor of float64, shape (), or (chains,)
            Of a minibatch: (number of inputs / b) · Σ q(x) k(f_x), whose mean over minibatches is K.

        Raises
        ------
        ProblemError
            If there is no such loss, or these are not numbers of inputs.
        """
        form, chosen = LOSSES.named(loss), self._numbers(numbers)
        wrong, squares = self._judged(chosen, squares=form.squares)
        terms = form.term(_torch(), wrong, None)
        if squares is not None:
            total, sole = squares
            terms = _torch().where(sole, form.term(_torch(), wrong, total), terms)
        found = terms @ self._shares[chosen] * (len(self.problem.inputs) / len(chosen))
        result: Tensor = found if self.chains is not None else found[0]
        return result

    def noisy_code(self) -> NDArray[np.float64]:
        """Return the noisy codes as an array, checked: float64 of shape (N, E), or (chains, N, E).

        Raises
        ------
        MachineError
            If the parameters stand for no noisy code: in the charts ``simplex`` and ``bits`` they are probabilities,
            which an optimiser can make negative, or larger than 1.
        """
        codes = self.problem.space.checked(self.codes().detach().cpu().numpy())
        return codes if self.chains is not None else codes[0]

    def in_region(self) -> Tensor:
        """Return whether every right value has probability ½ or more: the region of the answer key's densities.

        Returns
        -------
        Tensor of bool, shape (), or (chains,)
        """
        torch, space = _torch(), self.problem.space
        code = torch.from_numpy(space.embed(self.machine) == 1.0).to(self.weights.device)
        found: Tensor = ((self.codes().detach() >= 0.5) | ~code).all(dim=-1).all(dim=-1)
        return found

    def load_code(self, code: Any) -> None:
        """Set the parameters to those of a noisy code, or of one for each chain.

        Parameters
        ----------
        code : array_like of float, shape (N, E) or (chains, N, E)
            Noisy codes.

        Raises
        ------
        MachineError, ProblemError
            If these are no noisy codes of the problem, or none that parameters stand for.
        """
        torch, codes = _torch(), self.problem.space.checked(code)
        wanted = self.chains or 1
        if len(codes) not in (1, wanted):
            raise ProblemError(f"{len(codes)} codes are given; there are {wanted} to be set: give one, or one for each")
        found = [torch.from_numpy(self._parameters_of_codes.weights(w)) for w in codes]
        with torch.no_grad():
            self.weights.copy_(torch.stack(found) if self.chains is not None else found[0])

    def compile_step(self, **options: Any) -> None:
        """Let PyTorch compile the relaxed step, which all steps then share: sooner done than all of them one by one.

        Tapes then have the same number of cells at all steps, more than each step needs.

        Parameters
        ----------
        **options
            Of ``torch.compile``. A C++ compiler is needed.
        """
        self._step, self._compiled = _torch().compile(self._step, **options), True

    def __getstate__(self) -> dict[str, Any]:
        # Functions, compiled or not, stay behind: they are made anew where the module arrives.
        left = ("_step", "_readout", "_parameters_of_codes")
        return {k: v for k, v in self.__dict__.items() if k not in left} | {"_compiled": False}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._make()

    def _numbers(self, numbers: Any) -> Tensor:
        torch, count = _torch(), len(self.problem.inputs)
        if numbers is None:
            found: Tensor = torch.arange(count, device=self.weights.device)
            return found
        if not isinstance(numbers, torch.Tensor):
            if not isinstance(numbers, (Sequence, np.ndarray)) or isinstance(numbers, str):
                raise ProblemError(f"numbers is {shown(numbers)}; give numbers of inputs, from 0 to {count - 1}")
            numbers = torch.tensor([whole("a number", x, 0, count - 1) for x in numbers], dtype=torch.int64)
        if numbers.dtype != torch.int64 or numbers.ndim != 1:
            raise ProblemError(
                f"numbers have dtype {numbers.dtype} and shape {tuple(numbers.shape)}; give numbers of inputs, from 0"
                f" to {count - 1}, as torch.int64 in one dimension"
            )
        return numbers.to(self.weights.device)

    def _judged(self, numbers: Tensor, squares: bool) -> tuple[Tensor, tuple[Tensor, Tensor] | None]:
        """Run the inputs; return f and, if asked for, Σ p² over rejected outcomes and where that counts."""
        codes = self.codes() if self.chains is not None else self.codes()[None]
        wide = codes.shape[0], *[-1] * 3
        windows, (low, high) = self._windows, cells_of(self.problem)[0]
        if self._compiled:
            low, high = self._low, self._high
            windows = windows_of([(low, high)] * 2) * self.problem.steps
        first = self._first[low - self._low : high + 1 - self._low]
        tape = first.index_select(2, numbers)[None].expand(*wide)
        z = self._z.expand(codes.shape[0], -1, len(numbers))
        rest_z = self._rest_z.expand(codes.shape[0], -1, len(numbers))
        for window in windows:
            tape, z, rest_z = self._step(window, codes, self._blank, tape, z, rest_z)
        marginals = self._readout.marginals(tape, z, -self._low if self._compiled else -cells_of(self.problem)[-1][0])
        wrong = self._readout.rejected(marginals, numbers)
        return wrong, self._readout.squares(marginals, numbers) if squares else None


def _chart_name(chart: str | None, layers: int | None) -> str:
    if layers is None:
        return "simplex" if chart is None else chart
    if chart is not None:
        raise ProblemError(
            f"chart is {shown(chart)} and layers is {layers}; give one of them: layers has its own chart"
        )
    return chart_of(layers)


def _with_keys(problem: SynthesisProblem, machine: Description, keys: str | None) -> SynthesisProblem:
    instance("problem", problem, SynthesisProblem)
    instance("machine", machine, Description)
    if keys is None or keys == KEYS[problem.space.noisy_keys]:
        problem.space.require(machine)
        return problem
    return replace(problem, space=CodeSpace.of(machine, keys))


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise NoisytmError(
            "noisy machines as modules need PyTorch, which is not installed; run: python -m pip install"
            " 'noisytm[torch]'"
        ) from None
    return torch


@functools.cache
def _noisy_machine() -> type[Machine]:
    members = {"__doc__": Machine.__doc__, "__module__": "noisytm.interop.torch"}
    return type("NoisyMachine", (Machine, _torch().nn.Module), members)


def __getattr__(name: str) -> Any:
    """Return ``NoisyMachine``, made when it is first asked for: its base class is PyTorch's.

    Without PyTorch it is a class that says so when it is called.
    """
    if name != "NoisyMachine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return _noisy_machine()
    except NoisytmError:
        return Machine
