"""noisytm: the geometry of Turing machine codes.

Machines, their noisy relaxations, and the exact learning coefficient of a code with a certificate. Everything a
user needs is importable from here; what is heavy is imported on first use.
"""

from __future__ import annotations

from noisytm import _at_once as _at_once  # before anything else is imported, which takes a while

# isort: split
import importlib
from typing import TYPE_CHECKING, Any

from noisytm import _whole_imports
from noisytm._lazy import Door
from noisytm._version import __version__ as __version__

if TYPE_CHECKING:
    from noisytm import library as library
    from noisytm.calibration import AnswerKey as AnswerKey
    from noisytm.calibration import answer_key as answer_key
    from noisytm.codespace import CodeSpace as CodeSpace
    from noisytm.codespace import Coordinate as Coordinate
    from noisytm.degeneracy import Bounds as Bounds
    from noisytm.degeneracy import BrierHessian as BrierHessian
    from noisytm.degeneracy import Certificate as Certificate
    from noisytm.degeneracy import CertifiedInterval as CertifiedInterval
    from noisytm.degeneracy import Comparison as Comparison
    from noisytm.degeneracy import Correction as Correction
    from noisytm.degeneracy import ErrorGraph as ErrorGraph
    from noisytm.degeneracy import Explanation as Explanation
    from noisytm.degeneracy import FatalSyndromes as FatalSyndromes
    from noisytm.degeneracy import FinitePrecision as FinitePrecision
    from noisytm.degeneracy import LeadingLaw as LeadingLaw
    from noisytm.degeneracy import LeadingPart as LeadingPart
    from noisytm.degeneracy import LearningCoefficient as LearningCoefficient
    from noisytm.degeneracy import PaddedCode as PaddedCode
    from noisytm.degeneracy import PaddingTable as PaddingTable
    from noisytm.degeneracy import PartialCoefficient as PartialCoefficient
    from noisytm.degeneracy import PrecisionCertificate as PrecisionCertificate
    from noisytm.degeneracy import Survey as Survey
    from noisytm.degeneracy import ZeroMass as ZeroMass
    from noisytm.degeneracy import bounds as bounds
    from noisytm.degeneracy import brier_hessian as brier_hessian
    from noisytm.degeneracy import compare as compare
    from noisytm.degeneracy import correction as correction
    from noisytm.degeneracy import error_graph as error_graph
    from noisytm.degeneracy import explain as explain
    from noisytm.degeneracy import fatal_syndromes as fatal_syndromes
    from noisytm.degeneracy import fractional_cover_by_matching as fractional_cover_by_matching
    from noisytm.degeneracy import leading_law as leading_law
    from noisytm.degeneracy import leading_part as leading_part
    from noisytm.degeneracy import learning_coefficient as learning_coefficient
    from noisytm.degeneracy import padded_machine as padded_machine
    from noisytm.degeneracy import padding as padding
    from noisytm.degeneracy import precision as precision
    from noisytm.degeneracy import survey as survey
    from noisytm.degeneracy import syndrome_hypergraph as syndrome_hypergraph
    from noisytm.degeneracy import verify as verify
    from noisytm.degeneracy import zero_mass as zero_mass
    from noisytm.degeneracy.series import CoefficientAtStep as CoefficientAtStep
    from noisytm.degeneracy.series import CoefficientOnSegment as CoefficientOnSegment
    from noisytm.degeneracy.series import EntryNoise as EntryNoise
    from noisytm.degeneracy.series import LeadingLoss as LeadingLoss
    from noisytm.degeneracy.series import StepSeries as StepSeries
    from noisytm.degeneracy.series import coefficient_along_entry as coefficient_along_entry
    from noisytm.degeneracy.series import coefficients_by_step as coefficients_by_step
    from noisytm.discrete import RunInterrupted as RunInterrupted
    from noisytm.discrete import RunResult as RunResult
    from noisytm.discrete import run as run
    from noisytm.encoding import Encoding as Encoding
    from noisytm.encoding import encode as encode
    from noisytm.enumeration import Enumeration as Enumeration
    from noisytm.enumeration import enumerate_machines as enumerate_machines
    from noisytm.enumeration.outputs import BlockEstimate as BlockEstimate
    from noisytm.enumeration.outputs import OutputDistribution as OutputDistribution
    from noisytm.enumeration.outputs import output_distribution as output_distribution
    from noisytm.errors import BudgetError as BudgetError
    from noisytm.errors import CertificateError as CertificateError
    from noisytm.errors import EstimateError as EstimateError
    from noisytm.errors import FormatError as FormatError
    from noisytm.errors import Interrupted as Interrupted
    from noisytm.errors import MachineError as MachineError
    from noisytm.errors import NoisytmError as NoisytmError
    from noisytm.errors import ProblemError as ProblemError
    from noisytm.formats import parse as parse
    from noisytm.formats import read as read
    from noisytm.formats import read_all as read_all
    from noisytm.formats import write as write
    from noisytm.geometry import BitFace as BitFace
    from noisytm.geometry import Face as Face
    from noisytm.machine import Description as Description
    from noisytm.machine import TuringMachine as TuringMachine
    from noisytm.posterior import Estimate as Estimate
    from noisytm.posterior import Estimates as Estimates
    from noisytm.posterior import Estimator as Estimator
    from noisytm.posterior import ExactCoefficient as ExactCoefficient
    from noisytm.posterior import FittedCoefficient as FittedCoefficient
    from noisytm.posterior import FreeEnergy as FreeEnergy
    from noisytm.posterior import LadderRow as LadderRow
    from noisytm.posterior import Phases as Phases
    from noisytm.posterior import Regret as Regret
    from noisytm.posterior import Susceptibilities as Susceptibilities
    from noisytm.posterior import Volumes as Volumes
    from noisytm.posterior import estimate as estimate
    from noisytm.posterior import free_energy as free_energy
    from noisytm.posterior import phases as phases
    from noisytm.posterior import read_posterior as read_posterior
    from noisytm.posterior import regret as regret
    from noisytm.posterior import susceptibilities as susceptibilities
    from noisytm.posterior import volumes as volumes
    from noisytm.problem import SynthesisProblem as SynthesisProblem
    from noisytm.problem import read_problem as read_problem
    from noisytm.relaxation import CompiledLoss as CompiledLoss
    from noisytm.relaxation import History as History
    from noisytm.relaxation import SampledProbability as SampledProbability
    from noisytm.relaxation import SamplingInterrupted as SamplingInterrupted
    from noisytm.relaxation import compiled_loss as compiled_loss
    from noisytm.relaxation import loss_and_gradient as loss_and_gradient
    from noisytm.relaxation import loss_and_gradient_at as loss_and_gradient_at
    from noisytm.relaxation import loss_at as loss_at
    from noisytm.relaxation import losses_and_gradients_at as losses_and_gradients_at
    from noisytm.relaxation import losses_at as losses_at
    from noisytm.relaxation import losses_below as losses_below
    from noisytm.relaxation import noisy_code as noisy_code
    from noisytm.relaxation import noisy_run as noisy_run
    from noisytm.relaxation import sampled_wrong_probability as sampled_wrong_probability
    from noisytm.relaxation import simulate as simulate
    from noisytm.relaxation import wrong_probability as wrong_probability
    from noisytm.saved import load as load
    from noisytm.search import Atlas as Atlas
    from noisytm.search import AttainingCode as AttainingCode
    from noisytm.search import CodeSample as CodeSample
    from noisytm.search import Contrast as Contrast
    from noisytm.search import GlobalLearningCoefficient as GlobalLearningCoefficient
    from noisytm.search import LeastOfLength as LeastOfLength
    from noisytm.search import LeastPrecision as LeastPrecision
    from noisytm.search import Solutions as Solutions
    from noisytm.search import WinningLine as WinningLine
    from noisytm.search import atlas as atlas
    from noisytm.search import contrast as contrast
    from noisytm.search import global_learning_coefficient as global_learning_coefficient
    from noisytm.search import solutions as solutions
    from noisytm.show import SpaceTime as SpaceTime
    from noisytm.show import space_time as space_time
    from noisytm.universal import BinaryCoding as BinaryCoding
    from noisytm.universal import BiTagSystem as BiTagSystem
    from noisytm.universal import CyclicTagSystem as CyclicTagSystem
    from noisytm.universal import ElementaryAutomaton as ElementaryAutomaton
    from noisytm.universal import KTapeConfiguration as KTapeConfiguration
    from noisytm.universal import KTapeMachine as KTapeMachine
    from noisytm.universal import Minsky74 as Minsky74
    from noisytm.universal import NearyWoods93 as NearyWoods93
    from noisytm.universal import NearyWoods152 as NearyWoods152
    from noisytm.universal import Rogozhin46 as Rogozhin46
    from noisytm.universal import Rogozhin218 as Rogozhin218
    from noisytm.universal import Row as Row
    from noisytm.universal import Rule110Machine as Rule110Machine
    from noisytm.universal import StagedPseudoUTM as StagedPseudoUTM
    from noisytm.universal import TagSystem as TagSystem
    from noisytm.universal import TwoTagProgram as TwoTagProgram
    from noisytm.universal import TwoTagSimulation as TwoTagSimulation
    from noisytm.universal import simulate_on_two_tag as simulate_on_two_tag
    from noisytm.word import words as words

_whole_imports.install()
_door = Door(
    __name__,
    {
        "calibration": ("AnswerKey", "answer_key"),
        "codespace": ("CodeSpace", "Coordinate"),
        "degeneracy": (
            "Bounds",
            "BrierHessian",
            "Certificate",
            "CertifiedInterval",
            "Comparison",
            "Correction",
            "ErrorGraph",
            "Explanation",
            "FatalSyndromes",
            "FinitePrecision",
            "LeadingPart",
            "LeadingLaw",
            "LearningCoefficient",
            "PaddedCode",
            "PaddingTable",
            "PartialCoefficient",
            "PrecisionCertificate",
            "Survey",
            "ZeroMass",
            "bounds",
            "brier_hessian",
            "compare",
            "correction",
            "error_graph",
            "explain",
            "fatal_syndromes",
            "fractional_cover_by_matching",
            "leading_part",
            "leading_law",
            "learning_coefficient",
            "padded_machine",
            "padding",
            "precision",
            "survey",
            "syndrome_hypergraph",
            "verify",
            "zero_mass",
        ),
        "degeneracy.series": (
            "CoefficientAtStep",
            "CoefficientOnSegment",
            "EntryNoise",
            "LeadingLoss",
            "StepSeries",
            "coefficient_along_entry",
            "coefficients_by_step",
        ),
        "discrete": ("RunInterrupted", "RunResult", "run"),
        "encoding": ("Encoding", "encode"),
        "enumeration": ("Enumeration", "enumerate_machines"),
        "enumeration.outputs": ("BlockEstimate", "OutputDistribution", "output_distribution"),
        "errors": (
            "BudgetError",
            "CertificateError",
            "EstimateError",
            "FormatError",
            "Interrupted",
            "MachineError",
            "NoisytmError",
            "ProblemError",
        ),
        "formats": ("parse", "read", "read_all", "write"),
        "geometry": ("BitFace", "Face"),
        "machine": ("Description", "TuringMachine"),
        "posterior": (
            "Estimate",
            "Estimates",
            "Estimator",
            "ExactCoefficient",
            "FittedCoefficient",
            "FreeEnergy",
            "LadderRow",
            "Phases",
            "Regret",
            "Susceptibilities",
            "Volumes",
            "estimate",
            "free_energy",
            "phases",
            "read_posterior",
            "regret",
            "susceptibilities",
            "volumes",
        ),
        "problem": ("SynthesisProblem", "read_problem"),
        "relaxation": (
            "CompiledLoss",
            "History",
            "SampledProbability",
            "SamplingInterrupted",
            "compiled_loss",
            "loss_and_gradient",
            "loss_and_gradient_at",
            "loss_at",
            "losses_and_gradients_at",
            "losses_at",
            "losses_below",
            "noisy_code",
            "noisy_run",
            "sampled_wrong_probability",
            "simulate",
            "wrong_probability",
        ),
        "saved": ("load",),
        "search": (
            "Atlas",
            "Contrast",
            "AttainingCode",
            "CodeSample",
            "GlobalLearningCoefficient",
            "LeastOfLength",
            "LeastPrecision",
            "Solutions",
            "WinningLine",
            "atlas",
            "contrast",
            "global_learning_coefficient",
            "solutions",
        ),
        "show": ("SpaceTime", "space_time"),
        "universal": (
            "BiTagSystem",
            "BinaryCoding",
            "CyclicTagSystem",
            "ElementaryAutomaton",
            "KTapeConfiguration",
            "KTapeMachine",
            "Minsky74",
            "NearyWoods152",
            "NearyWoods93",
            "Rogozhin218",
            "Rogozhin46",
            "Row",
            "Rule110Machine",
            "StagedPseudoUTM",
            "TagSystem",
            "TwoTagProgram",
            "TwoTagSimulation",
            "simulate_on_two_tag",
        ),
        "word": ("words",),
    },
)
__all__ = ["__version__", "library", *_door.names]


def __getattr__(name: str) -> Any:
    return importlib.import_module("noisytm.library") if name == "library" else _door.get(name)


def __dir__() -> list[str]:
    return sorted(__all__)
