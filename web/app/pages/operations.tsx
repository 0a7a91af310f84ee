import { PageHead } from '../parts/PageHead';

export function Operations() {
  return <PageHead title="Operations" />;
}
