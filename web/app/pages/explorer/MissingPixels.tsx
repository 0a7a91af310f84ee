import { formatCount, plural } from '../../data/text';

/** Why some lesions are no pictures, and what is drawn of them. */
export function MissingPixels({ counts }: { counts: { images: number; imagesWithPixels: number } }) {
  if (counts.imagesWithPixels === counts.images) return null;
  return (
    <p className="muted small sketch-note">
      {counts.imagesWithPixels === 0
        ? 'The pixels of this data set are not on this server.'
        : `The pixels of ${formatCount(counts.imagesWithPixels)} of ${plural(counts.images, 'key slice')} are on this server.`}{' '}
      Lesions without pixels are drawn as they were measured: <SketchKey look="sketch-long" /> long diameter,{' '}
      <SketchKey look="sketch-short" /> short diameter, with a scale of 10 mm.
    </p>
  );
}

function SketchKey({ look }: { look: string }) {
  return (
    <svg width="18" height="6" aria-hidden="true" className="sketch-key">
      <line x1="0" x2="18" y1="3" y2="3" className={look} />
    </svg>
  );
}
