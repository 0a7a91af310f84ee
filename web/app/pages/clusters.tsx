import { PageHead } from '../parts/PageHead';

export function Clusters() {
  return <PageHead title="Clusters" />;
}
