import { runCommand } from './runCommand';

describe('deeplesion help', () => {
  it('shows a command below another one', async () => {
    const { output, code } = await runCommand('help', 'import', 'dl-info');
    expect(code).toBeUndefined();
    expect(output).toContain('import dl-info [options] <csv>');
    expect(output).toContain('--citation');
    expect((await runCommand('help', 'categorize', 'lesions')).output).toContain('--encoder');
  });

  it('shows a command, and without words all of them', async () => {
    expect((await runCommand('help', 'import')).output).toMatch(/dl-info.*coco/s);
    expect((await runCommand('help')).output).toMatch(/import.*worker.*reproduce.*help/s);
  });

  it('names the commands that there are where one is unknown', async () => {
    const { errors, code } = await runCommand('help', 'import', 'dicom');
    expect(code).toBe(1);
    expect(errors).toBe('There is no command import dicom. Known: dl-info, coco.\n');
  });
});
