/** Backups: the database and the files that belong to it as one folder, and a new database made of it. */
export { type BackupManifest, readManifest } from './manifest';
export { type RestoreReport, restoreBackup } from './restoreBackup';
export { type BackupReport, takeBackup } from './takeBackup';
