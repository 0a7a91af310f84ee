import { Int } from 'type-graphql';
import { Column } from '../../src/graphql/core/property';

class Slice {
  constructor(readonly row: { width: number; height: number | null }) {}

  @Column(() => Int, 'Width in pixels.')
  declare readonly width: number;

  @Column(() => Int, 'Height in pixels.', { nullable: true })
  declare readonly height: number | null;
}

class Part extends Slice {}

describe('a column', () => {
  it('has the value of its row under the same name', () => {
    const row = { width: 512, height: null };
    const slice = new Slice(row);
    expect([slice.width, slice.height]).toEqual([512, null]);
    row.width = 256;
    expect(slice.width).toBe(256);
    expect(new Part(row).width).toBe(256);
  });

  it('is stored nowhere but in the row', () => {
    expect(Object.keys(new Slice({ width: 512, height: 512 }))).toEqual(['row']);
  });

  it('is refused by the compiler where the row lacks it or may hold more than it says', () => {
    class Wrong {
      constructor(readonly row: { width: number; height: number | null }) {}

      // @ts-expect-error: the row has no depth
      @Column(() => Int, 'Depth.')
      declare readonly depth: number;

      // @ts-expect-error: the height of the row may be null
      @Column(() => Int, 'Height in pixels.')
      declare readonly height: number;
    }
    expect(new Wrong({ width: 512, height: 512 }).height).toBe(512);
  });
});
