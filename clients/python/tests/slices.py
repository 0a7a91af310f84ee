"""DICOM files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def write_slice(path: Path, position: float = 0.0, **changes: Any) -> Path:
    """Writes a CT slice of DICOM, 2 × 3 pixels unless `changes` says otherwise."""
    numpy = pytest.importorskip("numpy")
    pydicom = pytest.importorskip("pydicom")
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), generate_uid()
    data.PatientName, data.PatientID, data.Modality = "Doe^Jane", "SECRET-ID", "CT"
    data.PatientBirthDate, data.PatientSex, data.AccessionNumber = "", "", ""
    data.StudyDate, data.StudyTime, data.ReferringPhysicianName, data.StudyID = "", "", "", ""
    data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = 2, 3, 16, 16, 15
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 1
    data.PixelSpacing, data.RescaleSlope, data.RescaleIntercept = [0.5, 0.5], 2, -1000
    data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, position]
    data.PixelPaddingValue = -2000
    data.PixelData = numpy.array([[0, 1, 500], [700, -2000, 20000]], numpy.int16).tobytes()
    for name, value in changes.items():
        setattr(data, name, value)
    data.save_as(path, enforce_file_format=True)
    return path
