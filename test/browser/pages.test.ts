/** The interface in a real browser: one story a page, each by mouse, by keyboard alone and at the width of a phone. */
import { existsSync } from 'node:fs';
import { type BrowserBed, CHROMIUM, startBrowserBed } from './bed';
import { accessStories, sharedOperator } from './stories/access';
import { accuracyStories } from './stories/accuracy';
import { boardStories } from './stories/board';
import { clustersStories } from './stories/clusters';
import { cookbookStories } from './stories/cookbook';
import { errorsStories } from './stories/errors';
import { everyPageStories } from './stories/everyPage';
import { explorerStories } from './stories/explorer';
import { homeStories } from './stories/home';
import { hostileTextStories } from './stories/hostileTexts';
import { operationsStories } from './stories/operations';
import { operatorStories } from './stories/operator';
import { reviewStories } from './stories/review';
import { runsStories } from './stories/runs';
import { signInStories } from './stories/signIn';
import { sliceStories } from './stories/slice';
import { thresholdStories } from './stories/threshold';
import { tryItStories } from './stories/tryIt';

const here = existsSync(CHROMIUM);
if (!here) console.warn(`The stories of the interface are skipped: they need ${CHROMIUM} (Debian: chromium).`);

jest.setTimeout(120_000);

(here ? describe : describe.skip)('the interface', () => {
  let bed: BrowserBed;
  beforeAll(async () => {
    bed = await startBrowserBed();
  }, 400_000);
  afterAll(() => bed?.stop());

  const current = (): BrowserBed => bed;
  // A machine that has twenty minutes for everything runs the first and the review alone (`.ci/run`).
  const isShort = process.env.BROWSER_STORIES === 'short';
  everyPageStories(current);
  if (!isShort) {
    // Before the review, which makes the newest evaluation one with more lesions.
    homeStories(current);
    accuracyStories(current);
    errorsStories(current);
    thresholdStories(current);
    boardStories(current);
  }
  reviewStories(current);
  if (isShort) return;
  explorerStories(current);
  clustersStories(current);
  sliceStories(current);
  tryItStories(current);
  runsStories(current);
  operationsStories(current);
  cookbookStories(current);
  accessStories(current);
  operatorStories(current, () => sharedOperator(bed));
  signInStories(current);
  // The last ones, because they change the texts of the demo.
  hostileTextStories(current);
});
