import { UPLOAD_KINDS } from '../../uploads';
import { defineEnum } from '../core/enums';

export const UploadKindEnum = defineEnum(
  'UploadKind',
  'What an upload turned out to be, by its content.',
  UPLOAD_KINDS,
  {
    PNG: "One 16-bit PNG in DeepLesion's convention.",
    DICOM: 'One DICOM CT slice.',
    PNG_SERIES: 'A zip of such PNG slices.',
    DICOM_SERIES: 'A zip of the DICOM slices of one series.',
    MODEL: 'A zip of model.json and model.onnx, for registerDetector.',
  },
);
