import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Folders of a workspace whose programs come first, as with `activate` and npm's scripts. */
const VIRTUAL_ENVIRONMENTS = ['.venv', 'venv'];

/**
 * Returns the variables by which a task uses the virtual environment and the node_modules/.bin of its workspace; {} if it has
 * neither. `path` returns its PATH without them; null: that is
 * not known.
 */
export async function workspaceVariables(
  cwd: string,
  path: () => Promise<string | null>,
): Promise<Record<string, string>> {
  const first: string[] = [];
  const variables: Record<string, string> = {};
  for (const name of VIRTUAL_ENVIRONMENTS) {
    const root = join(cwd, name);
    if ('VIRTUAL_ENV' in variables || !(await isFolder(join(root, 'bin')))) continue;
    // Every virtual environment has this file (PEP 405); another folder of that name is not one.
    if (!(await exists(join(root, 'pyvenv.cfg')))) continue;
    first.push(join(root, 'bin'));
    variables['VIRTUAL_ENV'] = root;
  }
  const modules = join(cwd, 'node_modules/.bin');
  if (await isFolder(modules)) first.push(modules);
  if (first.length === 0) return {};
  const rest = await path();
  // Without the rest of it, nothing else would be found.
  return rest === null ? variables : { ...variables, PATH: [...first, rest].join(delimiter) };
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
