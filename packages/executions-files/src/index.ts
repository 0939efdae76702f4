export { AttemptFiles } from './attempt-files.ts';
export { openDataDirectory } from './data-directory.ts';
export { FileHistory } from './file-history.ts';
export { FileArchive } from './file-archive.ts';
export { FileOutputReader } from './output-reader.ts';
export { FileWorkspaces } from './workspaces.ts';
