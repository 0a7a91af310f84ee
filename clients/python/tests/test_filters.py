"""Filters of Python become filters of the graph."""

from __future__ import annotations

import math
from typing import Any

import pytest

from deeplesion import CoarseType, F
from deeplesion.filters import Expression, Fields, filter_input
from deeplesion.schema import ImageFilterFields, LesionFilterFields, PatientFilterFields


def lesion(where: Expression) -> dict[str, Any]:
    return filter_input(LesionFilterFields, where)


def image(where: Expression) -> dict[str, Any]:
    return filter_input(ImageFilterFields, where)


def test_comparisons_of_each_kind_of_field() -> None:
    assert lesion(F.coarse_type == "LUNG") == {"coarseType": ["LUNG"]}
    assert lesion(F.coarse_type == CoarseType.LUNG) == {"coarseType": ["LUNG"]}
    assert lesion(F.split != "TRAIN") == {"not": {"split": ["TRAIN"]}}
    assert lesion(F.split.is_in(["TEST", "VALIDATION"])) == {"split": ["TEST", "VALIDATION"]}
    assert lesion(F.long_diameter_mm >= 30) == {"longDiameterMm": {"gte": 30.0}}
    assert lesion(F.long_diameter_mm <= 30) == {"longDiameterMm": {"lte": 30.0}}
    assert lesion(F.age_years.between(50, 60)) == {"ageYears": {"gte": 50.0, "lte": 60.0}}
    assert lesion(F.patient_index == 7) == {"patientIndex": 7}
    assert lesion(F.patient_index.is_in([7, 8])) == {"or": [{"patientIndex": 7}, {"patientIndex": 8}]}
    assert lesion(F.source_row_index.is_in(range(2))) == {"sourceRowIndex": [0, 1]}
    assert image(F.file_name == "a.png") == {"fileName": ["a.png"]}


def test_open_bounds_leave_out_the_number_itself_and_no_other() -> None:
    assert lesion(F.long_diameter_mm > 30) == {"longDiameterMm": {"gte": math.nextafter(30, 31)}}
    assert lesion(F.long_diameter_mm < 30) == {"longDiameterMm": {"lte": math.nextafter(30, 29)}}


def test_a_boolean_field_is_a_condition_by_itself() -> None:
    assert lesion(F.possibly_noisy) == {"possiblyNoisy": True}
    assert lesion(~F.possibly_noisy) == {"possiblyNoisy": False}
    assert lesion((F.coarse_type == "LUNG") & ~F.possibly_noisy) == {
        "and": [{"coarseType": ["LUNG"]}, {"possiblyNoisy": False}]
    }


def test_and_or_and_not_nest() -> None:
    small, lung, noisy = F.long_diameter_mm <= 10, F.coarse_type == "LUNG", F.possibly_noisy
    assert lesion(small | lung | noisy) == {
        "or": [{"longDiameterMm": {"lte": 10.0}}, {"coarseType": ["LUNG"]}, {"possiblyNoisy": True}]
    }
    assert lesion(~(small & ~lung)) == {
        "not": {"and": [{"longDiameterMm": {"lte": 10.0}}, {"not": {"coarseType": ["LUNG"]}}]}
    }
    assert lesion(~~lung) == {"coarseType": ["LUNG"]}


def test_conditions_on_lesions_that_and_joins_speak_of_one_lesion() -> None:
    size = (F.lesion.long_diameter_mm >= 10) & (F.lesion.long_diameter_mm <= 20) & (F.sex == "FEMALE")
    assert image(size) == {
        "and": [
            {"sex": ["FEMALE"]},
            {"lesion": {"and": [{"longDiameterMm": {"gte": 10.0}}, {"longDiameterMm": {"lte": 20.0}}]}},
        ]
    }
    assert image(~(F.lesion.coarse_type == "LUNG")) == {"not": {"lesion": {"coarseType": ["LUNG"]}}}
    assert image(F.lesion.any(~(F.coarse_type == "LUNG"))) == {"lesion": {"not": {"coarseType": ["LUNG"]}}}
    assert lesion(F.lesion.long_diameter_mm >= 10) == lesion(F.long_diameter_mm >= 10)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: F.coarse_type == "LUNGS", "one of ABDOMEN, BONE.*got 'LUNGS'. Did you mean 'LUNG'?"),
        (lambda: F.split.is_in("TEST"), "a list of names, got the single name 'TEST'"),
        (lambda: F.long_diameter_mm >= "30", "a finite number, got '30'"),
        (lambda: F.long_diameter_mm >= math.nan, "a finite number, got nan"),
        (lambda: F.patient_index == 1.5, "a whole number, got 1.5"),
        (lambda: F.possibly_noisy == 1, "True or False, got 1"),
        (lambda: F.file_name == 7, "text, got 7"),
        (lambda: image(F.short_diameter_mm <= 5), "BookmarkedImageFilter has no field shortDiameterMm.*F.lesion"),
        (lambda: filter_input(PatientFilterFields, F.lesion.coarse_type == "LUNG"), "only filters of images"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_sent(make: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make()


def test_python_s_and_or_and_chained_comparisons_are_refused() -> None:
    with pytest.raises(TypeError, match="Combine filters with &"):
        lesion((F.coarse_type == "LUNG") and (F.split == "TEST"))
    with pytest.raises(TypeError, match=r"use between\(\)"):
        lesion(10 <= F.long_diameter_mm <= 20)
    with pytest.raises(TypeError, match="needs parentheses"):
        (F.coarse_type == "LUNG") & "TEST"  # type: ignore[operator]
    with pytest.raises(TypeError, match="Expected a filter"):
        filter_input(LesionFilterFields, "LUNG")  # type: ignore[arg-type]


def test_a_filter_may_be_written_as_the_graph_has_it() -> None:
    assert filter_input(LesionFilterFields, {"split": ["TEST"]}) == {"split": ["TEST"]}
    assert filter_input(LesionFilterFields, None) == {}


def test_f_has_every_field_of_every_filter() -> None:
    for fields in (LesionFilterFields, ImageFilterFields, PatientFilterFields):
        assert isinstance(fields(), Fields)
        for name in vars(fields):
            if not name.startswith("_") and name not in ("FILTER", "NAMES"):
                assert hasattr(F, name), name
