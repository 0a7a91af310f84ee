import { useMemo, useState } from 'react';
import { useAddress } from '../../data/address';
import { numberOf } from '../../data/url';
import { useMay } from '../../data/viewer';
import { usePageKeys } from '../../parts/KeySheet';
import { Needs } from '../../parts/Needs';
import { Problem } from '../../parts/States';
import { useViewerAddress } from '../../viewer/address';
import type { KeyContext, NamedWindow } from '../../viewer/keymap';
import { ViewerModel } from '../../viewer/model';
import { useViewerModel, type ViewedImage, Viewer } from '../../viewer/Viewer';
import { viewOfSearch } from '../../viewer/viewSearch';
import { ownWindow } from '../slice/image';
import { useResting } from '../slice/state';
import '../slice/slice.css';
import { DetectionPanel } from './DetectionPanel';
import { chosenDetector, DetectorChoice, type TriedDetector } from './DetectorChoice';
import { FoundTable } from './FoundTable';
import { boxesOf, marksOf, slicesOf, type TriedUpload } from './found';
import { UploadFacts } from './UploadFacts';
import { useDetection, type useStart } from './useDetection';

const DEFAULT_SCORE = 0.3;
const SCORE_STEP = 0.05;

/** An upload with what a detector found in it. */
export function UploadView({
  upload,
  detectors,
  presets,
  start,
  onGone,
}: {
  upload: TriedUpload;
  detectors: readonly TriedDetector[];
  presets: readonly NamedWindow[];
  start: ReturnType<typeof useStart>;
  onGone: () => void;
}) {
  const [search, setSearch] = useAddress();
  const right = useMay('detect');
  const written = numberOf(search.t, DEFAULT_SCORE, 0, 1);
  const [threshold, setThreshold] = useResting(written, (score) =>
    setSearch({ t: score === DEFAULT_SCORE ? undefined : String(score) }, { replace: true }),
  );
  const found = useDetection(search.d ?? '');
  const all = found.slices.data ?? NONE;
  const boxes = useMemo(() => boxesOf(all, threshold), [all, threshold]);
  const viewed = useMemo(() => viewedUpload(upload, boxesOf(all, 0)), [upload, all]);
  const marks = useMemo(() => marksOf(boxes, upload), [boxes, upload]);
  const context = useUploadViewer(upload, viewed, presets, marks);
  const chosen = chosenDetector(detectors, search.detector);
  usePageKeys([
    { keys: '[', label: 'Show boxes with lower scores', run: () => setThreshold(stepped(threshold, -SCORE_STEP)) },
    { keys: ']', label: 'Show fewer boxes', run: () => setThreshold(stepped(threshold, SCORE_STEP)) },
  ]);
  const focus = { model: context.model, size: viewed.size, marks };
  return (
    <div className="slice-page">
      <div className="stack">
        <Viewer context={context} image={viewed} panes={[{ marks }]} />
        {found.detection && (
          <FoundTable boxes={boxes} total={boxesOf(all, 0).length} threshold={threshold} upload={upload} {...focus} />
        )}
      </div>
      <aside className="stack" aria-label="Detector and upload">
        <section className="card stack">
          <h2>Detection</h2>
          <DetectorChoice detectors={detectors} chosen={chosen} onChange={(detector) => setSearch({ detector })} />
          <div>
            <button
              type="button"
              className="primary"
              disabled={!chosen || !right.isGiven || start.isPending}
              onClick={() => chosen && start.mutate({ upload: upload.id, detector: chosen })}
            >
              {start.isPending ? 'Looking for lesions' : 'Find lesions'}
            </button>
          </div>
          <Needs right={right} />
          {start.error && <Problem error={start.error} />}
          <DetectionPanel
            found={found}
            upload={upload}
            threshold={threshold}
            onThreshold={setThreshold}
            shown={boxes.length}
          />
        </section>
        <UploadFacts upload={upload} onGone={onGone} />
      </aside>
    </div>
  );
}

const NONE: readonly never[] = [];

const stepped = (score: number, by: number): number => Math.min(1, Math.max(0, Math.round((score + by) * 100) / 100));

function viewedUpload(upload: TriedUpload, boxes: ReturnType<typeof boxesOf>): ViewedImage {
  const { kind, width, height, pixelSpacingMm, sliceIndices } = upload;
  const isSeries = kind === 'DICOM_SERIES' || kind === 'PNG_SERIES';
  return {
    name: isSeries ? 'Your series' : 'Your slice',
    // Every upload but a model has them.
    size: { width: width ?? 1, height: height ?? 1 },
    pixelSpacingMm,
    firstPixel: 1,
    slices: slicesOf(upload, boxes, isSeries),
    homeIndex: Math.floor((sliceIndices.length - 1) / 2),
  };
}

function useUploadViewer(
  upload: TriedUpload,
  viewed: ViewedImage,
  presets: readonly NamedWindow[],
  marks: KeyContext['marks'],
): KeyContext {
  const [search] = useAddress();
  const own = useMemo(() => ownWindow(upload), [upload]);
  const [defaults] = useState(() => ({
    window: { center: own.center, width: own.width },
    size: viewed.size,
    sliceNames: viewed.slices.map(({ name }) => name),
    index: viewed.homeIndex,
  }));
  const model = useViewerModel(() => {
    const { window, index, ...more } = viewOfSearch(search, defaults);
    return new ViewerModel(window, viewed.size, index, more);
  });
  useViewerAddress(model, defaults);
  const { size, slices, homeIndex } = viewed;
  return { model, sliceCount: slices.length, size, homeIndex, ownWindow: own, presets, marks };
}
