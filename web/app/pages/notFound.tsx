import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { PageHead } from '../parts/PageHead';
import { Problem } from '../parts/States';

/** No page has this address. */
export function NotFound() {
  return (
    <>
      <PageHead title="Nothing is here" lead="No page has this address. It may be mistyped, or of another version." />
      <p>
        <Link to={PATHS.home}>Go to the data sets</Link>
      </p>
    </>
  );
}

/** The page's own code failed, or a part of it did not come: the server may have been updated meanwhile. */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <>
      <PageHead
        title="This page failed"
        lead="If the server was updated since it was opened, loading it again helps."
      />
      <Problem
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={() => window.location.reload()}
      />
    </>
  );
}
