import { PageHead } from '../parts/PageHead';

export function Explorer() {
  return <PageHead title="Explorer" />;
}
