import { PageHead } from '../parts/PageHead';

export function TryIt() {
  return <PageHead title="TryIt" />;
}
