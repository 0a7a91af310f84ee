import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { useAnswer } from '../data/useAnswer';
import { PageHead } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { imageOf, namedWindows } from './slice/image';
import { SliceView } from './slice/SliceView';
import { SliceDocument, type SliceQuery } from './slice/slice.generated';

/** `/i/ID`: one key slice with its neighbours, lesions and detections. */
export function Slice() {
  const { imageId = '' } = useParams({ strict: false });
  const query = useAnswer(SliceDocument, { id: imageId });
  return (
    <Answered query={query} height="48rem">
      {(answer) => <Found answer={answer} />}
    </Answered>
  );
}

function Found({ answer }: { answer: SliceQuery }) {
  const image = useMemo(() => imageOf(answer), [answer]);
  const presets = useMemo(() => namedWindows(answer.serverInfo.windowPresets), [answer]);
  // Another image is another viewer: nothing of the one before stays.
  if (image) return <SliceView key={image.id} image={image} presets={presets} />;
  return (
    <>
      <PageHead title="No such slice" />
      <Empty action={<Link to={PATHS.lesions}>Explore the lesions</Link>}>
        No bookmarked image of this server has the id in the address. It may be of a data set that is not here.
      </Empty>
    </>
  );
}
