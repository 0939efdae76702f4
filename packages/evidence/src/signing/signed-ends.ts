import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { namesIn, readPlain } from '../plain-files.ts';
import { sha256 } from '../sha256.ts';
import { writeOnce } from '../write-once.ts';

/** The largest entry, in bytes. */
const MAX_BYTES = 64 * 1024;
/** An entry that is younger than this may belong to an execution that is about to be stored, in milliseconds. */
const NEW_MS = 3600_000;
const ARCHIVED = 'archived.json';

const Entry = z.object({ execution_id: z.string(), created_at: z.string(), manifest: z.string() });
export type SignedEntry = z.output<typeof Entry>;

/** The record of an installation about the last execution with an id. */
export interface SignedEnd {
  created_at: string;
  /**
   * The hashes of the signed manifests: a worker that takes over signs another one. For an archived execution, only its own.
   */
  manifests: readonly string[];
  isArchived: boolean;
}

/** Remembers what was signed, by id, creation time and manifest; in a folder beside the key, which tasks must not reach. */
export class SignedEnds {
  readonly #folder: string;

  /** `keys`: the folder of the key. */
  constructor(keys: string) {
    this.#folder = join(keys, 'signed');
  }

  /**
   * Records that a manifest is signed; entries of an earlier execution with this id are dropped. Returns false if
   * another manifest was signed for the same `slot`.
   */
  async add(entry: SignedEntry, slot: string): Promise<boolean> {
    const folder = this.#folderOf(entry.execution_id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const { name, value } of await entriesIn(folder))
      if (value?.created_at !== entry.created_at) await rm(join(folder, name), { force: true });
    const text = JSON.stringify(entry);
    return (await writeOnce(join(folder, `${sha256(slot)}.json`), () => text)) === text;
  }

  /** Records that the log of an execution is in its archive, which is signed too. */
  async addArchived(entry: SignedEntry): Promise<void> {
    const folder = this.#folderOf(entry.execution_id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, randomUUID());
    await writeFile(draft, JSON.stringify(entry), { mode: 0o600, flag: 'wx', flush: true });
    await rename(draft, join(folder, ARCHIVED));
  }

  /** Returns what was signed for the last execution with this id; null: unknown. */
  async last(executionId: string): Promise<SignedEnd | null> {
    const entries = (await entriesIn(this.#folderOf(executionId))).flatMap(({ name, value }) =>
      value ? [{ name, value }] : [],
    );
    const [first] = entries;
    if (!first) return null;
    const { created_at } = first.value;
    const archived = entries.find(({ name }) => name === ARCHIVED);
    const counting = archived ? [archived] : entries;
    return {
      created_at,
      manifests: counting.map(({ value }) => value.manifest),
      isArchived: archived !== undefined,
    };
  }

  /** Drops executions that `isKnown` no longer knows. */
  async sweep(isKnown: (executionId: string) => Promise<boolean>): Promise<void> {
    for (const name of (await namesIn(this.#folder)) ?? []) {
      const folder = join(this.#folder, name);
      const { mtimeMs } = await stat(folder);
      if (Date.now() - mtimeMs < NEW_MS) continue;
      const id = (await entriesIn(folder)).find(({ value }) => value)?.value?.execution_id;
      if (id === undefined || !(await isKnown(id))) await rm(folder, { recursive: true, force: true });
    }
  }

  #folderOf(executionId: string): string {
    return join(this.#folder, sha256(executionId));
  }
}

async function entriesIn(folder: string): Promise<{ name: string; value: SignedEntry | null }[]> {
  const names = ((await namesIn(folder)) ?? []).filter((name) => name.endsWith('.json'));
  return await Promise.all(
    names.map(async (name) => ({ name, value: await entryAt(join(folder, name)).catch(() => null) })),
  );
}

async function entryAt(path: string): Promise<SignedEntry | null> {
  const bytes = await readPlain(path, MAX_BYTES);
  return bytes && (Entry.safeParse(JSON.parse(bytes.toString())).data ?? null);
}
