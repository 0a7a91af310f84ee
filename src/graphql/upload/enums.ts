import { UPLOAD_KINDS } from '../../uploads';
import { defineEnum } from '../core/enums';

export const UploadKindEnum = defineEnum(
  'UploadKind',
  'Kind of an upload, as determined from its content.',
  UPLOAD_KINDS,
  {
    PNG: "One 16-bit PNG in DeepLesion's convention.",
    DICOM: 'One DICOM CT slice.',
    PNG_SERIES: 'A zip archive of such PNG slices.',
    DICOM_SERIES: 'A zip archive of the DICOM slices of one series.',
    MODEL: 'A zip archive of model.json and model.onnx, for registerDetector.',
    DETECTIONS: 'Detections that were made elsewhere, as COCO results, CSV, NDJSON or Parquet, for submitDetections.',
  },
);
