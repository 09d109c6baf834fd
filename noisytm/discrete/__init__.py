"""Exact runs of Turing machines: results, configurations, visited tuples, step-by-step traces."""

from noisytm.discrete.analysis import outcome, used_tuples
from noisytm.discrete.configuration import Configuration
from noisytm.discrete.direct import run
from noisytm.discrete.reference import trace
from noisytm.discrete.result import RunResult

__all__ = ["Configuration", "RunResult", "outcome", "run", "trace", "used_tuples"]
