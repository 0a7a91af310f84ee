import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadUserInput, Conflict } from '../src/errors';
import { checkListenAddress, inFolder, listenErrorOf } from '../src/startErrors';

const failed = (code: string): Error => Object.assign(new Error(code), { code });

describe('what keeps a start from coming up', () => {
  it('is told with PORT or HOST, by what the system says', () => {
    const told = (code: string) => listenErrorOf({ host: '10.0.0.9', port: 81 }, failed(code));
    expect(told('EADDRINUSE')).toBeInstanceOf(Conflict);
    expect(told('EADDRINUSE')?.message).toMatch(/^PORT=81 is in use/);
    expect(told('EACCES')?.message).toBe('PORT=81 needs rights that this user does not have: set a PORT above 1023.');
    expect(told('EADDRNOTAVAIL')).toMatchObject({
      argument: 'HOST',
      message: expect.stringMatching(/^HOST=10\.0\.0\.9 /),
    });
    expect(told('EMFILE')).toBeUndefined();
  });

  it('is nothing where the port is free, and the port is free again afterwards', async () => {
    await checkListenAddress({ host: '127.0.0.1', port: 0 });
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(checkListenAddress({ host: '127.0.0.1', port })).rejects.toThrow(/in use by another program/);
    await new Promise((resolve) => server.close(resolve));
    await checkListenAddress({ host: '127.0.0.1', port });
    await checkListenAddress({ host: '127.0.0.1', port });
  });

  it('is told with the setting of a folder, and nothing else is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deeplesion-folder-'));
    try {
      writeFileSync(join(folder, 'file'), '');
      const make = (path: string) => () => inFolder('DATA_DIR', path, () => mkdirSync(path, { recursive: true }));
      expect(make(join(folder, 'file'))).toThrow(/^DATA_DIR=.* cannot be used: it is a file: set a folder\./);
      expect(make(join(folder, 'file', 'below'))).toThrow(BadUserInput);
      expect(() =>
        inFolder('DATA_DIR', folder, () => {
          throw failed('EROFS');
        }),
      ).toThrow(/read-only file system: set one that can be written to/);
      expect(() =>
        inFolder('DATA_DIR', folder, () => {
          throw new TypeError('x is not a function');
        }),
      ).toThrow(TypeError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
