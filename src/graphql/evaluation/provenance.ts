import { ObjectType } from 'type-graphql';
import type { Provenance as ProvenanceRow } from '../../results';
import { Column } from '../core/property';

@ObjectType({ description: 'Provenance of the metrics of an evaluation, back to the source data.' })
export class Provenance {
  constructor(readonly row: ProvenanceRow) {}

  @Column(() => String, 'The data set version, as `slug@version`.')
  declare readonly dataset: string;

  @Column(() => String, 'SHA-256 of the file from which the data set was imported, in hexadecimal.')
  declare readonly datasetSha256: string;

  @Column(() => String, 'Name of the detector.')
  declare readonly detector: string;

  @Column(() => String, 'Version of the detector.')
  declare readonly detectorVersion: string;

  @Column(
    () => String,
    'SHA-256 of the ONNX file that was run, in hexadecimal. Null if the detector is external, and the texts of the model ' +
      'card are null then, too.',
    { nullable: true },
  )
  declare readonly modelSha256: string | null;

  @Column(() => String, 'The command that trained the model, from its model card.', { nullable: true })
  declare readonly trainingCommand: string | null;

  @Column(() => String, 'Version of the code that trained the model, from its model card.', { nullable: true })
  declare readonly trainingCodeVersion: string | null;

  @Column(() => String, 'The data on which the model was trained, from its model card.', { nullable: true })
  declare readonly trainingData: string | null;

  @Column(
    () => String,
    'Version of the server that ran the model, or that stored the detections of an external detector.',
  )
  declare readonly runCodeVersion: string;

  @Column(
    () => String,
    'ONNX execution provider of the model. Null before the start, and if the detector is external.',
    { nullable: true },
  )
  declare readonly executionProvider: string | null;

  @Column(() => String, 'Name of the categorization whose pseudo-clusters are strata.', { nullable: true })
  declare readonly categorization: string | null;

  @Column(() => String, 'The command that made the categorization.', { nullable: true })
  declare readonly categorizationCommand: string | null;

  @Column(() => String, 'Version of the code that made the categorization.', { nullable: true })
  declare readonly categorizationCodeVersion: string | null;

  @Column(() => String, 'Version of the server that evaluated the run. Null for evaluations of older servers.', {
    nullable: true,
  })
  declare readonly evaluationCodeVersion: string | null;

  @Column(() => String, 'The command that repeats the evaluation of the run with the same protocol. It needs no model.')
  declare readonly redo: string;
}
