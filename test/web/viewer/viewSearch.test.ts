import { searchOfView, type ViewerDefaults, viewOfSearch } from '../../../web/app/viewer/viewSearch';

const DEFAULTS: ViewerDefaults = {
  window: { center: 50, width: 450 },
  size: { width: 512, height: 512 },
  sliceNames: ['-1', '0', '1'],
  index: 1,
};
const FIRST = viewOfSearch({}, DEFAULTS);

describe('the address of a viewer', () => {
  it('says nothing while everything is as it was first', () => {
    expect(Object.values(searchOfView(FIRST, DEFAULTS)).filter((value) => value !== undefined)).toEqual([]);
  });

  it('holds window, zoom, middle, slice and mark, and gives the same view back', () => {
    const view = {
      window: { center: -600, width: 1500 },
      view: { zoom: 2.5, x: 100.5, y: 77 },
      index: 2,
      focus: 'TGVzaW9uOjE',
    };
    const search = searchOfView(view, DEFAULTS);
    expect(search).toEqual({ w: '1500', l: '-600', z: '2.5', x: '100.5', y: '77', slice: '1', m: 'TGVzaW9uOjE' });
    expect(viewOfSearch(search, DEFAULTS)).toEqual(view);
  });

  it('points out the lesion that another page links to', () => {
    expect(viewOfSearch({ lesion: 'TGVzaW9uOjE' }, DEFAULTS).focus).toBe('TGVzaW9uOjE');
  });

  it('shows the slice whatever it says', () => {
    const search = { w: '-5', l: 'black', z: '1e9', x: 'left', y: '-4', slice: '99' };
    expect(viewOfSearch(search, DEFAULTS)).toEqual({
      window: { center: 50, width: 1 },
      view: { zoom: 32, x: 256, y: 0 },
      index: 1,
      focus: null,
    });
  });
});
