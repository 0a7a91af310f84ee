import { Suspense, useState } from 'react';
import { Problem } from '../parts/States';
import './viewer.css';
import type { Size } from './geometry';
import type { KeyContext } from './keymap';
import { SliceBar, StatusLine, Toolbar, ViewerKeys } from './lazyTools';
import type { Mark } from './marks';
import { useViewer, type ViewerModel, type ViewerState } from './model';
import { Stage } from './Stage';
import type { ViewerSlice } from './slices';
import { useSlice } from './useSlice';

/** A series, or one slice, and how to read it. */
export interface ViewedImage {
  /** "000001_01_01_109.png" */
  readonly name: string;
  readonly size: Size;
  readonly pixelSpacingMm: number | null;
  /** 1 where the data set counts its pixels from 1 */
  readonly firstPixel: 0 | 1;
  /** from head to feet; at least one */
  readonly slices: readonly ViewerSlice[];
  /** of the slice that is shown first */
  readonly homeIndex: number;
}

/** Marks of one of the pictures that are seen beside one another. */
export interface Pane {
  readonly title?: string;
  readonly marks: readonly Mark[];
}

/** A model that lives as long as the component. */
export function useViewerModel(first: () => ViewerModel): ViewerModel {
  const [model] = useState(first);
  return model;
}

/**
 * Slices with their marks: window, zoom and slice by mouse, touch and keys, exact values under the cursor. What hands
 * need comes in a chunk of its own (`tools.ts`). A page that has one keeps the address by `useViewerAddress`.
 */
export function Viewer({
  context,
  image,
  panes,
  noPixels,
}: {
  context: KeyContext;
  image: ViewedImage;
  panes: readonly Pane[];
  /** why there is no picture, if there is none */
  noPixels?: string;
}) {
  const { model } = context;
  const { name, size, pixelSpacingMm, firstPixel, slices, homeIndex } = image;
  const index = useViewer(model, indexOf);
  const { slice, isLoading, error, retry } = useSlice(model, slices);
  const hasPixels = slices.some(({ url }) => url !== null);
  const shown = slices[index];
  return (
    <section className="viewer" aria-label={`Viewer of ${name}`}>
      <Suspense fallback={<div className="viewer-tools viewer-tools-coming" />}>
        <Toolbar context={context} hasPixels={hasPixels} />
        <ViewerKeys context={context} />
      </Suspense>
      <div className="viewer-panes" data-panes={panes.length} aria-busy={isLoading}>
        {panes.map(({ title, marks }, pane) => (
          <Stage
            key={title ?? pane}
            model={model}
            slice={slice}
            size={size}
            pixelSpacingMm={pixelSpacingMm}
            sliceCount={slices.length}
            hasPixels={hasPixels}
            marks={marks.filter((mark) => mark.index === index)}
            label={[name, title, shown?.text].filter(Boolean).join(', ')}
            title={title}
          />
        ))}
        <Note isLoading={isLoading} marksAreElsewhere={marksAreElsewhere(panes, index, homeIndex)} />
        {!hasPixels && noPixels && <p className="viewer-note viewer-note-wide">{noPixels}</p>}
      </div>
      {error && <Problem error={error} onRetry={retry} />}
      {slice?.hasChanged && (
        <p className="banner">The pixel file of this slice is another one than at the import of the data set.</p>
      )}
      <Suspense fallback={<div className="viewer-status viewer-status-coming" data-slices={slices.length > 1} />}>
        <SliceBar context={context} slices={slices} />
        <StatusLine
          model={model}
          slice={slice}
          size={size}
          pixelSpacingMm={pixelSpacingMm}
          firstPixel={firstPixel}
          sliceText={shown?.text ?? name}
        />
      </Suspense>
    </section>
  );
}

/** Lesions were measured, and boxes found, on the key slice alone: on its neighbours they would mark something else. */
function marksAreElsewhere(panes: readonly Pane[], index: number, homeIndex: number): boolean {
  const marks = panes.flatMap((pane) => pane.marks);
  return index !== homeIndex && marks.length > 0 && marks.every((mark) => mark.index === homeIndex);
}

function Note({ isLoading, marksAreElsewhere: elsewhere }: { isLoading: boolean; marksAreElsewhere: boolean }) {
  if (isLoading) return <p className="viewer-note">Loading the slice</p>;
  return elsewhere ? <p className="viewer-note">The marks are on the key slice</p> : null;
}

const indexOf = ({ index }: ViewerState): number => index;
