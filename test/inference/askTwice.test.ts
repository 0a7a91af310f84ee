import { join } from 'node:path';
import { askTwice, InferenceHost, InferenceProcessLost, readModelFolder } from '../../src/inference';
import { PARITY_SLICE } from './paritySlice';
import { copyTinyModels } from './tinyModels';

const selection = { scoreThreshold: 0.05, nmsIouThreshold: 0.3, maxDetectionsPerImage: 50 };

describe('a question that is asked twice', () => {
  const models = copyTinyModels();
  const host = new InferenceHost({ executionProviders: ['cpu'], sliceTimeoutMs: 5_000 });
  afterAll(() => {
    host.stop('The test is over.');
    models.remove();
  });
  const ask = async (name: string) =>
    host.detect(await readModelFolder(join(models.folder, name)), PARITY_SLICE, selection);

  it('is answered although the inference process was killed from outside', async () => {
    await ask('tiny-slow');
    const asked: boolean[] = [];
    const answer = await askTwice((isAgain) => {
      asked.push(isAgain);
      const answering = ask('tiny-slow');
      if (!isAgain) process.kill(host.processId ?? 0, 'SIGKILL');
      return answering;
    });
    expect(answer.boxes.length).toBeGreaterThan(0);
    expect(asked).toEqual([false, true]);
  });

  it('is given up when the process is lost over it again', async () => {
    let times = 0;
    const endless = askTwice(() => {
      times++;
      return ask('tiny-endless');
    });
    await expect(endless).rejects.toThrow(InferenceProcessLost);
    expect(times).toBe(2);
  });

  it('is not asked again where the process answered that it cannot', async () => {
    let times = 0;
    const refused = askTwice(() => {
      times++;
      return ask('tiny-nan');
    });
    await expect(refused).rejects.toThrow(/NaN|finite|number/i);
    expect(times).toBe(1);
  });
});
