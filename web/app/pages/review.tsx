import { PageHead } from '../parts/PageHead';

export function Review() {
  return <PageHead title="Review" />;
}
