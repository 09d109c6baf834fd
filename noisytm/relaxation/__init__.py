"""Noisy codes: the relaxed step, its readings, and what is computed with them."""

from noisytm.relaxation.evaluation import History, loss_and_gradient, simulate, wrong_probability
from noisytm.relaxation.semantics import MARGINAL

__all__ = ["MARGINAL", "History", "loss_and_gradient", "simulate", "wrong_probability"]
