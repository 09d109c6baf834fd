"""Why a learning coefficient is what it is: what each entry costs, and the runs that errors break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.explanation.bits import MARKS as MARKS
    from noisytm.degeneracy.explanation.bits import MarkedBits as MarkedBits
    from noisytm.degeneracy.explanation.bits import marked_bits as marked_bits
    from noisytm.degeneracy.explanation.costs import ALONE as ALONE
    from noisytm.degeneracy.explanation.costs import FREE as FREE
    from noisytm.degeneracy.explanation.costs import SHARED as SHARED
    from noisytm.degeneracy.explanation.costs import Cell as Cell
    from noisytm.degeneracy.explanation.costs import EntryCost as EntryCost
    from noisytm.degeneracy.explanation.costs import cells_of as cells_of
    from noisytm.degeneracy.explanation.diagram import Beside as Beside
    from noisytm.degeneracy.explanation.diagram import condensed as condensed
    from noisytm.degeneracy.explanation.diagram import side_by_side as side_by_side
    from noisytm.degeneracy.explanation.html import HEADS as HEADS
    from noisytm.degeneracy.explanation.html import bits_table as bits_table
    from noisytm.degeneracy.explanation.html import chain_table as chain_table
    from noisytm.degeneracy.explanation.html import cost_table as cost_table
    from noisytm.degeneracy.explanation.html import rows_table as rows_table
    from noisytm.degeneracy.explanation.html import witness_shown as witness_shown
    from noisytm.degeneracy.explanation.record import WITNESS as WITNESS
    from noisytm.degeneracy.explanation.record import witness_json as witness_json
    from noisytm.degeneracy.explanation.record import witness_of_json as witness_of_json
    from noisytm.degeneracy.explanation.replay import Frame as Frame
    from noisytm.degeneracy.explanation.replay import outcome_of as outcome_of
    from noisytm.degeneracy.explanation.witness import Branch as Branch
    from noisytm.degeneracy.explanation.witness import Slip as Slip
    from noisytm.degeneracy.explanation.witness import Witness as Witness
    from noisytm.degeneracy.explanation.witness import errors_by_step as errors_by_step
    from noisytm.degeneracy.explanation.witness import slips_of as slips_of
    from noisytm.degeneracy.explanation.witness import witness_of as witness_of
    from noisytm.degeneracy.explanation.wording import BRANCHES as BRANCHES
    from noisytm.degeneracy.explanation.wording import branch_text as branch_text
    from noisytm.degeneracy.explanation.wording import outcome_text as outcome_text
    from noisytm.degeneracy.explanation.wording import sentence as sentence
    from noisytm.degeneracy.explanation.wording import slip_text as slip_text
    from noisytm.degeneracy.explanation.wording import steps_text as steps_text
    from noisytm.degeneracy.explanation.wording import word_text as word_text

_door = Door(
    __name__,
    {
        "bits": ("MARKS", "MarkedBits", "marked_bits"),
        "costs": ("ALONE", "Cell", "EntryCost", "FREE", "SHARED", "cells_of"),
        "diagram": ("Beside", "condensed", "side_by_side"),
        "html": ("HEADS", "bits_table", "chain_table", "cost_table", "rows_table", "witness_shown"),
        "record": ("WITNESS", "witness_json", "witness_of_json"),
        "replay": ("Frame", "outcome_of"),
        "witness": ("Branch", "Slip", "Witness", "errors_by_step", "slips_of", "witness_of"),
        "wording": ("BRANCHES", "branch_text", "outcome_text", "sentence", "slip_text", "steps_text", "word_text"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
