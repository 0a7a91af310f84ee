import fc from 'fast-check';
import sharp from 'sharp';
import { encodePng16 } from '../../src/imaging';
import { decodeGrey16 } from '../phantom/pixels';

const images = fc.tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 9 })).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    values: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: width * height, maxLength: width * height }),
  }),
);

describe('encodePng16', () => {
  it('keeps all 16 bits of any image', () => {
    fc.assert(
      fc.property(images, ({ width, height, values }) => {
        const decoded = decodeGrey16(encodePng16(Uint16Array.from(values), width, height));
        expect([decoded.width, decoded.height]).toEqual([width, height]);
        expect(Array.from(decoded.pixels)).toEqual(values);
      }),
    );
  });

  it('is read alike by a second decoder', async () => {
    const pixels = Uint16Array.from({ length: 64 * 48 }, (_, i) => (i * 2654435761) >>> 16);
    const png = encodePng16(pixels, 64, 48);
    const raw = await sharp(png).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    expect(Array.from({ length: pixels.length }, (_, i) => raw.readUInt16LE(2 * i))).toEqual(Array.from(pixels));
    expect(decodeGrey16(png).pixels).toEqual(pixels);
  });
});
