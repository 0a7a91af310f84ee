import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { useAddress } from '../../data/address';
import type { Search } from '../../data/url';
import { useAnswer } from '../../data/useAnswer';
import { usePageKeys } from '../../parts/KeySheet';
import { Problem } from '../../parts/States';
import { useViewerAddress } from '../../viewer/address';
import type { KeyContext, NamedWindow } from '../../viewer/keymap';
import { useViewer, ViewerModel } from '../../viewer/model';
import { useViewerModel, Viewer } from '../../viewer/Viewer';
import { viewOfSearch } from '../../viewer/viewSearch';
import { BoxTable } from './BoxTable';
import { lesionName } from './boxes';
import { History, imagesOf, studiesOf } from './History';
import { ownWindow, type SliceImage, viewedImage } from './image';
import { LesionTable } from './LesionTable';
import { panesOf } from './panes';
import { RunChoice } from './RunChoice';
import { Similar } from './Similar';
import { SliceHead } from './SliceHead';
import { PatientHistoryDocument } from './slice.generated';
import { KEPT_PARAMETERS, type SliceState, useSliceState } from './state';
import { useRuns } from './useRuns';
import './slice.css';

/** A slice with everything that is known of it. */
export function SliceView({ image, presets }: { image: SliceImage; presets: readonly NamedWindow[] }) {
  const [search] = useAddress();
  const [state, change] = useSliceState();
  const viewed = useMemo(() => viewedImage(image), [image]);
  const defaults = useMemo(() => {
    const { center, width } = ownWindow(image);
    const { size, slices, homeIndex } = viewed;
    return { window: { center, width }, size, sliceNames: slices.map(({ name }) => name), index: homeIndex };
  }, [image, viewed]);
  const model = useViewerModel(() => {
    const { window, index, ...more } = viewOfSearch(search, defaults);
    return new ViewerModel(window, defaults.size, index, more);
  });
  useViewerAddress(model, defaults);
  const { runs, problem } = useRuns(image.id, state);
  const panes = useMemo(() => panesOf(image, viewed, runs, state), [image, viewed, runs, state]);
  const marks = panes.flatMap((pane) => pane.marks);
  const context: KeyContext = {
    model,
    sliceCount: viewed.slices.length,
    size: viewed.size,
    homeIndex: viewed.homeIndex,
    ownWindow: ownWindow(image),
    presets,
    marks,
  };
  const history = useAnswer(PatientHistoryDocument, { id: image.id });
  const kept = Object.fromEntries(KEPT_PARAMETERS.map((name) => [name, search[name]]));
  useSliceKeys({ state, change, imageId: image.id, images: imagesOf(studiesOf(history.data?.data)), kept });
  const focus = { model, size: viewed.size, marks };
  const focused = useViewer(model, ({ focus: id }) => id);
  const place = Math.max(
    0,
    image.lesions.findIndex(({ id }) => id === focused),
  );
  const lesion = image.lesions[place];
  return (
    <>
      <SliceHead image={image} runs={runs} state={state} model={model} viewed={viewed} />
      <div className="slice-page">
        <div className="stack">
          <Viewer
            context={context}
            image={viewed}
            panes={panes}
            noPixels="The pixels of this slice are not on this server. Its measurements are drawn to scale."
          />
          {problem && <Problem error={problem} />}
          <LesionTable image={image} runs={runs} scoreThreshold={state.scoreThreshold} {...focus} />
          {runs.map((run, place) => (
            <BoxTable
              key={run.id}
              run={run}
              isSecond={place === 1}
              scoreThreshold={state.scoreThreshold}
              pixelSpacingMm={image.pixelSpacingMm}
              {...focus}
            />
          ))}
        </div>
        <aside className="stack" aria-label="More on this slice">
          <RunChoice image={image} shown={runs} state={state} change={change} />
          {lesion && <Similar lesionId={lesion.id} name={lesionName(place)} />}
          <History query={history} imageId={image.id} kept={kept} />
        </aside>
      </div>
    </>
  );
}

const SCORE_STEP = 0.05;

function useSliceKeys({
  state,
  change,
  imageId,
  images,
  kept,
}: {
  state: SliceState;
  change: (changes: Partial<SliceState>) => void;
  imageId: string;
  images: readonly { id: string }[];
  kept: Search;
}): void {
  const navigate = useNavigate();
  const here = images.findIndex(({ id }) => id === imageId);
  const open = (step: 1 | -1): void => {
    const next = here === -1 ? undefined : images[here + step];
    if (next) void navigate({ to: PATHS.image, params: { imageId: next.id }, search: kept });
  };
  const moveScore = (step: number): void => {
    const moved = Math.round((state.scoreThreshold + step) * 100) / 100;
    change({ scoreThreshold: Math.min(1, Math.max(0, moved)) });
  };
  usePageKeys([
    { keys: 'ArrowLeft', label: 'Previous key slice of the patient', run: () => open(-1) },
    { keys: 'ArrowRight', label: 'Next key slice of the patient', run: () => open(1) },
    { keys: '[', label: 'Show boxes with lower scores', run: () => moveScore(-SCORE_STEP) },
    { keys: ']', label: 'Show fewer boxes', run: () => moveScore(SCORE_STEP) },
    {
      keys: 's',
      label: 'Two runs side by side',
      run: () => state.runs.length === 2 && change({ sideBySide: !state.sideBySide }),
    },
  ]);
}
