import { listArgsOf } from '../core/listArgs';
import { DetectionFilter } from './detectionFilter';
import { DetectionRunFilter } from './detectionRunFilter';
import { DetectorFilter } from './detectorFilter';
import { DetectionOrderFieldEnum, DetectionRunOrderFieldEnum, DetectorOrderFieldEnum } from './enums';

export const DetectionListArgs = listArgsOf(DetectionFilter, 'Detection', 'detections', DetectionOrderFieldEnum);
export type DetectionListArgs = InstanceType<typeof DetectionListArgs>;

export const DetectionRunListArgs = listArgsOf(
  DetectionRunFilter,
  'DetectionRun',
  'detection runs',
  DetectionRunOrderFieldEnum,
);
export type DetectionRunListArgs = InstanceType<typeof DetectionRunListArgs>;

export const DetectorListArgs = listArgsOf(DetectorFilter, 'Detector', 'detectors', DetectorOrderFieldEnum);
export type DetectorListArgs = InstanceType<typeof DetectorListArgs>;
