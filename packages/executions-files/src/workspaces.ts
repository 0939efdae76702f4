import { CcError, workspaceFault, workspaceNameFault } from '@cc-executor/contracts';
import type { WorkspaceOf, WorkspacePlace, Workspaces } from '@cc-executor/executions';
import { entriesOf } from '@cc-executor/evidence';
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { foldCase, ignoresCase } from './letter-case.ts';
import { folderAt, MadeFolders } from './made-folders.ts';
import { isBelow, realOfDeepest } from './real-path.ts';
import { removeMadeFolder } from './remove-made-folder.ts';

/** Folders below one root. A name never leads elsewhere, neither by dots nor by a link. */
export class FileWorkspaces implements Workspaces {
  readonly #root: string;
  readonly #dataDirectory: string;
  readonly #made: MadeFolders;
  readonly #ignoresCase: (folder: string) => Promise<boolean>;

  /** `ignores`: returns whether the file system of a folder ignores case; default: it is checked. */
  constructor(
    root: string,
    dataDirectory: string,
    ignores: (folder: string) => Promise<boolean> = ignoresCase,
  ) {
    this.#root = root;
    this.#dataDirectory = dataDirectory;
    this.#made = new MadeFolders(dataDirectory);
    this.#ignoresCase = ignores;
  }

  async resolve(name: string): Promise<WorkspacePlace> {
    const { root, real } = await this.#resolve(name);
    const there = await stat(real).catch(() => null);
    if (there && !there.isDirectory()) throw this.#invalid(name, 'it is a file');
    const path = relative(root, real);
    return { path, turn: await this.#turnOf(root, path) };
  }

  /** Returns whether there is a folder for this name. Throws WORKSPACE_INVALID as `resolve` does. */
  async isThere(name: string): Promise<boolean> {
    const { real } = await this.#resolve(name);
    const there = await stat(real).catch(() => null);
    return there?.isDirectory() === true;
  }

  async #turnOf(root: string, path: string): Promise<string> {
    return (await this.#ignoresCase(root)) ? foldCase(path) : path;
  }

  async fresh(executionId: string, isTaken = false): Promise<string> {
    const another = () => `${executionId}-${randomBytes(4).toString('hex')}`;
    for (let name = isTaken ? another() : executionId; ; name = another()) {
      const there = await lstat(join(this.#root, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (there === null) return name;
    }
  }

  /**
   * Returns the real path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID if
   * it is not the folder of the submission any more, or one that the execution should have created and has not.
   */
  async prepare(of: WorkspaceOf): Promise<string> {
    const { root, real } = await this.#resolve(of.workspace);
    const path = relative(root, real);
    if (of.workspace_path !== null && path !== of.workspace_path)
      throw notAsBefore(of.workspace, of.workspace_path);
    if (of.workspace_named || of.workspace_path === null || of.uuid === null) {
      await mkdir(real, { recursive: true }).catch(this.#throwInvalid(of.workspace));
      await this.#share(path);
    } else await this.#make(real, { ...of, path, uuid: of.uuid });
    // Checked again: another task may have put a link there meanwhile.
    const now = await this.#resolve(of.workspace);
    if (now.real !== real) throw notAsBefore(of.workspace, path);
    return real;
  }

  /**
   * Removes the folder that an execution created for itself, with its content. Returns why it is kept; null:
   * it is removed, or its caller named it. `ended`: when the execution ended. `isWanted`: returns whether another
   * execution will work in the folder with this turn.
   */
  async remove(
    of: WorkspaceOf,
    ended: Date,
    isWanted: (turn: string) => Promise<boolean>,
  ): Promise<string | null> {
    if (of.workspace_named) return null;
    const root = await realpath(this.#root).catch(() => null);
    if (root === null) return null;
    const path = of.workspace_path;
    if (path !== null)
      return await removeMadeFolder(root, this.#made, of, ended, async () =>
        isWanted(await this.#turnOf(root, path)),
      );
    const there = await folderAt(join(root, of.workspace));
    return there === null ? null : 'an earlier version stored it, which did not record what it made';
  }

  /** Creates the folder of an execution that has named none. An existing folder is not its own. */
  async #make(
    folder: string,
    { execution_id, uuid, path }: { execution_id: string; uuid: string; path: string },
  ): Promise<void> {
    const mark = await this.#made.read(path);
    const isOwn = mark?.uuid === uuid;
    try {
      await mkdir(this.#root, { recursive: true });
      await mkdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // A worker may have died between creating and marking it: then it is empty, and stays when the execution is removed.
      if (isOwn || (await isEmpty(folder))) return;
      const message = 'was made by somebody else after the submission, and is not empty';
      throw new CcError('WORKSPACE_INVALID', `The folder "${path}" ${message}.`);
    }
    const made = await folderAt(folder);
    if (made === null) return;
    const { inode, born } = made;
    await this.#made.write({ execution_id, uuid, path, inode, born, shared: isOwn && mark.shared });
  }

  /** A folder that somebody names, or a part of it, no longer belongs to an execution. */
  async #share(path: string): Promise<void> {
    const [top = ''] = path.split(sep);
    const mark = await this.#made.read(top);
    if (mark && !mark.shared) await this.#made.write({ ...mark, shared: true });
  }

  async #resolve(name: string): Promise<{ root: string; real: string }> {
    const why = workspaceNameFault(name);
    if (why !== null) throw this.#invalid(name, why);
    const path = resolve(this.#root, name);
    const [root, data, real] = await Promise.all([
      realOfDeepest(this.#root),
      realOfDeepest(this.#dataDirectory),
      realOfDeepest(path).catch(this.#throwInvalid(name)),
    ]);
    if (!isBelow(root, real)) throw this.#invalid(name, 'a link in it leads out of it');
    // If the data directory is below the root, its keys and outputs are not a workspace.
    if (isBelow(root, data) && (real === data || isBelow(real, data) || isBelow(data, real)))
      throw this.#invalid(name, 'it overlaps with the data directory (CC_EXECUTOR_DATA_DIR)');
    return { root, real };
  }

  #throwInvalid(name: string) {
    return (error: NodeJS.ErrnoException): never => {
      const why = UNUSABLE[error.code ?? ''];
      throw why === undefined ? error : this.#invalid(name, why);
    };
  }

  #invalid(name: string, why: string): CcError {
    const message = workspaceFault(why, this.#root);
    return new CcError('WORKSPACE_INVALID', `The workspace "${shortened(name)}" ${message}.`, {
      errors: [{ path: 'workspace', message }],
    });
  }
}

/** Returns true if the folder is empty; false if it can't be read. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    for await (const _ of entriesOf(folder)) return false;
    return true;
  } catch {
    return false;
  }
}

/** Returns the fault that is in the name itself. */
const UNUSABLE: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is in its way',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'it is too long',
  EACCES: 'it may not be entered',
  EEXIST: 'a link or a file that leads nowhere is in its way',
};

/** Returns a name in a printable form, whatever was sent. */
function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 199)}…` : name;
}

function notAsBefore(name: string, path: string): CcError {
  const message = `The workspace "${shortened(name)}" does not lead to the folder "${path}" any more, which it did before.`;
  return new CcError('WORKSPACE_INVALID', message);
}
