import { labelPlaces } from '../../../web/app/viewer/labels';

const lesion = { box: { x1: 100, y1: 100, x2: 140, y2: 140 }, text: 'L1 17.3 mm', isBelow: true };

describe('labels of marks', () => {
  it('stand below a lesion and above a detection', () => {
    const detection = { ...lesion, text: '0.88', isBelow: false };
    expect(labelPlaces([lesion, detection])).toEqual([
      { x: 100, y: 155 },
      { x: 100, y: 94 },
    ]);
  });

  it('give way to one that stands there already', () => {
    // A box right below the lesion: its usual place is that of the lesion's label.
    const below = { box: { x1: 104, y1: 160, x2: 130, y2: 186 }, text: '0.88', isBelow: false };
    expect(labelPlaces([lesion, below])).toEqual([
      { x: 100, y: 155 },
      { x: 104, y: 201 },
    ]);
  });

  it('stand in their usual place where none is free', () => {
    const [first, , , fourth] = labelPlaces([lesion, lesion, lesion, lesion]);
    expect(fourth).toEqual(first);
  });
});
