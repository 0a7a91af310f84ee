import { setImmediate as turn } from 'node:timers/promises';
import { Arrivals } from '../../src/http/arrivals';

describe('work that is to begin', () => {
  it('waits for nothing where no connection has come', () => {
    expect(new Arrivals().settled()).toBeUndefined();
  });

  it('waits until turns of the event loop have passed without a new connection', async () => {
    const arrivals = new Arrivals();
    arrivals.note();
    let begun = false;
    const work = Promise.resolve(arrivals.settled()).then(() => {
      begun = true;
    });
    for (let n = 0; n < 3; n++) {
      await turn();
      arrivals.note();
      expect(begun).toBe(false);
    }
    await work;
  });

  it('begins all the same where connections never cease to come', async () => {
    const arrivals = new Arrivals();
    arrivals.note();
    let begun = false;
    const work = Promise.resolve(arrivals.settled()).then(() => {
      begun = true;
    });
    while (!begun) {
      arrivals.note();
      await turn();
    }
    await work;
  });
});
