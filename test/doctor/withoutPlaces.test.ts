import { withoutPlaces } from '../../src/doctor/withoutPlaces';

const CONFIG = { dataDir: '/srv/deeplesion/data', modelsDir: '/opt/models' };
const hidden = (text: string): string => withoutPlaces({ check: 'disk', status: 'ok', text, cure: null }, CONFIG).text;

describe('a finding for callers of the server', () => {
  it.each([
    [
      '2 folders in /srv/deeplesion/data/uploads belong to no upload',
      '2 folders in DATA_DIR/uploads belong to no upload',
    ],
    ['The folder /mnt/lab/Images_png is readable.', 'The folder (a folder of the server) is readable.'],
    ['/opt/models/x/model.onnx is damaged', 'MODELS_DIR/x/model.onnx is damaged'],
    ["ENOENT: no such file, open '/home/ada/a b'", "ENOENT: no such file, open '(a folder of the server) b'"],
  ])('names no place on the disk: %s', (text, told) => {
    expect(hidden(text)).toBe(told);
  });

  it.each(['3/4 of it', 'See https://example.org/a/b.', '/readyz says so', 'at 10 MB/s and/or more'])(
    'keeps %s',
    (text) => {
      expect(hidden(text)).toBe(text);
    },
  );
});
