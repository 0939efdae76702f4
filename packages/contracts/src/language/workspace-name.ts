/** The largest part of a path, in bytes: the limit of file systems. */
const PART_BYTES = 255;

/** Returns what is wrong with the name of a workspace, independent of the disk; null: nothing. */
export function workspaceNameFault(name: string): string | null {
  if (name.includes('\0')) return 'it has a null character';
  if (name.startsWith('/') || /^([a-z]:)?\\/i.test(name) || /^[a-z]:\//i.test(name))
    return 'it is an absolute path';
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(name)) return 'it is an address';
  // No shell expands it: these would be names of folders.
  if (name.startsWith('~')) return 'it begins with "~", which is not expanded';
  if (name.startsWith('$')) return 'it begins with "$", and variables are not expanded';
  let depth = 0;
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (new TextEncoder().encode(part).length > PART_BYTES) return 'a part of it is too long';
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return 'it leads out of it';
  }
  return depth === 0 ? 'it is the root itself' : null;
}

/** Returns the sentence for an unusable workspace, with the reason. `root`: the folder, if it is known. */
export function workspaceFault(why: string, root?: string): string {
  const where = root === undefined ? '' : `, ${root}`;
  return `must be a folder below the workspaces root${where} (CC_EXECUTOR_WORKSPACES_DIR): ${why}`;
}
