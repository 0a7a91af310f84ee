import { PageHead } from '../parts/PageHead';

export function Slice() {
  return <PageHead title="Slice" />;
}
