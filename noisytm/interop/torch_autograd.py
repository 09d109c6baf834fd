"""The loss of a problem as a function that PyTorch differentiates: noisytm's own gradient, handed to autograd."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import NoisytmError, ProblemError
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import loss_and_gradient
from noisytm.relaxation.semantics import Semantics

if TYPE_CHECKING:
    from torch import Tensor


def torch_loss(
    problem: SynthesisProblem,
    codes: Tensor,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    threads: int | str = 1,
) -> Tensor:
    """Return the loss of noisy codes as a tensor whose ``backward`` is that of `loss_and_gradient`.

    The gradient is formed along with the loss, by the adjoint of the step; where no gradient is asked for it is thrown
    away. It has a meaning along the product of simplices only: optimise logits and map them with `torch_codes`.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    codes : Tensor of float64 on the processor, shape (n, N, S + |Q| + 3) or (N, S + |Q| + 3)
        Noisy codes; every distribution sums to 1.
    semantics, loss, threads
        As in `loss_and_gradient`.

    Returns
    -------
    Tensor of float64, shape (n,), or () for a single code
        It can be differentiated once. Where some f_x = 1 the log loss is inf and its gradient nan.

    Raises
    ------
    NoisytmError
        If torch is not installed.
    ProblemError
        If ``codes`` is not a tensor of float64 on the processor, or an option has no such value.
    MachineError
        If a code has another shape than the problem's, or a distribution does not sum to 1 within 1e-9.
    BudgetError
        If there is too little memory.

    Examples
    --------
    >>> import torch
    >>> from noisytm import SynthesisProblem, library, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), inputs=words("AB", 1), steps=3)
    >>> logits = torch.zeros(problem.space.shape, dtype=torch.float64, requires_grad=True)
    >>> value = torch_loss(problem, torch_codes(problem.space, logits))
    >>> value.backward()
    >>> round(value.item(), 4), logits.grad.shape
    (0.6931, torch.Size([6, 8]))
    """
    torch = _torch()
    _require_floats(torch, "codes", codes)
    value: Tensor = _loss_function().apply(codes, problem, semantics, loss, threads)
    return value if codes.ndim == 3 else value[0]


def torch_codes(space: CodeSpace, logits: Tensor) -> Tensor:
    """Return the noisy codes with these logits: in each distribution the softmax, which PyTorch differentiates.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    logits : Tensor of float64 on the processor, shape (n, N, S + |Q| + 3) or (N, S + |Q| + 3)
        Any finite numbers; a constant added to those of one distribution changes nothing.

    Returns
    -------
    Tensor of float64, shape of ``logits``

    Raises
    ------
    NoisytmError
        If torch is not installed.
    ProblemError
        If ``space`` is not a CodeSpace, or ``logits`` not a tensor of float64 on the processor of such a shape.

    Examples
    --------
    >>> import torch
    >>> from noisytm import CodeSpace, library
    >>> space = CodeSpace.of(library.machine("detectA"))
    >>> torch_codes(space, torch.zeros(space.shape, dtype=torch.float64))[0, 3:5]
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    torch = _torch()
    if not isinstance(space, CodeSpace):
        raise ProblemError(f"space is {shown(space)}; give a CodeSpace, e.g. problem.space")
    _require_floats(torch, "logits", logits)
    if logits.ndim not in (2, 3) or tuple(logits.shape[-2:]) != space.shape:
        raise ProblemError(
            f"logits have shape {tuple(logits.shape)}; this code space needs {space.shape}, or (n, *{space.shape})"
        )
    codes: Tensor = torch.cat(
        [torch.softmax(logits[..., start : start + len(values)], dim=-1) for _, start, values in space.blocks], dim=-1
    )
    return codes


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise NoisytmError(
            "tensors need PyTorch, which is not installed; run: python -m pip install 'noisytm[torch]'"
        ) from None
    return torch


def _require_floats(torch: Any, name: str, tensor: Any) -> None:
    """Require a tensor whose memory numpy can read; nothing is converted, so that no accuracy is lost unseen."""
    if not isinstance(tensor, torch.Tensor):
        raise ProblemError(f"{name} is {shown(tensor)}; give a tensor, e.g. torch.from_numpy(array)")
    if tensor.dtype != torch.float64:
        raise ProblemError(f"{name} has dtype {tensor.dtype}; it must be torch.float64: use {name}.double()")
    if tensor.device.type != "cpu":
        raise ProblemError(f"{name} lies on {tensor.device}; it must lie on the processor: use {name}.cpu()")


@functools.cache
def _loss_function() -> Any:
    """Return the autograd function, made at first use because its base class is PyTorch's."""
    torch = _torch()
    once = torch.autograd.function.once_differentiable

    class Loss(torch.autograd.Function):  # type: ignore[misc, name-defined]
        @staticmethod
        def forward(ctx: Any, codes: Any, problem: Any, semantics: str, loss: str, threads: int | str) -> Any:
            values, gradient = loss_and_gradient(
                problem, codes.detach().numpy(), semantics=semantics, loss=loss, threads=threads
            )
            if codes.requires_grad:
                ctx.save_for_backward(torch.from_numpy(gradient).reshape(codes.shape))
            return torch.from_numpy(values)

        @staticmethod
        @once  # type: ignore[untyped-decorator]
        def backward(ctx: Any, weights: Any) -> Any:
            (gradient,) = ctx.saved_tensors
            of_codes = weights.reshape(-1, *[1] * (gradient.ndim - 1)) * gradient
            return of_codes, None, None, None, None

    return Loss
