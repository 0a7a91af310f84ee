import { PageHead } from '../parts/PageHead';

export function Differences() {
  return <PageHead title="Differences" />;
}
