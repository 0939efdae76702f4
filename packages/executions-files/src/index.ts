export { AttemptFiles, type CheckFile } from './attempt-files.ts';
export { openDataDirectory } from './data-directory.ts';
export { FileHistory } from './file-history.ts';
export { EvidenceFiles } from './evidence-files.ts';
export { FileArchive } from './archive/file-archive.ts';
export { FileOutputReader } from './output-reader.ts';
export { openSigningKey } from './signing-key.ts';
export { FileWorkspaces } from './workspaces.ts';
export { writeOnce } from './write-once.ts';
