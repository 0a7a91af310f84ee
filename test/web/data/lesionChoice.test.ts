import fc from 'fast-check';
import {
  COARSE_TYPES,
  choiceOf,
  EVERY_LESION,
  type LesionChoice,
  lesionFilterOf,
  SEXES,
  SPLITS,
  searchOfChoice,
} from '../../../web/app/data/lesionChoice';
import { parseSearch, stringifySearch } from '../../../web/app/data/url';

const range = fc.record({ gte: fc.nat(300), lte: fc.nat(300) }, { requiredKeys: ['gte'] });
const choices: fc.Arbitrary<LesionChoice> = fc.record(
  {
    types: fc.subarray([...COARSE_TYPES]),
    splits: fc.subarray([...SPLITS]),
    sexes: fc.subarray([...SEXES]),
    ages: range,
    size: range,
    location: fc.constant({ gte: 0.25, lte: 0.5 }),
    cluster: fc.constant('UHNldWRvQ2x1c3Rlcjox'),
    cohort: fc.constant('Q29ob3J0OjE'),
    noisy: fc.boolean(),
    withPixels: fc.constant(true as const),
    patient: fc.nat(5000),
  },
  { requiredKeys: ['types', 'splits', 'sexes'] },
);

describe('the choice of lesions in an address', () => {
  it('comes back as it was written, in fewer than 2,000 characters', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const address = stringifySearch(searchOfChoice(choice));
        expect(address.length).toBeLessThan(2000);
        expect(choiceOf(parseSearch(address))).toEqual(choice);
      }),
    );
  });

  it('is short, and leaves out what is not chosen', () => {
    const choice: LesionChoice = { types: ['LUNG', 'LIVER'], splits: ['TEST'], sexes: [], size: { gte: 10, lte: 30 } };
    expect(stringifySearch(searchOfChoice(choice))).toBe('?type=LUNG,LIVER&split=TEST&size=10..30');
    expect(stringifySearch(searchOfChoice(EVERY_LESION))).toBe('');
  });

  it('passes over what it does not know', () => {
    const search = parseSearch(
      '?type=lung,SPLEEN&split=all&size=wide&age=60..&noisy=maybe&patient=-3&pixels=no&more=1',
    );
    expect(choiceOf(search)).toEqual({ ...EVERY_LESION, types: ['LUNG'], ages: { gte: 60 } });
  });

  it('becomes a filter with a field for each condition and no other', () => {
    expect(lesionFilterOf(EVERY_LESION, 'demo@1')).toEqual({ dataset: 'demo@1' });
    const search = parseSearch('?type=LUNG&sex=FEMALE&age=40..59&z=0.4..&noisy=0&pixels=1&patient=7&cluster=abc');
    expect(lesionFilterOf(choiceOf(search), 'demo@1')).toEqual({
      dataset: 'demo@1',
      coarseType: ['LUNG'],
      sex: ['FEMALE'],
      ageYears: { gte: 40, lte: 59 },
      locationZ: { gte: 0.4 },
      possiblyNoisy: false,
      hasPixels: true,
      patientIndex: 7,
      pseudoCluster: 'abc',
    });
  });
});
