"""The geometry of code space: faces, charts and their coordinates, priors, the tuples a code reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.geometry.bits import BitsChart as BitsChart
    from noisytm.geometry.chart import AnyCoordinate as AnyCoordinate
    from noisytm.geometry.chart import Chart as Chart
    from noisytm.geometry.chart import Coordinates as Coordinates
    from noisytm.geometry.charts import CHARTS as CHARTS
    from noisytm.geometry.charts import Charts as Charts
    from noisytm.geometry.charts import chart_at as chart_at
    from noisytm.geometry.charts import checked_chart as checked_chart
    from noisytm.geometry.charts import face_in as face_in
    from noisytm.geometry.digits import AnyBit as AnyBit
    from noisytm.geometry.digits import BitCoordinate as BitCoordinate
    from noisytm.geometry.digits import BitFace as BitFace
    from noisytm.geometry.digits import TupleBitCoordinate as TupleBitCoordinate
    from noisytm.geometry.digits import digit_count as digit_count
    from noisytm.geometry.entries import entry_values as entry_values
    from noisytm.geometry.entries import error_coordinates as error_coordinates
    from noisytm.geometry.entries import tuple_names as tuple_names
    from noisytm.geometry.faces import Face as Face
    from noisytm.geometry.faces import Key as Key
    from noisytm.geometry.faces import Place as Place
    from noisytm.geometry.faces import acting as acting
    from noisytm.geometry.form import ANY_CONCENTRATION as ANY_CONCENTRATION
    from noisytm.geometry.form import ANY_COORDINATE as ANY_COORDINATE
    from noisytm.geometry.form import ANY_FACE as ANY_FACE
    from noisytm.geometry.form import ANY_SYNDROME as ANY_SYNDROME
    from noisytm.geometry.form import CONCENTRATION as CONCENTRATION
    from noisytm.geometry.form import COORDINATE as COORDINATE
    from noisytm.geometry.form import FACE as FACE
    from noisytm.geometry.form import KEYS as KEYS
    from noisytm.geometry.form import PLACES as PLACES
    from noisytm.geometry.form import SYNDROME as SYNDROME
    from noisytm.geometry.prior import Concentration as Concentration
    from noisytm.geometry.prior import Concentrations as Concentrations
    from noisytm.geometry.prior import asked as asked
    from noisytm.geometry.prior import checked_concentration as checked_concentration
    from noisytm.geometry.prior import concentration_json as concentration_json
    from noisytm.geometry.prior import concentration_within as concentration_within
    from noisytm.geometry.prior import concentrations_at as concentrations_at
    from noisytm.geometry.prior import options_json as options_json
    from noisytm.geometry.prior import units as units
    from noisytm.geometry.prior import weights as weights
    from noisytm.geometry.reached import reached_keys as reached_keys
    from noisytm.geometry.reached import visited_places as visited_places
    from noisytm.geometry.reading import coordinate_from_json as coordinate_from_json
    from noisytm.geometry.reading import face_from_json as face_from_json
    from noisytm.geometry.shared import SharedFactor as SharedFactor
    from noisytm.geometry.shared import SharedTupleFactor as SharedTupleFactor
    from noisytm.geometry.simplex import SimplexChart as SimplexChart
    from noisytm.geometry.sphere import SphereChart as SphereChart

_door = Door(
    __name__,
    {
        "bits": ("BitsChart",),
        "chart": ("AnyCoordinate", "Chart", "Coordinates"),
        "charts": ("CHARTS", "Charts", "chart_at", "checked_chart", "face_in"),
        "digits": ("AnyBit", "BitFace", "BitCoordinate", "TupleBitCoordinate", "digit_count"),
        "entries": ("entry_values", "error_coordinates", "tuple_names"),
        "faces": ("Face", "Key", "Place", "acting"),
        "form": (
            "ANY_CONCENTRATION",
            "ANY_COORDINATE",
            "ANY_FACE",
            "ANY_SYNDROME",
            "CONCENTRATION",
            "COORDINATE",
            "FACE",
            "KEYS",
            "PLACES",
            "SYNDROME",
        ),
        "prior": (
            "Concentration",
            "Concentrations",
            "asked",
            "checked_concentration",
            "concentration_json",
            "concentration_within",
            "concentrations_at",
            "options_json",
            "units",
            "weights",
        ),
        "reached": ("reached_keys", "visited_places"),
        "reading": ("coordinate_from_json", "face_from_json"),
        "shared": ("SharedFactor", "SharedTupleFactor"),
        "simplex": ("SimplexChart",),
        "sphere": ("SphereChart",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
