import { Categorization } from '../categorization/categorization';
import { PseudoCluster } from '../categorization/pseudoCluster';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Dataset } from '../dataset/dataset';
import { parentsOfImages, parentsOfLesions } from '../dataset/embedding';
import { Lesion } from '../dataset/lesion';
import { Patient } from '../dataset/patient';
import { Series } from '../dataset/series';
import { Study } from '../dataset/study';
import { Detection, DetectionReview } from '../detection/detection';
import { DetectionRun } from '../detection/detectionRun';
import { Detector } from '../detection/detector';
import { Evaluation } from '../evaluation/evaluation';
import type { GraphContext } from './context';
import type { Selection } from './lookAhead';
import type { Node } from './node';

type Find = (context: GraphContext, id: number, selection: Selection) => Promise<Node | null>;

/** How each type is found by its row id. Only the types listed here are nodes. */
const FINDERS: Record<string, Find> = {
  Dataset: async ({ loaders }, id) => wrap(await loaders.dataset.load(id), Dataset),
  Patient: async ({ loaders }, id) => wrap(await loaders.patient.load(id), Patient),
  Study: async ({ loaders }, id) => wrap(await loaders.study.load(id), Study),
  Series: async ({ loaders }, id) => wrap(await loaders.series.load(id), Series),
  BookmarkedImage: async ({ loaders }, id, selection) =>
    wrap(await loaders.image(parentsOfImages(selection)).load(id), BookmarkedImage),
  Lesion: async ({ loaders }, id, selection) =>
    wrap(await loaders.lesion(parentsOfLesions(selection)).load(id), Lesion),
  Categorization: async ({ loaders }, id) => wrap(await loaders.categorization.load(id), Categorization),
  PseudoCluster: async ({ loaders }, id) => wrap(await loaders.pseudoCluster.load(id), PseudoCluster),
  Detector: async ({ loaders }, id) => wrap(await loaders.detector.load(id), Detector),
  DetectionRun: async ({ loaders }, id) => wrap(await loaders.run.load(id), DetectionRun),
  Detection: async ({ loaders }, id) => wrap(await loaders.detection.load(id), Detection),
  DetectionReview: async ({ loaders }, id) => wrap(await loaders.review.load(id), DetectionReview),
  Evaluation: async ({ loaders }, id) => wrap(await loaders.evaluation.load(id), Evaluation),
};

/** @returns the object with a global id; null if there is none */
export async function findNode(
  context: GraphContext,
  { type, id }: { type: string; id: number },
  selection: Selection,
): Promise<Node | null> {
  const find = Object.hasOwn(FINDERS, type) ? FINDERS[type] : undefined;
  return find ? find(context, id, selection) : null;
}

function wrap<Row, Type extends Node>(row: Row | null, NodeType: new (row: Row) => Type): Type | null {
  return row && new NodeType(row);
}
