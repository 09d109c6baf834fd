"""The parts of a page, each of some kinds of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.report.sections.asked import asked_section as asked_section
    from noisytm.report.sections.asked import machine_section as machine_section
    from noisytm.report.sections.asked import run_section as run_section
    from noisytm.report.sections.coefficients import coefficient_part as coefficient_part
    from noisytm.report.sections.coefficients import explanation_part as explanation_part
    from noisytm.report.sections.coefficients import law_part as law_part
    from noisytm.report.sections.coefficients import partial_part as partial_part
    from noisytm.report.sections.coefficients import precision_part as precision_part
    from noisytm.report.sections.others import comparison_part as comparison_part
    from noisytm.report.sections.others import in_words_part as in_words_part
    from noisytm.report.sections.others import posterior_part as posterior_part
    from noisytm.report.sections.others import run_part as run_part
    from noisytm.report.sections.others import syndrome_part as syndrome_part
    from noisytm.report.sections.provenance import command_of as command_of
    from noisytm.report.sections.provenance import command_section as command_section
    from noisytm.report.sections.provenance import provenance_section as provenance_section
    from noisytm.report.sections.saved_results import Saved as Saved
    from noisytm.report.sections.saved_results import Subject as Subject
    from noisytm.report.sections.saved_results import abouts as abouts
    from noisytm.report.sections.saved_results import of_results as of_results
    from noisytm.report.sections.saved_results import read_results as read_results
    from noisytm.report.sections.saved_results import subject_for as subject_for
    from noisytm.report.sections.saved_results import subjects_of as subjects_of

_door = Door(
    __name__,
    {
        "asked": ("asked_section", "machine_section", "run_section"),
        "coefficients": ("coefficient_part", "explanation_part", "law_part", "partial_part", "precision_part"),
        "others": ("comparison_part", "in_words_part", "posterior_part", "run_part", "syndrome_part"),
        "provenance": ("command_of", "command_section", "provenance_section"),
        "saved_results": ("Saved", "Subject", "abouts", "of_results", "read_results", "subject_for", "subjects_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
