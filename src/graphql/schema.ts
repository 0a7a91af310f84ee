import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { CategorizationFieldsResolver, PseudoClusterFieldsResolver } from './resolvers/categorizationFields.resolver';
import { CategorizationsResolver } from './resolvers/categorizations.resolver';
import { DatasetFieldsResolver } from './resolvers/datasetFields.resolver';
import { DatasetsResolver } from './resolvers/datasets.resolver';
import { ImageFieldsResolver } from './resolvers/imageFields.resolver';
import { ImagesResolver } from './resolvers/images.resolver';
import { LesionFieldsResolver } from './resolvers/lesionFields.resolver';
import { LesionsResolver } from './resolvers/lesions.resolver';
import { NodesResolver } from './resolvers/nodes.resolver';
import { PatientFieldsResolver } from './resolvers/patientFields.resolver';
import { PatientsResolver } from './resolvers/patients.resolver';
import { SeriesFieldsResolver } from './resolvers/seriesFields.resolver';
import { StudyFieldsResolver } from './resolvers/studyFields.resolver';

const RESOLVERS: NonEmptyArray<new () => object> = [
  CategorizationFieldsResolver,
  CategorizationsResolver,
  DatasetFieldsResolver,
  DatasetsResolver,
  ImageFieldsResolver,
  ImagesResolver,
  LesionFieldsResolver,
  LesionsResolver,
  NodesResolver,
  PatientFieldsResolver,
  PatientsResolver,
  PseudoClusterFieldsResolver,
  SeriesFieldsResolver,
  StudyFieldsResolver,
];

/** Builds the schema of the graph; it holds no state and serves every request. */
export function buildSchema(): GraphQLSchema {
  // Arguments are checked by the rooms; class-validator would make every field with arguments wait for it.
  return buildSchemaSync({ resolvers: RESOLVERS, validate: false });
}
