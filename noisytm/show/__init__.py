"""Everything that is looked at: space-time diagrams as text and as pictures, and the tables of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.answers import describe_answer_key as describe_answer_key
    from noisytm.show.atlases import describe_atlas as describe_atlas
    from noisytm.show.coefficients import describe as describe
    from noisytm.show.coefficients import describe_law as describe_law
    from noisytm.show.coefficients import in_words as in_words
    from noisytm.show.comparisons import describe_comparison as describe_comparison
    from noisytm.show.comparisons import differences_in_words as differences_in_words
    from noisytm.show.comparisons import log2_mass as log2_mass
    from noisytm.show.comparisons import save_comparison as save_comparison
    from noisytm.show.diagrams.diagram import SpaceTime as SpaceTime
    from noisytm.show.diagrams.drawing import MOST as MOST
    from noisytm.show.diagrams.drawing import SAMPLES as SAMPLES
    from noisytm.show.diagrams.drawing import VIEWS as VIEWS
    from noisytm.show.diagrams.drawing import space_time as space_time
    from noisytm.show.diagrams.marginals import describe_history as describe_history
    from noisytm.show.diagrams.saving import PICTURES as PICTURES
    from noisytm.show.diagrams.saving import require_picture as require_picture
    from noisytm.show.diagrams.text import columns_that_fit as columns_that_fit
    from noisytm.show.enumerations import describe_enumeration as describe_enumeration
    from noisytm.show.fatal_errors import SyndromeReport as SyndromeReport
    from noisytm.show.fatal_errors import describe_syndromes as describe_syndromes
    from noisytm.show.fatal_errors import proof_of as proof_of
    from noisytm.show.fatal_errors import syndrome_report as syndrome_report
    from noisytm.show.grids.pictures import plot_precision as plot_precision
    from noisytm.show.grids.precisions import describe_precision as describe_precision
    from noisytm.show.grids.precisions import describe_verified_precision as describe_verified_precision
    from noisytm.show.listings import LibraryListing as LibraryListing
    from noisytm.show.machines import describe_entry as describe_entry
    from noisytm.show.machines import describe_library as describe_library
    from noisytm.show.machines import entry_json as entry_json
    from noisytm.show.outputs import describe_outputs as describe_outputs
    from noisytm.show.outputs import outputs_csv as outputs_csv
    from noisytm.show.posteriors import describe_free_energy as describe_free_energy
    from noisytm.show.posteriors.estimates import describe_estimates as describe_estimates
    from noisytm.show.posteriors.phases import describe_phases as describe_phases
    from noisytm.show.posteriors.regrets import describe_regret as describe_regret
    from noisytm.show.posteriors.susceptibilities import describe_susceptibilities as describe_susceptibilities
    from noisytm.show.posteriors.volumes import describe_volumes as describe_volumes
    from noisytm.show.runs import describe_endless as describe_endless
    from noisytm.show.runs import describe_run as describe_run
    from noisytm.show.searches import describe_least as describe_least
    from noisytm.show.searches import describe_solutions as describe_solutions
    from noisytm.show.surveys import describe_entry_noise as describe_entry_noise
    from noisytm.show.surveys import describe_padding as describe_padding
    from noisytm.show.surveys import describe_steps as describe_steps
    from noisytm.show.surveys import describe_survey as describe_survey
    from noisytm.show.surveys import padding_csv as padding_csv
    from noisytm.show.verification import describe_minimum as describe_minimum
    from noisytm.show.verification import describe_verified as describe_verified

_door = Door(
    __name__,
    {
        "answers": ("describe_answer_key",),
        "atlases": ("describe_atlas",),
        "coefficients": ("describe", "describe_law", "in_words"),
        "comparisons": ("describe_comparison", "differences_in_words", "log2_mass", "save_comparison"),
        "diagrams.diagram": ("SpaceTime",),
        "diagrams.drawing": ("MOST", "SAMPLES", "VIEWS", "space_time"),
        "diagrams.marginals": ("describe_history",),
        "diagrams.saving": ("PICTURES", "require_picture"),
        "diagrams.text": ("columns_that_fit",),
        "enumerations": ("describe_enumeration",),
        "fatal_errors": ("SyndromeReport", "describe_syndromes", "proof_of", "syndrome_report"),
        "grids.pictures": ("plot_precision",),
        "grids.precisions": ("describe_precision", "describe_verified_precision"),
        "listings": ("LibraryListing",),
        "machines": ("describe_entry", "describe_library", "entry_json"),
        "outputs": ("describe_outputs", "outputs_csv"),
        "posteriors": ("describe_free_energy",),
        "posteriors.estimates": ("describe_estimates",),
        "posteriors.phases": ("describe_phases",),
        "posteriors.regrets": ("describe_regret",),
        "posteriors.susceptibilities": ("describe_susceptibilities",),
        "posteriors.volumes": ("describe_volumes",),
        "runs": ("describe_endless", "describe_run"),
        "searches": ("describe_least", "describe_solutions"),
        "surveys": ("describe_entry_noise", "describe_padding", "describe_steps", "describe_survey", "padding_csv"),
        "verification": ("describe_minimum", "describe_verified"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
