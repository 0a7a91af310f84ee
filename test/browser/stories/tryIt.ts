import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { dicomFile } from '../../uploads/dicomFile';
import { fixtureModel, modelZip } from '../../uploads/modelZip';
import { zipFile } from '../../uploads/zipFile';
import { type BrowserBed, NARROW } from '../bed';
import { askGraph } from './graph';

const EXAMPLES = resolve(__dirname, '../../../web/app/pages/try/examples');
const SLICE = readFileSync(resolve(EXAMPLES, 'phantom-abdomen.png'));

/** A file as the page's input takes it. */
const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

async function choose(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.getByLabel('A CT slice, a series or a model').setInputFiles(file(name, bytes));
}

const untilFound = (page: Page) => page.getByRole('button', { name: 'Boxes as CSV' }).waitFor();

/** Hands a file to the page as another program would: dropped, or pasted. */
const hand = (page: Page, how: 'drop' | 'paste', name: string, bytes: Buffer) =>
  page.evaluate(
    ({ how, name, base64 }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      const event =
        how === 'drop'
          ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    },
    { how, name, base64: bytes.toString('base64') },
  );

async function textOf(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

type Box = Record<'x1' | 'y1' | 'x2' | 'y2', number>;
interface Truth {
  bookmarkedImages: { nodes: { fileName: string; lesions: { boundingBox: Box }[] }[] };
}

/** The lesions of the test split as a file of detections. @param edges of a box as the file has them */
async function csvOfTruth(bed: BrowserBed, edges: (box: Box) => number[]): Promise<string> {
  const { bookmarkedImages } = await askGraph<Truth>(
    bed,
    `{ bookmarkedImages(first: 200, filter: { dataset: "demo", split: TEST }) {
      nodes { fileName lesions { boundingBox { x1 y1 x2 y2 } } } } }`,
  );
  const lines = bookmarkedImages.nodes.flatMap(({ fileName, lesions }) =>
    lesions.map(({ boundingBox }) => [fileName, ...edges(boundingBox), 0.9].join(',')),
  );
  return ['image,x1,y1,x2,y2,score', ...lines, ''].join('\n');
}

export function tryItStories(bed: () => BrowserBed): void {
  describe('trying a detector', () => {
    it('finds lesions in a phantom, hands the boxes out as files, and deletes the upload', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Abdomen' }).click();
      await untilFound(page);
      await page.getByText('0.645 mm').waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByLabel('Lowest score that is shown').fill('0');
      await page.getByText(/^\d+ boxes from score 0\.00\.$/).waitFor();
      const csv = await textOf(page, 'Boxes as CSV');
      const json = JSON.parse(await textOf(page, 'Boxes as JSON'));
      const boxes = json.slices.flatMap((slice: { detections: unknown[] }) => slice.detections);
      expect(boxes.length).toBeGreaterThan(0);
      expect(csv.trim().split('\r\n')).toHaveLength(boxes.length + 1);
      const address = page.url();
      await page.getByRole('button', { name: 'Delete now' }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await page.goto(address);
      await page.getByText('This upload is not on the server any more').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it.each(['choose', 'drop', 'paste'] as const)('asks for the pixel spacing of a PNG: %s', async (how) => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      // The list of detectors is there: so are the listeners.
      if (how === 'choose') await choose(page, 'mine.png', SLICE);
      else await hand(page, how, 'mine.png', SLICE);
      await page.getByLabel(/^Pixel spacing in mm/).fill('0.7');
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('0.700 mm').waitFor();
      await untilFound(page);
      expect(problems).toEqual([]);
      await close();
    });

    it('checks detections made elsewhere, shows what looks wrong, and makes a run of them', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      const box = { image_id: 1, category_id: 0, bbox: [200, 200, 40, 40], score: 0.9 };
      await choose(page, 'results.json', Buffer.from(JSON.stringify([box, { ...box, score: 2 }])));
      await page.getByLabel('Name of the detector').fill('from-elsewhere');
      await page.getByLabel('It was run on').selectOption('FILE');
      await page.getByRole('button', { name: 'Check the file' }).click();
      await page.getByText('Expected a score of 0 to 1, got 2').waitFor();
      expect(await page.getByRole('button', { name: 'Submit', exact: true }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Another file' }).click();
      await choose(page, 'results.json', Buffer.from(JSON.stringify([box])));
      await page.getByLabel('Name of the detector').fill('from-elsewhere');
      await page.getByLabel('It was run on').selectOption('FILE');
      await page.getByRole('button', { name: 'Check the file' }).click();
      await page.getByText('1 boxes on 1 of 1 image.').waitFor();
      await page.getByRole('button', { name: 'Example 1' }).waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByRole('button', { name: 'Submit', exact: true }).click();
      await page.getByRole('heading', { name: /^from-elsewhere 1\.0\.0 on / }).waitFor();
      await page.getByText('succeeded').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('draws what the validator finds in a file that is dropped, whose x and y are swapped', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      const csv = await csvOfTruth(bed(), ({ x1, y1, x2, y2 }) => [y1, x1, y2, x2]);
      await hand(page, 'drop', 'results.csv', Buffer.from(csv));
      await page.getByLabel('Data set').selectOption('demo');
      await page.getByLabel('Name of the detector').fill('swapped');
      await page.getByRole('button', { name: 'Check the file' }).click();
      const findings = page.getByRole('region', { name: 'Findings' });
      await findings.getByRole('heading', { name: 'The file can be submitted' }).waitFor();
      await findings.getByText(/if x and y are swapped/).waitFor();
      await page.getByRole('img', { name: /^Scores/ }).waitFor();
      const splits = page.getByRole('region', { name: 'Images by split' }).getByRole('row');
      await splits.filter({ hasText: 'Test' }).waitFor();
      const examples = page.getByRole('region', { name: 'Examples' });
      await examples.locator('.viewer-marks text').first().waitFor();
      await examples.getByRole('button', { name: 'Example 2' }).click();
      await examples.locator('.viewer-marks text', { hasText: '0.9' }).first().waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      // The viewer measures itself again.
      await page.setViewportSize(NARROW);
      await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
      expect(problems).toEqual([]);
      await close();
    });

    it('is worked by keyboard alone', async () => {
      const { page, problems, close } = await bed().open('/try');
      const example = page.getByRole('button', { name: 'Pelvis' });
      await example.waitFor();
      for (let presses = 0; presses < 60; presses++) {
        if (await example.evaluate((element) => element === document.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await untilFound(page);
      const status = page.locator('.viewer-status');
      await page.keyboard.press('6');
      await status.getByText('W 1800 L 400').waitFor();
      for (let presses = 0; presses < 6; presses++) await page.keyboard.press('[');
      await page.waitForURL(/t=0(&|$)/);
      await page.keyboard.press('n');
      await page.locator('[data-focused="true"]').waitFor({ state: 'attached' });
      expect(problems).toEqual([]);
      await close();
    });

    it('looks at each slice of a series, and shows over the slider where something was found', async () => {
      const names = ['010.png', '011.png', '012.png'];
      const zip = zipFile(names.map((name) => ({ name: `scan/${name}`, bytes: SLICE })));
      const { page, problems, close } = await bed().open('/try', { viewport: NARROW });
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await choose(page, 'scan.zip', zip);
      await page.getByLabel(/^Pixel spacing in mm/).fill('0.644531');
      await page.getByLabel(/^Distance between slices in mm/).fill('5');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await untilFound(page);
      await page.getByText(/pixels, 3 slices$/).waitFor();
      await page.getByText('succeeded').waitFor();
      await page.locator('.viewer-status').getByText('slice 2 of 3').waitFor();
      await page.getByRole('button', { name: 'Slice below, towards the feet' }).click();
      await page.locator('.viewer-status').getByText('slice 3 of 3').waitFor();
      await page.waitForURL(/slice=\d+/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      expect(problems).toEqual([]);
      await close();
    });

    it('lists what was removed from a DICOM file', async () => {
      const { page, problems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      const bytes = dicomFile({ rows: 64, columns: 64, more: [['00100010', 'PN', 'Doe^Jane']] });
      await choose(page, 'IM0001.dcm', bytes);
      await page.getByText(/attributes? with data on persons, places or times (was|were) not stored/).click();
      await page.getByText('(0010,0010)').waitFor();
      expect(await page.content()).not.toContain('Doe^Jane');
      expect(problems).toEqual([]);
      await close();
    });

    it('says in a sentence why a file is refused, and takes the next one', async () => {
      const { page, problems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await choose(page, 'notes.txt', Buffer.from('hello'));
      await page.getByRole('alert').getByText('neither a 16-bit PNG nor a DICOM file').waitFor();
      await choose(page, 'broken.png', SLICE.subarray(0, 2000));
      await page.getByRole('button', { name: 'Send without it' }).click();
      await page.getByRole('alert').getByText(/PNG/).waitFor();
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      expect(problems.filter((problem) => !problem.includes('400'))).toEqual([]);
      await close();
    });

    it('shows the name of a file as a text, however long', async () => {
      const { page, problems, close } = await bed().open('/try', { viewport: NARROW });
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await hand(page, 'drop', `<img src=x onerror=alert(1)>\u202E${'x'.repeat(10_000)}.png`, SLICE);
      await page.getByText('<img src=x onerror=alert(1)>').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      expect(problems).toEqual([]);
      await close();
    });

    it('checks a model, and says which of its parts is wrong', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/try');
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      const zip = modelZip(fixtureModel('models/tiny-batch'), {
        manifest: (manifest) => {
          manifest.onnx = { ...(manifest.onnx as object), sha256: '0'.repeat(64) };
        },
      });
      await choose(page, 'model.zip', zip);
      await page.getByRole('button', { name: 'Check and register' }).click();
      await page
        .getByRole('alert')
        .getByText(/sha256|checksum/i)
        .waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems.filter((problem) => !problem.includes('400'))).toEqual([]);
      await close();
    });
  });
}
