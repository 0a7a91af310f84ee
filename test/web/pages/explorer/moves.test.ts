import { nextCell } from '../../../../web/app/pages/explorer/moves';

describe('the keys in a grid of lesions', () => {
  const move = (key: string, active: number) => nextCell(key, active, 5, 23);

  it('move by one and by a row, and stop at the ends', () => {
    expect(move('ArrowRight', 4)).toBe(5);
    expect(move('ArrowLeft', 0)).toBe(0);
    expect(move('ArrowDown', 3)).toBe(8);
    expect(move('ArrowDown', 20)).toBe(20);
    expect(move('ArrowUp', 7)).toBe(2);
    expect(move('ArrowUp', 2)).toBe(2);
    expect(move('Home', 17)).toBe(0);
    expect(move('End', 0)).toBe(22);
  });

  it('leave all other keys to others', () => {
    expect(move('Enter', 3)).toBeNull();
    expect(move('x', 3)).toBeNull();
  });
});
