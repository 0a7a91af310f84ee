import { runCommandLine } from '../../src/cli/main';

/** Runs the command line in this process. */
export async function runCommand(
  ...words: string[]
): Promise<{ output: string; errors: string; code: number | undefined }> {
  const output: string[] = [];
  const errors: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => output.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0),
  ];
  process.exitCode = undefined;
  try {
    await runCommandLine(words);
    return { output: output.join(''), errors: errors.join(''), code: process.exitCode };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
