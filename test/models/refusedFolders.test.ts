import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BadModel,
  bed,
  edit,
  fillRegistrationBed,
  folder,
  named,
  onnx,
  part,
  refuseEach,
  register,
} from './registrationBed';

fillRegistrationBed();

const BAD_FOLDERS: BadModel[] = [
  { is: 'is no folder', spoil: () => asFile(), reason: /Expected a folder/, argument: 'folder' },
  { is: 'is a link', spoil: () => asLink(), reason: /Expected a folder, no file or link/, argument: 'folder' },
  {
    is: 'has no manifest',
    spoil: () => rmSync(join(folder(), 'model.json')),
    reason: /model\.json is missing/,
    argument: 'model.json',
  },
  { is: 'has no ONNX file', spoil: () => rmSync(onnx()), reason: /model\.onnx is missing/, argument: 'model.onnx' },
  {
    is: 'has another file beside them',
    spoil: () => writeFileSync(join(folder(), 'run.sh'), ''),
    reason: /nothing but model\.json and model\.onnx in the folder, got "run\.sh"/,
    argument: 'folder',
  },
  {
    is: 'has a folder below it',
    spoil: () => mkdirSync(join(folder(), 'more')),
    reason: /got "more"/,
    argument: 'folder',
  },
  ...[1e308, -1001].map((offsetMm) => ({
    is: `looks ${offsetMm} mm away`,
    spoil: () =>
      edit((manifest) => {
        const window = { low: -160, high: 240 };
        Object.assign(part(manifest, 'input'), { channels: [{ offsetMm, window }] });
      }),
    reason: /input\.channels\.0\.offsetMm: Too (big|small)/,
    argument: 'input.channels.0.offsetMm',
  })),
  ...['', ' '].map((name) => ({
    is: `has a class "${name}"`,
    spoil: () => edit((manifest) => Object.assign(manifest, { classes: [name] })),
    reason: /classes\.0: Expected the name of a class, got an empty one/,
    argument: 'classes.0',
  })),
  {
    is: 'has a symbolic link',
    spoil: () => {
      renameSync(onnx(), join(bed.modelsDir, 'other'));
      symlinkSync(join(bed.modelsDir, 'other'), onnx());
    },
    reason: /model\.onnx to be a regular file/,
    argument: 'model.onnx',
  },
  {
    is: 'has a folder for a manifest',
    spoil: () => {
      rmSync(join(folder(), 'model.json'));
      mkdirSync(join(folder(), 'model.json'));
    },
    reason: /model\.json to be a regular file/,
    argument: 'model.json',
  },
  {
    is: 'has a pipe for a model',
    spoil: () => {
      rmSync(onnx());
      execFileSync('mkfifo', [onnx()]);
    },
    reason: /model\.onnx to be a regular file/,
    argument: 'model.onnx',
  },
  {
    is: 'has a manifest of 2 MB',
    spoil: () => writeFileSync(join(folder(), 'model.json'), ' '.repeat(2e6)),
    reason: /at most 1048576 bytes, got 2000000/,
    argument: 'model.json',
  },
  {
    is: 'has a file of 2 GB',
    spoil: () => truncateSync(onnx(), 2e9),
    reason: /at most 1073741824 bytes, got 2000000000/,
    argument: 'model.onnx',
  },
  {
    is: 'has a manifest that is no JSON',
    spoil: () => writeFileSync(join(folder(), 'model.json'), '{'),
    reason: /not JSON/,
    argument: 'model.json',
  },
  {
    is: 'lacks a field of the manifest',
    spoil: () => edit((manifest) => Reflect.deleteProperty(part(manifest, 'card'), 'limits')),
    reason: /card\.limits/,
    argument: 'card.limits',
  },
  {
    is: 'has an empty name',
    spoil: () => named(''),
    reason: /name: Expected lower-case letters/,
    argument: 'name',
  },
  {
    is: 'has a version of two numbers',
    spoil: () => named('x', '1.0'),
    reason: /Expected MAJOR\.MINOR\.PATCH/,
    argument: 'version',
  },
  {
    is: 'has a card that PostgreSQL cannot keep',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'card'), { note: '\0' })),
    reason: /without NUL/,
    argument: 'model.json',
  },
  {
    is: 'has a card without end',
    spoil: () => {
      const text = readFileSync(join(folder(), 'model.json'), 'utf8');
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
      writeFileSync(join(folder(), 'model.json'), text.replace('"card": {', `"card": {"deep": ${deep},`));
    },
    reason: /nested at most 50 levels/,
    argument: 'model.json',
  },
  {
    is: 'has another checksum than its manifest says',
    spoil: () => writeFileSync(onnx(), 'x'),
    reason: /has sha256/,
    argument: 'onnx.sha256',
  },
  {
    is: 'is an encoder',
    spoil: () => edit((manifest) => Object.assign(manifest, { kind: 'encoder' })),
    reason: /kind: .*detector/,
    argument: 'kind',
  },
];

function asFile(): void {
  rmSync(folder(), { recursive: true });
  writeFileSync(folder(), 'x');
}

function asLink(): void {
  renameSync(folder(), join(bed.modelsDir, 'real'));
  symlinkSync(join(bed.modelsDir, 'real'), folder());
}

describe('a model folder', () => {
  refuseEach(BAD_FOLDERS);

  it('that is not there is not found', async () => {
    await expect(register('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND', argument: 'folder' });
  });
});
