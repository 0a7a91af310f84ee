import { parse } from 'graphql';
import { cookbook, createRests } from '../../src/graphql';
import { unknownCoordinates } from '../../src/graphql/core/keptTypes';
import { testSchema } from './testGraph';

const restsOn = createRests(testSchema);
const of = (source: string) => restsOn(parse(source));

describe('what an answer rests on', () => {
  it('names types and fields that the schema has', () => {
    expect(unknownCoordinates(testSchema)).toEqual([]);
  });

  it('is the data alone for lesions, statistics and curves', () => {
    expect(of('{ lesions { totalCount nodes { id image { study { patient { sex } } } } } }')).toBe('data');
    expect(
      of('{ evaluations { nodes { accuracyCurve { iouThreshold accuracy } run { status detector { name } } } } }'),
    ).toBe('data');
  });

  it('is what runs write too for their detections and progress', () => {
    expect(of('{ detectionRuns { nodes { detections { nodes { score } } } } }')).toBe('all');
    expect(of('{ node(id: "x") { ... on DetectionRun { progress { completed } } } }')).toBe('all');
    expect(of('fragment F on DetectionRun { completeness } { detectionRuns { nodes { ...F } } }')).toBe('all');
  });

  it('is not known for what changes by itself, for callers and for types that nobody has judged', () => {
    for (const source of [
      '{ viewer { scopes } }',
      '{ serverInfo { version } }',
      '{ workers { id } }',
      '{ bookmarkedImages { nodes { hasPixels } } }',
      '{ detectionRuns { nodes { estimatedEndAt } } }',
      '{ detectionRuns { nodes { timing { imagesPerSecond } } } }',
      '{ node(id: "x") { id } }',
      '{ __schema { types { name } } }',
      '{ lesions { nodes { id } } uploads: viewer { scopes } }',
      'mutation { updateDetectionRun(input: { id: "x" }) { run { id } } }',
      'query A { lesions { totalCount } } query B { lesions { totalCount } }',
    ])
      expect([source, of(source)]).toEqual([source, undefined]);
  });

  it('is known for most questions of the cookbook', () => {
    const kept = cookbook.filter(({ document }) => restsOn(parse(document)) !== undefined).map(({ name }) => name);
    expect(kept).toEqual(
      expect.arrayContaining([
        'compare-runs',
        'curves-per-cluster',
        'facets',
        'froc',
        'liver-lesions-over-3-cm',
        'statistics',
      ]),
    );
  });
});
