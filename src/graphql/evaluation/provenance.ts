import { ObjectType } from 'type-graphql';
import type { Provenance as ProvenanceRow } from '../../results';
import { Column } from '../core/property';

@ObjectType({ description: 'Where the figures of an evaluation come from, all the way back.' })
export class Provenance {
  constructor(readonly row: ProvenanceRow) {}

  @Column(() => String, 'The data set version, as `slug@version`.')
  declare readonly dataset: string;

  @Column(() => String, 'SHA-256 of the file that the data set was imported from.')
  declare readonly datasetSha256: string;

  @Column(() => String, 'Name of the detector.')
  declare readonly detector: string;

  @Column(() => String, 'Version of the detector.')
  declare readonly detectorVersion: string;

  @Column(() => String, 'SHA-256 of the ONNX file that ran.')
  declare readonly modelSha256: string;

  @Column(() => String, 'The command that trained the model, from its card.', { nullable: true })
  declare readonly trainingCommand: string | null;

  @Column(() => String, 'Version of the code that trained the model, from its card.', { nullable: true })
  declare readonly trainingCodeVersion: string | null;

  @Column(() => String, 'What the model was trained on, from its card.', { nullable: true })
  declare readonly trainingData: string | null;

  @Column(() => String, 'Version of the server that ran the model.')
  declare readonly runCodeVersion: string;

  @Column(() => String, 'ONNX execution provider that the model ran on. Null before it began.', { nullable: true })
  declare readonly executionProvider: string | null;

  @Column(() => String, 'Name of the categorization whose pseudo-clusters are strata.', { nullable: true })
  declare readonly categorization: string | null;

  @Column(() => String, 'The command that made the categorization.', { nullable: true })
  declare readonly categorizationCommand: string | null;

  @Column(() => String, 'Version of the code that made the categorization.', { nullable: true })
  declare readonly categorizationCodeVersion: string | null;

  @Column(() => String, 'Version of the server that evaluated. Null where it was not kept yet.', { nullable: true })
  declare readonly evaluationCodeVersion: string | null;

  @Column(() => String, 'The command that evaluates the run by the same protocol again.')
  declare readonly redo: string;
}
