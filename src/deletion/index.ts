/** Deleting: what depends on it is counted first, nothing that works is deleted, and a tombstone stays. */
export { deleteCategorization } from './deleteCategorization';
export { deleteCohort } from './deleteCohort';
export { deleteDataset } from './deleteDataset';
export { deleteDetectionRun } from './deleteDetectionRun';
export { refuseDeleted } from './deleted';
export {
  COUNTED_THINGS,
  type CountedThing,
  countsByThing,
  type Deletion,
  type DeletionCount,
  type DeletionRequest,
} from './deletion';
