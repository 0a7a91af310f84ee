import { useMemo, useState } from 'react';
import { pictureAddress } from '../../data/pictures';
import type { KeyContext, NamedWindow } from '../../viewer/keymap';
import { ViewerModel } from '../../viewer/model';
import { useViewerModel, type ViewedImage, Viewer } from '../../viewer/Viewer';
import { marksOfExample, type SubmissionExample } from './submission';

/** Some slices with the boxes of a file over their lesions. */
export function SubmissionExamples({ examples }: { examples: readonly SubmissionExample[] }) {
  const [place, setPlace] = useState(0);
  const example = examples[Math.min(place, examples.length - 1)];
  if (!example) return null;
  return (
    <section className="stack-tight" aria-label="Examples">
      <div className="row">
        {examples.map(({ image }, index) => (
          <button key={image.id} type="button" aria-pressed={index === place} onClick={() => setPlace(index)}>
            Example {index + 1}
          </button>
        ))}
      </div>
      <ExampleView key={example.image.id} example={example} />
    </section>
  );
}

/** One slice with the boxes of the file over its lesions. */
function ExampleView({ example }: { example: SubmissionExample }) {
  const { image } = example;
  const marks = useMemo(() => marksOfExample(example), [example]);
  const viewed = useMemo(() => viewedExample(image), [image]);
  const own = useMemo(() => windowOf(image), [image]);
  const model = useViewerModel(() => new ViewerModel({ center: own.center, width: own.width }, viewed.size, 0));
  const context: KeyContext = {
    ...{ model, sliceCount: 1, size: viewed.size, homeIndex: 0 },
    ...{ ownWindow: own, presets: NO_PRESETS, marks },
  };
  return (
    <Viewer
      context={context}
      image={viewed}
      panes={[{ marks }]}
      noPixels={image.hasPixels ? undefined : 'The pixel file of this image is not on this server.'}
    />
  );
}

/** The window that the source gives for the slice; that of the abdomen if it gives none. */
function windowOf({ windows: [first] }: SubmissionExample['image']): NamedWindow {
  if (!first || first.high <= first.low) return { label: 'Abdomen', center: 40, width: 400 };
  return { label: 'Window of the image', center: (first.low + first.high) / 2, width: first.high - first.low };
}

const NO_PRESETS: readonly never[] = [];

function viewedExample({
  fileName,
  width,
  height,
  pixelSpacingMm,
  huUrl,
  dataset,
}: SubmissionExample['image']): ViewedImage {
  return {
    ...{ name: fileName, size: { width, height }, pixelSpacingMm, homeIndex: 0 },
    firstPixel: dataset.pixelConvention === 'ONE_BASED' ? 1 : 0,
    slices: [{ url: huUrl === null ? null : pictureAddress(huUrl), name: '0', text: 'key slice' }],
  };
}
