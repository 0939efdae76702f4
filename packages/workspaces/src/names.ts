import { bytesOf, nameKey } from '@cc-executor/evidence/walked-names';

// Trees compare names as bytes, so a name is its bytes here, one character each. Callers have paths as the walk has them.
/** Usual names are their own bytes. */
const PLAIN = /^[\w ./@+,=-]*$/;

/** Returns the names in a path of the walk; none for the workspace itself. */
export function namesOf(path: string): string[] {
  if (path === '') return [];
  if (PLAIN.test(path)) return path.split('/');
  return path.split('/').map((part) => bytesOf(part).toString('latin1'));
}

/** Returns the path of the walk for some names. */
export function pathOfNames(names: readonly string[]): string {
  return names.map((name) => (PLAIN.test(name) ? name : nameKey(Buffer.from(name, 'latin1')))).join('/');
}

/** Returns the path of the walk for the bytes of one, as git prints it. */
export function pathOfBytes(bytes: Buffer): string {
  return pathOfNames(bytes.toString('latin1').split('/'));
}

/** Returns the folders that a path leads through, the outermost first, without the workspace itself. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
    folders.push(path.slice(0, end));
  return folders;
}

/** Returns whether a name can be in a workspace, and would be no part of a repository's own administration. */
export function isRepositoryName(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === '.git';
}
