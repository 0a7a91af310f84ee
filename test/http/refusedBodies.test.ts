import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startUploadBed, type UploadBed } from '../uploads/uploadBed';

const run = promisify(execFile);
const bytes = 30_000_000;
const text = Buffer.alloc(bytes, 'HU,x,y\n1,2,3\n');

const HTTP_CLIENT = `
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1])
connection.request(sys.argv[2], sys.argv[3], open(sys.argv[4], 'rb').read(), {'Content-Type': 'application/octet-stream'})
print(connection.getresponse().status)`;
const URLLIB = `
import urllib.request, urllib.error, sys
request = urllib.request.Request('http://' + sys.argv[1] + sys.argv[3], open(sys.argv[4], 'rb').read(), method=sys.argv[2])
try: print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as answer: print(answer.code)`;

const versionOf = (program: string) =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

describe('a large body that is refused before all of it has come', () => {
  let bed: UploadBed;
  let folder: string;
  let file: string;
  let has: Record<string, boolean>;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
    folder = mkdtempSync(join(tmpdir(), 'deeplesion-refused-'));
    file = join(folder, 'body');
    writeFileSync(file, text);
    has = { curl: await versionOf('curl'), python3: await versionOf('python3') };
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await bed.stop();
  });

  const CASES: [what: string, method: string, path: string, status: number][] = [
    ['a file of no kind that is taken', 'PUT', '/uploads', 415],
    ['by its address', 'POST', '/nowhere', 404],
    ['by its method', 'POST', '/uploads', 405],
    ['by its size', 'POST', '/graphql', 413],
    ['by its address in the query', 'PUT', '/uploads?pixelSpacingMm=wide', 400],
  ];
  describe.each(CASES)('%s', (_what, method, path, status) => {
    const times = (ask: () => Promise<unknown>) => Promise.all([1, 2, 3].map(ask));
    const thrice = [status, status, status];
    const host = () => new URL(bed.url).host;
    const python = async (program: string) =>
      Number((await run('python3', ['-c', program, host(), method, path, file])).stdout);

    it('is answered so that fetch sees why', async () => {
      const ask = async () => {
        const answer = await fetch(bed.url + path, { method, body: text });
        expect(await answer.json()).toMatchObject({ errors: [{ message: expect.stringMatching(/\.$/) }] });
        return answer.status;
      };
      expect(await times(ask)).toEqual(thrice);
    });

    it('and curl', async () => {
      if (!has.curl) return console.warn('skipped: there is no curl');
      const ask = async () => {
        const form = [
          '-s',
          '-o',
          join(folder, 'answer'),
          '-w',
          '%{http_code}',
          '-X',
          method,
          '--data-binary',
          `@${file}`,
        ];
        return Number((await run('curl', [...form, bed.url + path])).stdout);
      };
      expect(await times(ask)).toEqual(thrice);
    });

    it("and Python's http.client, which sends all before it reads", async () => {
      if (!has.python3) return console.warn('skipped: there is no python3');
      expect(await times(() => python(HTTP_CLIENT))).toEqual(thrice);
    });

    it("and Python's urllib, which wants the connection closed", async () => {
      if (!has.python3) return console.warn('skipped: there is no python3');
      expect(await times(() => python(URLLIB))).toEqual(thrice);
    });
  });

  it('leaves the server free: nothing of it is kept', () => {
    expect(bed.stored()).toEqual([]);
  });
});
