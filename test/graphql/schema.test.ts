import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findBreakingChanges,
  type GraphQLNamedType,
  getIntrospectionQuery,
  graphqlSync,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  buildSchema as parseSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { PROJECT_ROOT } from '../../src/compiled';
import { buildSchema, printPublishedSchema } from '../../src/graphql';

const schema = buildSchema();
const own = (type: GraphQLNamedType): boolean => !type.name.startsWith('__') && !isSpecifiedScalarType(type);
const types = Object.values(schema.getTypeMap()).filter(own);

/** What single connections have in addition to the four. */
const MORE_OF_CONNECTIONS: Readonly<Record<string, readonly string[]>> = {
  // The outcomes of all kinds, whatever the list selects.
  OutcomeConnection: ['counts'],
};

describe('the schema', () => {
  it('is valid, and answers an introspection query', () => {
    expect(validateSchema(schema)).toEqual([]);
    const { data, errors } = graphqlSync({ schema, source: getIntrospectionQuery() });
    expect(errors).toBeUndefined();
    expect(data?.__schema).toMatchObject({ queryType: { name: 'Query' } });
  });
});

describe('the published schema', () => {
  it('is schema.graphql, word for word', () => {
    const published = readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8');
    if (published !== printPublishedSchema()) throw new Error('schema.graphql is out of date: npm run schema');
  });

  it('can be read back by clients, and is the same to them', () => {
    const read = parseSchema(readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8'));
    expect(findBreakingChanges(read, schema)).toEqual([]);
    expect(printSchema(lexicographicSortSchema(read))).toBe(printSchema(lexicographicSortSchema(schema)));
  });

  it('describes every type, field, argument and enum value', () => {
    const silent: string[] = [];
    const check = (name: string, description: string | null | undefined): void => {
      if (!description || description.length < 3) silent.push(name);
    };
    for (const type of types) {
      if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) check(type.name, type.description);
      if (isEnumType(type))
        for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field.description);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field.description);
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg.description);
      }
    }
    expect(silent).toEqual([]);
  });

  it('writes enum values in SCREAMING_CASE, fields and arguments in camelCase', () => {
    const wrong: string[] = [];
    for (const type of types) {
      if (isEnumType(type))
        wrong.push(...type.getValues().flatMap(({ name }) => (/^[A-Z][A-Z0-9_]*$/.test(name) ? [] : [name])));
      if (isObjectType(type) || isInputObjectType(type) || isInterfaceType(type))
        wrong.push(...Object.keys(type.getFields()).filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name)));
    }
    expect(wrong).toEqual([]);
  });

  it('gives every list of the root filter, orderBy and the Relay arguments, and every connection its four fields', () => {
    const query = schema.getQueryType()?.getFields() ?? {};
    // Those of reviews are lists inside a run.
    const lists = Object.values(query).filter(
      ({ args, type }) => String(type).endsWith('Connection!') && !args.some(({ name }) => name === 'run'),
    );
    expect(lists.map(({ name }) => name).sort()).toEqual([
      'apiKeys',
      'auditEvents',
      'bookmarkedImages',
      'categorizations',
      'cohorts',
      'datasets',
      'detectionRuns',
      'detectors',
      'evaluations',
      'exports',
      'lesions',
      'patients',
      'pseudoClusters',
      'studies',
    ]);
    for (const { args } of lists)
      expect(args.map(({ name }) => name).sort()).toEqual(['after', 'before', 'filter', 'first', 'last', 'orderBy']);
    for (const type of types.filter(({ name }) => name.endsWith('Connection')))
      expect(Object.keys(isObjectType(type) ? type.getFields() : {}).sort()).toEqual(
        ['edges', 'nodes', 'pageInfo', 'totalCount', ...(MORE_OF_CONNECTIONS[type.name] ?? [])].sort(),
      );
  });

  it('has the queries, mutations and subscriptions of the design', () => {
    const names = (type = schema.getQueryType()) => Object.keys(type?.getFields() ?? {}).sort();
    expect(names()).toEqual(
      expect.arrayContaining(
        'dataset patient bookmarkedImage lesionStatistics categorization detector detectionRun compareEvaluations node nodes serverInfo'.split(
          ' ',
        ),
      ),
    );
    expect(names(schema.getMutationType())).toEqual([
      'acceptTerms',
      'archiveDetector',
      'cancelDetectionRun',
      'cancelJob',
      'categorizeLesions',
      'createApiKey',
      'createCohort',
      'createExport',
      'deleteCategorization',
      'deleteCohort',
      'deleteDataset',
      'deleteDetectionRun',
      'detectInImage',
      'evaluateDetectionRun',
      'labelPseudoCluster',
      'registerDetector',
      'retryDetectionRun',
      'reviewDetection',
      'revokeApiKey',
      'rotateApiKey',
      'runDetection',
      'setDatasetVisibility',
      'setHiddenSplit',
      'submitDetections',
      'unarchiveDetector',
      'updateDetectionRun',
    ]);
    expect(names(schema.getSubscriptionType())).toEqual([
      'detectionRunProgress',
      'detectionRunsChanged',
      'jobProgress',
    ]);
    for (const { args } of Object.values(schema.getMutationType()?.getFields() ?? {}))
      expect(args.map(({ name }) => name)).toEqual(['input']);
  });

  it('has no directive of its own', () => {
    expect(schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive))).toEqual([]);
  });
});
