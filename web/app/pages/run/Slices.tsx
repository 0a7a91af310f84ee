import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { useAnswer } from '../../data/useAnswer';
import { Picture } from '../../parts/Picture';
import { PictureLegend } from '../../parts/PictureLegend';
import { Answered } from '../../parts/States';
import { RunSlicesDocument } from './run.generated';

/** The slices with the highest scores, with the boxes of this run and the annotated lesions. */
export function Slices({ runId }: { runId: string }) {
  const query = useAnswer(RunSlicesDocument, { id: runId, overlay: `lesions,detections:${runId}` });
  return (
    <section className="card stack" aria-label="Slices">
      <div className="spread">
        <h2>Slices with the highest scores</h2>
        <PictureLegend />
      </div>
      <Answered query={query} height="10rem">
        {({ detectionRun }) => (
          <ul className="slice-strip">
            {(detectionRun?.detections.nodes ?? []).map(({ id, score, image }) => (
              <li key={id}>
                <Link to={PATHS.image} params={{ imageId: image.id }} search={{ run: runId }}>
                  {image.url ? (
                    <Picture
                      src={pictureAddress(image.url)}
                      alt={`Slice ${image.fileName}`}
                      width={256}
                      height={256}
                      loading="lazy"
                    />
                  ) : (
                    <span className="no-picture small">no pixel file</span>
                  )}
                  <span className="small">score {score.toFixed(2)}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}
