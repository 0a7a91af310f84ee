"""Detections as a DICOM structured report, by highdicom: `pip install 'deeplesion[sr]'`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._frames import need
from .schema import UploadedDetection

if TYPE_CHECKING:
    import pydicom

# The centre of the first pixel is 1 in detections in uploads, and 0.5 in a report (DICOM PS3.3, C.18.6.1.2).
TO_REPORT_PX = -0.5


def structured_report(
    source: pydicom.Dataset | str | os.PathLike[str],
    detections: Sequence[UploadedDetection],
    detector: str,
    detector_version: str,
) -> pydicom.Dataset:
    """A Comprehensive 3D SR with one planar region per detection, and its score as certainty of the finding in percent.

    Raises ValueError without a detection, because the template needs a region.
    """
    highdicom = need("highdicom", "sr", "A structured report")
    sr = need("highdicom.sr", "sr", "A structured report")
    codes = need("pydicom.sr.codedict", "sr", "A structured report").codes
    pydicom = need("pydicom", "sr", "A structured report")
    if not detections:
        raise ValueError("Expected at least one detection: a report of regions (TID 1500) needs one.")
    dataset = source if isinstance(source, pydicom.Dataset) else pydicom.dcmread(source)
    algorithm = sr.AlgorithmIdentification(detector, detector_version, codes.cid7162.ArtificialIntelligence)
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=highdicom.UID(), name=f"{detector} {detector_version}"
        ),
    )
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=[_group(sr, codes, highdicom, dataset, one, algorithm) for one in detections],
    )
    return sr.Comprehensive3DSR(
        evidence=[dataset],
        content=report,
        series_number=900,
        series_instance_uid=highdicom.UID(),
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="deeplesion",
        series_description=f"Detections of {detector} {detector_version}",
        is_complete=True,
    )


def _group(sr: Any, codes: Any, highdicom: Any, dataset: Any, detection: UploadedDetection, algorithm: Any) -> Any:
    numpy = need("numpy", "sr", "A structured report")
    box = detection.bounding_box
    corners = [(box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2), (box.x1, box.y1)]
    region = sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE,
        graphic_data=numpy.array(corners) + TO_REPORT_PX,
        source_image=sr.SourceImageForRegion(dataset.SOPClassUID, dataset.SOPInstanceUID),
    )
    score = sr.Measurement(
        name=sr.CodedConcept("111012", "DCM", "Certainty of Finding"),
        value=round(100 * detection.score, 6),
        unit=codes.UCUM.Percent,
        algorithm_id=algorithm,
    )
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(highdicom.UID(), f"detection {detection.rank}"),
        referenced_region=region,
        finding_type=codes.SCT.Lesion,
        measurements=[score],
        algorithm_id=algorithm,
    )
