"""Machines as JSON records: this project's own and those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.records.dtm_json import AUTOMATA_LIB as AUTOMATA_LIB
    from noisytm.formats.records.dtm_json import DTM_FIELDS as DTM_FIELDS
    from noisytm.formats.records.dtm_json import dtm_of_machine as dtm_of_machine
    from noisytm.formats.records.dtm_json import machine_of_dtm as machine_of_dtm
    from noisytm.formats.records.ft_turing_json import FT_TURING as FT_TURING
    from noisytm.formats.records.project_json import PROJECT_JSON as PROJECT_JSON

_door = Door(
    __name__,
    {
        "dtm_json": ("AUTOMATA_LIB", "DTM_FIELDS", "dtm_of_machine", "machine_of_dtm"),
        "ft_turing_json": ("FT_TURING",),
        "project_json": ("PROJECT_JSON",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
