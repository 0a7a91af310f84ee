import { queueOf, reviewStateOf, searchOfReview } from '../../../web/app/pages/review/search';
import { keptWindow, nextWindow } from '../../../web/app/pages/review/windows';

const DEFAULTS = {
  run: undefined,
  order: 'score',
  minScore: undefined,
  maxRank: undefined,
  isSecondReading: false,
  curve: 'froc',
};

describe('the address of a review', () => {
  it('leaves out what is as by default, and reads what it wrote', () => {
    expect(reviewStateOf({})).toEqual(DEFAULTS);
    expect(Object.values(searchOfReview(reviewStateOf({}))).every((value) => value === undefined)).toBe(true);
    const search = { run: 'RUN', order: 'image', min: '0.25', rank: '5', second: '1', plot: 'iou' };
    expect(searchOfReview(reviewStateOf(search))).toEqual(search);
  });

  it('passes over what it does not know', () => {
    const search = { order: 'sideways', min: 'high', rank: '-3', second: 'yes', plot: '<script>' };
    expect(reviewStateOf(search)).toEqual(DEFAULTS);
    expect(reviewStateOf({ min: '7', rank: '2.9' })).toMatchObject({ minScore: 1, maxRank: 2 });
  });
});

describe('the queue of a review', () => {
  it('asks for what the address says', () => {
    expect(queueOf(reviewStateOf({}), 'Dr A')).toEqual({ filter: {}, orderBy: [] });
    const state = reviewStateOf({ order: 'image', min: '0.5', rank: '1', second: '1' });
    expect(queueOf(state, 'Dr A')).toEqual({
      filter: { scoreAtLeast: 0.5, rankAtMost: 1, unreviewedBy: 'Dr A' },
      orderBy: [{ field: 'IMAGE_AND_RANK', direction: 'ASC' }],
    });
  });

  it('knows no second reading of someone without a name', () => {
    expect(queueOf(reviewStateOf({ second: '1' }), '').filter).toEqual({});
  });
});

describe('the windows of a review', () => {
  const OWN = { label: 'Window of the image', center: 50, width: 450 };
  const LUNG = { label: 'Lung', center: -600, width: 1500 };
  const BONE = { label: 'Bone', center: 400, width: 1800 };

  it('are gone through in a circle, in both directions, beginning with that of the image', () => {
    const presets = [{ ...OWN, label: 'Abdomen' }, LUNG, BONE];
    expect(nextWindow(OWN, presets, OWN, 1)).toBe(LUNG);
    expect(nextWindow(OWN, presets, BONE, 1)).toBe(OWN);
    expect(nextWindow(OWN, presets, OWN, -1)).toBe(BONE);
  });

  it('begin again after a window that was dragged', () => {
    expect(nextWindow(OWN, [LUNG], { center: 1, width: 2 }, 1)).toBe(OWN);
  });

  it('are kept from one box to the next only where the reader chose one', () => {
    expect(keptWindow(OWN, { center: 50, width: 450 })).toBeNull();
    expect(keptWindow(OWN, LUNG)).toBe(LUNG);
  });
});
