import { BYTE_BUDGETS, interfaceBytes } from '../builtInterface';

const bytes = interfaceBytes();

describe('the interface, gzipped,', () => {
  it('has a first page of at most 130 kB', () => {
    expect(bytes.first).toBeLessThanOrEqual(BYTE_BUDGETS.first);
  });

  it.each([...bytes.lazy])('adds at most 30 kB for %s', (_, added) => {
    expect(added).toBeLessThanOrEqual(BYTE_BUDGETS.lazy);
  });

  it('has a viewer of at most 8 kB that draws a slice with its marks', () => {
    expect(bytes.viewer).toBeLessThanOrEqual(BYTE_BUDGETS.viewer);
  });

  it('has tools, keys, touch gestures, ruler and read-out of at most 6 kB, which come after it', () => {
    expect(bytes.viewerTools).toBeLessThanOrEqual(BYTE_BUDGETS.viewerTools);
  });

  it('has a figure of at most 15 kB', () => {
    expect(bytes.figure).toBeLessThanOrEqual(BYTE_BUDGETS.figure);
  });

  it('has a figure for the pages of others of at most 85 kB, with React', () => {
    expect(bytes.embed).toBeLessThanOrEqual(BYTE_BUDGETS.embed);
  });
});
