import type { Database } from '../../src/database';
import { importDlInfo } from '../../src/dataset';

export async function importOurs(database: Database, csvPath: string): Promise<void> {
  await importDlInfo({ database, csvPath, slug: 'bench' });
}
