import { ObjectType } from 'type-graphql';
import type { Provenance as ProvenanceRow } from '../../results';
import { Property } from '../core/property';

@ObjectType({ description: 'Where the figures of an evaluation come from, all the way back.' })
export class Provenance {
  constructor(private readonly row: ProvenanceRow) {}

  @Property(() => String, 'The data set version, as `slug@version`.')
  get dataset(): string {
    return this.row.dataset;
  }

  @Property(() => String, 'SHA-256 of the file that the data set was imported from.')
  get datasetSha256(): string {
    return this.row.datasetSha256;
  }

  @Property(() => String, 'Name of the detector.')
  get detector(): string {
    return this.row.detector;
  }

  @Property(() => String, 'Version of the detector.')
  get detectorVersion(): string {
    return this.row.detectorVersion;
  }

  @Property(() => String, 'SHA-256 of the ONNX file that ran.')
  get modelSha256(): string {
    return this.row.modelSha256;
  }

  @Property(() => String, 'The command that trained the model, from its card.', { nullable: true })
  get trainingCommand(): string | null {
    return this.row.trainingCommand;
  }

  @Property(() => String, 'Version of the code that trained the model, from its card.', { nullable: true })
  get trainingCodeVersion(): string | null {
    return this.row.trainingCodeVersion;
  }

  @Property(() => String, 'What the model was trained on, from its card.', { nullable: true })
  get trainingData(): string | null {
    return this.row.trainingData;
  }

  @Property(() => String, 'Version of the server that ran the model.')
  get runCodeVersion(): string {
    return this.row.runCodeVersion;
  }

  @Property(() => String, 'ONNX execution provider that the model ran on. Null before it began.', { nullable: true })
  get executionProvider(): string | null {
    return this.row.executionProvider;
  }

  @Property(() => String, 'Name of the categorization whose pseudo-clusters are strata.', { nullable: true })
  get categorization(): string | null {
    return this.row.categorization;
  }

  @Property(() => String, 'The command that made the categorization.', { nullable: true })
  get categorizationCommand(): string | null {
    return this.row.categorizationCommand;
  }

  @Property(() => String, 'Version of the code that made the categorization.', { nullable: true })
  get categorizationCodeVersion(): string | null {
    return this.row.categorizationCodeVersion;
  }

  @Property(() => String, 'Version of the server that evaluated. Null where it was not kept yet.', { nullable: true })
  get evaluationCodeVersion(): string | null {
    return this.row.evaluationCodeVersion;
  }

  @Property(() => String, 'The command that evaluates the run by the same protocol again.')
  get redo(): string {
    return this.row.redo;
  }
}
