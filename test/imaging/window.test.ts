import fc from 'fast-check';
import {
  type HounsfieldSlice,
  parseWindowParameter,
  WINDOW_PRESETS,
  type WindowFunction,
  windowedValue,
  windowFromRange,
  windowToBytes,
} from '../../src/imaging';

const ALL_HU: HounsfieldSlice = {
  width: 256,
  height: 256,
  hounsfield: Int16Array.from({ length: 65536 }, (_, stored) => stored - 32768),
};

/** The formulas of DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3 as they are printed, y from 0 to 255, before rounding. */
function printedFormula(x: number, c: number, w: number, fn: WindowFunction): number {
  if (fn === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (x - c)) / w));
  if (fn === 'LINEAR_EXACT') {
    if (x <= c - w / 2) return 0;
    return x > c + w / 2 ? 255 : ((x - c) / w + 0.5) * 255;
  }
  if (x <= c - 0.5 - (w - 1) / 2) return 0;
  return x > c - 0.5 + (w - 1) / 2 ? 255 : ((x - (c - 0.5)) / (w - 1) + 0.5) * 255;
}

const anyWindow = fc.record({
  center: fc.double({ min: -40000, max: 40000, noNaN: true }),
  width: fc.oneof(fc.double({ min: 1, max: 70000, noNaN: true }), fc.constantFrom(1, 2, 400, 65536)),
  fn: fc.constantFrom<WindowFunction>('LINEAR', 'LINEAR_EXACT', 'SIGMOID'),
});

describe('windowToBytes', () => {
  it('maps the standard’s own example, centre 2048 and width 4096, to the full range', () => {
    expect([0, 2047, 2048, 4095].map((x) => windowedValue(x, { center: 2048, width: 4096 }, 'LINEAR'))).toEqual([
      0, 127, 128, 255,
    ]);
  });

  it('switches at the centre when a linear window is 1 wide', () => {
    expect([-1, 0, 1].map((x) => windowedValue(x, { center: 0.5, width: 1 }, 'LINEAR'))).toEqual([0, 0, 255]);
    expect([39, 40].map((x) => windowedValue(x, { center: 40, width: 1 }, 'LINEAR'))).toEqual([0, 255]);
  });

  it('maps the low end of a data set’s window to black and the high end to white', () => {
    const window = windowFromRange(-175, 275);
    expect(window).toEqual({ center: 50, width: 450, function: 'LINEAR_EXACT' });
    expect([-176, -175, 50, 274, 275, 276].map((hu) => windowedValue(hu, window, window.function))).toEqual([
      0, 0, 128, 254, 255, 255,
    ]);
  });

  it('gives grey 128 at the centre of a sigmoid, which never quite ends', () => {
    expect([-160, 40, 240].map((hu) => windowedValue(hu, { center: 40, width: 400 }, 'SIGMOID'))).toEqual([
      30, 128, 225,
    ]);
  });

  it('equals the printed formula for every HU', () => {
    fc.assert(
      fc.property(anyWindow, ({ center, width, fn }) => {
        const bytes = windowToBytes(ALL_HU, { center, width }, fn);
        return bytes.every((grey, i) => Math.abs(grey - printedFormula(i - 32768, center, width, fn)) <= 0.5 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('never falls as HU rise', () => {
    fc.assert(
      fc.property(anyWindow, ({ center, width, fn }) => {
        const bytes = windowToBytes(ALL_HU, { center, width }, fn);
        return bytes.every((grey, i) => i === 0 || grey >= bytes[i - 1]!);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a window without a width', () => {
    expect(() => windowToBytes(ALL_HU, { center: 0, width: 0 }, 'LINEAR_EXACT')).toThrow(RangeError);
    expect(() => windowToBytes(ALL_HU, { center: 0, width: 0.5 }, 'LINEAR')).toThrow(RangeError);
    expect(() => windowToBytes(ALL_HU, { center: Number.NaN, width: 4 })).toThrow(RangeError);
  });
});

describe('parseWindowParameter', () => {
  it.each([
    ['40,400', { center: 40, width: 400, function: 'LINEAR' }],
    [' -600 , 1500 ', { center: -600, width: 1500, function: 'LINEAR' }],
    ['50.5,1.25,linear-exact', { center: 50.5, width: 1.25, function: 'LINEAR_EXACT' }],
    ['40,400,SIGMOID', { center: 40, width: 400, function: 'SIGMOID' }],
    ['40,400,LINEAR_EXACT', { center: 40, width: 400, function: 'LINEAR_EXACT' }],
    ['40,0.001,sigmoid', { center: 40, width: 0.001, function: 'SIGMOID' }],
  ])('reads %s', (text, expected) => {
    expect(parseWindowParameter(text)).toEqual(expected);
  });

  it('knows the presets by name, whatever their case', () => {
    for (const [name, window] of Object.entries(WINDOW_PRESETS)) {
      expect(parseWindowParameter(name.toUpperCase())).toEqual({ ...window, function: 'LINEAR' });
    }
    expect(parseWindowParameter('soft_tissue').width).toBe(400);
  });

  it.each([
    ['', /got "": no preset of that name/],
    [
      'lungs',
      /Expected window to be CENTER,WIDTH or .*linear, linear-exact, sigmoid; or one of soft-tissue, abdomen.*got "lungs"/,
    ],
    ['__proto__', /no preset/],
    ['constructor', /no preset/],
    ['40', /no preset/],
    ['a,400', /the centre is not a number/],
    ['40,', /the width is not a number/],
    ['40,1e400', /the width is not a number/],
    ['NaN,400', /the centre is not a number/],
    ['Infinity,400', /the centre is not a number/],
    ['9999999,400', /the centre is not a number/],
    ['40,0', /at least 1/],
    ['40,0.5,linear', /at least 1/],
    ['40,-400,sigmoid', /above 0/],
    ['40,0,linear-exact', /above 0/],
    ['40,400,cubic', /no function "cubic"/],
    ['40,400,constructor', /no function "constructor"/],
    ['40,400,linear,1', /4 parts/],
  ])('refuses %j and says what it expects', (text, message) => {
    expect(() => parseWindowParameter(text)).toThrow(message);
    expect(() => parseWindowParameter(text)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', argument: 'window' }),
    );
  });

  it('answers any text with a usable window or a BAD_USER_INPUT', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.e,a-z ]{0,20}$/)), (text) => {
        try {
          const { center, width, function: fn } = parseWindowParameter(text);
          return (
            windowToBytes({ width: 1, height: 1, hounsfield: Int16Array.of(5) }, { center, width }, fn).length === 1
          );
        } catch (thrown) {
          return thrown instanceof Error && 'code' in thrown && thrown.code === 'BAD_USER_INPUT';
        }
      }),
    );
  });
});
