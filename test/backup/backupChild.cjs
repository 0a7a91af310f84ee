// A backup or a restore in a process of its own, from the build, which the tests kill:
//   node backupChild.cjs TABLE backup|restore DATABASE_URL DATA_DIR FOLDER
// Prints a line before the table of this number and waits there until it is killed.
const { writeSync } = require('node:fs');
const { openDatabase } = require('../../dist/database');
const { takeBackup, restoreBackup } = require('../../dist/backup');

const [deadly, command, url, dataDir, folder] = process.argv.slice(2);
const onTable = (done) => {
  if (done !== Number(deadly)) return;
  writeSync(1, 'here\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

async function main() {
  if (command === 'restore') {
    await restoreBackup({ folder, dataDir, openUrl: async () => url, onTable });
    return;
  }
  const database = openDatabase(url, { maxConnections: 2 });
  await takeBackup({ database, dataDir, folder, withImages: false, codeVersion: 'test', onTable });
  await database.close();
}
main();
