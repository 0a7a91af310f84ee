import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PROJECT_ROOT } from '../compiled';
import { BadUserInput, messageOf } from '../errors';
import { runCommand } from './command';

/** Folder of the training programs. */
export const TRAINING_DIR = join(PROJECT_ROOT, 'training');
const REQUIREMENTS = join(TRAINING_DIR, 'requirements.txt');
const PROBE = `
import json, sys, numpy, sklearn, onnx, onnxruntime, PIL, torch
gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(json.dumps({"python": sys.version.split()[0], "torch": torch.__version__, "gpus": gpus}))`;

const Probe = z.object({ python: z.string(), torch: z.string(), gpus: z.array(z.string()) });

/** A Python that can train, and what it trains on. */
export interface PythonEnvironment {
  /** path of the interpreter */
  program: string;
  python: string;
  torch: string;
  /** names of the GPUs that PyTorch sees */
  gpus: string[];
  cores: number;
}

/**
 * The Python that was named, or an environment below the work folder with the packages of training/requirements.txt,
 * which is made where it is not there or the requirements changed.
 *
 * @throws BadUserInput if Python or a package is not there
 */
export async function findPython(
  named: string | null,
  workDir: string,
  onLine: (line: string) => void,
): Promise<PythonEnvironment> {
  const program = named ?? (await ownEnvironment(join(workDir, 'python'), workDir, onLine));
  const { stdout } = await promisify(execFile)(program, ['-c', PROBE]).catch((cause: unknown) => {
    throw new BadUserInput(
      `Expected a Python with the packages of training/requirements.txt, got ${program}: ${messageOf(cause)}`,
      'python',
      { cause },
    );
  });
  return { program, ...Probe.parse(JSON.parse(stdout)), cores: availableParallelism() };
}

async function ownEnvironment(folder: string, workDir: string, onLine: (line: string) => void): Promise<string> {
  const program = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return program;
  await rm(folder, { recursive: true, force: true });
  const step = (name: string, command: string, args: string[]) =>
    runCommand({ program: command, args, cwd: TRAINING_DIR, logFile: join(workDir, 'logs', `${name}.log`) }, onLine);
  const python = process.platform === 'win32' ? 'python' : 'python3';
  await step('python', python, ['-m', 'venv', folder]).catch((cause: unknown) => {
    throw new BadUserInput(
      `Expected python3 (3.11 or newer, with venv) on the PATH; or name one with --python. ${messageOf(cause)}`,
      'python',
      { cause },
    );
  });
  await step('packages', program, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]);
  await writeFile(stamp, wanted);
  return program;
}
