import { PageHead } from '../parts/PageHead';

export function NewRun() {
  return <PageHead title="NewRun" />;
}
