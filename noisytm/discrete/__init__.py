"""Exact runs of Turing machines: results, configurations, visited tuples, step-by-step traces."""

from noisytm.discrete.analysis import outcome, used_tuples
from noisytm.discrete.configuration import Configuration
from noisytm.discrete.endless import ClosedGraph, EndlessRule
from noisytm.discrete.reference import trace
from noisytm.discrete.result import Cycle, RunInterrupted, RunResult
from noisytm.discrete.running import run

__all__ = [
    "ClosedGraph",
    "Configuration",
    "Cycle",
    "EndlessRule",
    "RunInterrupted",
    "RunResult",
    "outcome",
    "run",
    "trace",
    "used_tuples",
]
