import { namesIn, readPlain, replacePlain } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';

/**
 * Paths that the sandbox of Codex protects in each writable folder. Where one of them is missing, it creates an empty folder
 * to mount over, and removes it at its end: but not if it is killed. Source: Codex 0.171 on Linux.
 */
const NAMES: ReadonlySet<string> = new Set(['.git', '.agents', '.codex', '.aws']);
/** The largest note, in bytes. */
const NOTE_BYTES = 1024 * 1024;
/** The most attempts of an execution whose notes are read. */
const MOST_NOTES = 1000;

/** Removes the empty folders that a killed sandbox of Codex has left, and no folder that was there before it. */
export class MountPoints {
  readonly #homes: string;
  /** How many attempts of this process use each of them now. */
  readonly #used = new Map<string, number>();

  /** `homes`: the folder in which each execution has a folder for Codex. */
  constructor(homes: string) {
    this.#homes = homes;
  }

  /**
   * Writes down what is missing in these folders; then Codex may start. The result removes what is left, when no process of the
   * attempt is; it never rejects. Throws if it cannot be written.
   */
  note(executionId: string, folders: readonly string[]): () => Promise<void> {
    const candidates = folders.flatMap((folder) => [...NAMES].map((name) => resolve(folder, name)));
    const missing = [...new Set(candidates)].filter((path) => this.#used.has(path) || isMissing(path));
    const file = join(this.#folderOf(executionId), randomUUID());
    mkdirSync(this.#folderOf(executionId), { recursive: true, mode: 0o700 });
    replacePlain(file, JSON.stringify(missing), 0o600);
    for (const path of missing) this.#used.set(path, (this.#used.get(path) ?? 0) + 1);
    return async () => {
      await this.#release(missing);
      await rm(file, { force: true }).catch(() => undefined);
    };
  }

  /** Removes what attempts of an execution have left whose worker died. No process of theirs is left. Never rejects. */
  async clear(executionId: string): Promise<void> {
    const folder = this.#folderOf(executionId);
    const names = await namesIn(folder, MOST_NOTES).catch(() => null);
    for (const name of names ?? []) {
      const file = join(folder, name);
      for (const path of await notedIn(file)) if (!this.#used.has(path)) await removeEmpty(path);
      await rm(file, { force: true }).catch(() => undefined);
    }
  }

  async #release(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const others = (this.#used.get(path) ?? 1) - 1;
      if (others > 0) this.#used.set(path, others);
      else {
        this.#used.delete(path);
        await removeEmpty(path);
      }
    }
  }

  #folderOf(executionId: string): string {
    return join(this.#homes, executionId, 'cc-executor', 'missing');
  }
}

function isMissing(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Only a folder with nothing in it can be removed so. */
async function removeEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}

/** A note may have been changed by a task: it can name these folders only. */
async function notedIn(file: string): Promise<string[]> {
  try {
    const noted: unknown = JSON.parse(String(await readPlain(file, NOTE_BYTES)));
    return (Array.isArray(noted) ? noted : []).filter(
      (path): path is string => typeof path === 'string' && isAbsolute(path) && NAMES.has(basename(path)),
    );
  } catch {
    return [];
  }
}
