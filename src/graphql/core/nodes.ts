import { mayHandle, maySeeKey } from '../../access';
import { NotFound } from '../../errors';
import { type GlobalId, type GlobalKeys, type GlobalType, keyOf } from '../../globalId';
import { ApiKey } from '../access/apiKey';
import { Categorization } from '../categorization/categorization';
import { PseudoCluster } from '../categorization/pseudoCluster';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Cohort } from '../dataset/cohort';
import { NamedDataset } from '../dataset/dataset';
import { parentsOfImages, parentsOfLesions } from '../dataset/embedding';
import { Lesion } from '../dataset/lesion';
import { Patient } from '../dataset/patient';
import { Series } from '../dataset/series';
import { Study } from '../dataset/study';
import { Detection, DetectionReview } from '../detection/detection';
import { DetectionRun } from '../detection/detectionRun';
import { Detector } from '../detection/detector';
import { Evaluation } from '../evaluation/evaluation';
import { Export } from '../exports/export';
import type { GraphContext } from './context';
import type { Loaders } from './loaders';
import type { Selection } from './lookAhead';
import type { Node } from './node';

type Find<Key> = (loaders: Loaders, key: Key, selection: Selection) => Promise<Node | null>;

/** How each type is found by the key of its global ids. */
const FINDERS: { [Type in GlobalType]: Find<GlobalKeys[Type]> } = {
  Dataset: async (loaders, key) => wrap(await loaders.datasetByKey.load(key), NamedDataset),
  Patient: async (loaders, key) => wrap(await loaders.patientByKey.load(key), Patient),
  Study: async (loaders, key) => wrap(await loaders.studyByKey.load(key), Study),
  Series: async (loaders, key) => wrap(await loaders.seriesByKey.load(key), Series),
  BookmarkedImage: async (loaders, key, selection) =>
    wrap(await loaders.imageByKey(parentsOfImages(selection)).load(key), BookmarkedImage),
  Lesion: async (loaders, key, selection) =>
    wrap(await loaders.lesionByKey(parentsOfLesions(selection)).load(key), Lesion),
  Categorization: async (loaders, key) => wrap(await loaders.categorizationByKey.load(key), Categorization),
  Cohort: async (loaders, key) => wrap(await loaders.cohortByKey.load(key), Cohort),
  Export: async (loaders, key) => wrap(await loaders.exportJobByKey.load(key), Export),
  PseudoCluster: async (loaders, key) => wrap(await loaders.pseudoClusterByKey.load(key), PseudoCluster),
  Detector: async (loaders, key) => wrap(await loaders.detectorByKey.load(key), Detector),
  DetectionRun: async (loaders, key) => wrap(await loaders.runByKey.load(key), DetectionRun),
  Detection: async (loaders, key) => wrap(await loaders.detectionByKey.load(key), Detection),
  DetectionReview: async (loaders, key) => wrap(await loaders.reviewByKey.load(key), DetectionReview),
  Evaluation: async (loaders, key) => wrap(await loaders.evaluationByKey.load(key), Evaluation),
  ApiKey: async (loaders, key) => wrap(await loaders.apiKeyByKey.load(key), ApiKey),
};

/** @returns the object with a global id; null if there is none for this caller */
export async function findNode(
  { loaders, caller }: Pick<GraphContext, 'loaders' | 'caller'>,
  { type, key }: GlobalId,
  selection: Selection,
): Promise<Node | null> {
  const found = await findByKey(loaders, type, key, selection);
  if (found instanceof ApiKey && !maySeeKey(caller, found.row)) return null;
  // Size and digest tell of what its owner sees.
  if (found instanceof Export && !mayHandle(caller, found.owner)) return null;
  return found;
}

function findByKey<Type extends GlobalType>(
  loaders: Loaders,
  type: Type,
  key: GlobalKeys[Type],
  selection: Selection,
): Promise<Node | null> {
  return FINDERS[type](loaders, key, selection);
}

/**
 * The row of a detection run that an argument names.
 *
 * @throws BadUserInput when it is not the id of a run
 * @throws NotFound naming the argument when there is none
 */
export async function expectRun({ loaders }: GraphContext, id: string, argument: string) {
  const run = await loaders.runByKey.load(keyOf(id, 'DetectionRun', argument));
  if (!run) throw new NotFound('There is no detection run with this id: the query detectionRuns lists them.', argument);
  return run;
}

function wrap<Row, Type extends Node>(row: Row | null, NodeType: new (row: Row) => Type): Type | null {
  return row && new NodeType(row);
}
