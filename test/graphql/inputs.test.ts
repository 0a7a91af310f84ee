import 'reflect-metadata';
import { Field, Int } from 'type-graphql';
import { CombinedFilter, combined, FilterOf, InputOf } from '../../src/graphql/core/inputs';

interface RoomFilter {
  width?: number | null;
  and?: RoomFilter[] | null;
  or?: RoomFilter[] | null;
  not?: RoomFilter | null;
}

type Place = { folder: string } | { uploadId: string };

@FilterOf<RoomFilter>('slices')
class SliceFilter extends CombinedFilter<SliceFilter> {
  @Field(() => Int, { nullable: true, description: 'Width in pixels.' })
  width?: number | null;
}

@InputOf<Place, 'id'>('Where slices are, and whose they are.')
class PlaceInput {
  @Field(() => String, { description: 'Whose they are.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A folder.' })
  folder?: string | null;

  @Field(() => String, { nullable: true, description: 'An upload.' })
  uploadId?: string | null;
}

describe('an input type', () => {
  it('may have every field that its room knows', () => {
    expect([new SliceFilter(), new PlaceInput()]).toHaveLength(2);
  });

  it('is refused by the compiler where it has a field that its room would drop', () => {
    // @ts-expect-error: the room knows no height
    @FilterOf<RoomFilter>('slices')
    class Filter extends CombinedFilter<Filter> {
      @Field(() => Int, { nullable: true, description: 'Height in pixels.' })
      height?: number | null;
    }

    // @ts-expect-error: no member of the room's type has an address
    @InputOf<Place>('Where slices are.')
    class Input {
      @Field(() => String, { description: 'An address.' })
      address!: string;
    }
    expect([new Filter(), new Input()]).toHaveLength(2);
  });

  it('is refused by the compiler where it names no type of a room', () => {
    // @ts-expect-error: nothing says what becomes of the width
    @InputOf('Which slices.')
    class Input {
      @Field(() => Int, { description: 'Width in pixels.' })
      width!: number;
    }
    expect(new Input()).toBeDefined();
  });
});

describe('a combined filter', () => {
  interface Source extends CombinedFilter<Source> {
    width?: string;
  }

  it('converts each filter inside, at every depth', () => {
    const convert = ({ width, ...rest }: Source): RoomFilter => ({
      ...combined(rest, convert),
      width: width === undefined ? null : Number(width),
    });
    expect(convert({ width: '1', and: [{ width: '2', not: { width: '3' } }], or: [] })).toEqual({
      width: 1,
      and: [{ width: 2, not: { width: 3 } }],
      or: [],
    });
  });
});
