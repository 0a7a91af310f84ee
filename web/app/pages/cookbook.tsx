import { PageHead } from '../parts/PageHead';

export function Cookbook() {
  return <PageHead title="Cookbook" />;
}
