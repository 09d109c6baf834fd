"""Machines as JSON records: this project's own and those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.records.project_json import PROJECT_JSON as PROJECT_JSON

_door = Door(
    __name__,
    {
        "project_json": ("PROJECT_JSON",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
