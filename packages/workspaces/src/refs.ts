import { namesInSync, readPlainSync } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from './snapshot-error.ts';

/** In bytes; a file's name has at most 255, and a label takes two characters for each. */
const MAX_LABEL_BYTES = 120;
const ID = /^[0-9a-f]{40}$/;
/** No reference is longer, in bytes. */
const REF_BYTES = 4096;

/** The snapshots that are kept, by their labels: a reference of git for each, that changes whole or not at all. */
export class Refs {
  readonly #repository: string;
  readonly #folder: string;

  /** `repository`: the path of a bare repository. */
  constructor(repository: string) {
    this.#repository = repository;
    this.#folder = folderIn(repository);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Keeps a snapshot under a label, in place of the one that had it. Throws a RangeError for an impossible label. */
  set(label: string, id: string): void {
    const name = nameOf(label);
    const draft = join(this.#repository, `tmp_ref_${randomUUID()}`);
    try {
      writeFileSync(draft, `${id}\n`, { flag: 'wx', flush: true });
      renameSync(draft, join(this.#folder, name));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  delete(label: string): void {
    rmSync(join(this.#folder, nameOf(label)), { force: true });
  }
}

/** Returns the snapshots of a repository by label. */
export function snapshotsByLabel(repository: string): Map<string, string> {
  const folder = folderIn(repository);
  const kept = new Map<string, string>();
  for (const name of namesInSync(folder).toSorted()) {
    const id = readPlainSync(join(folder, name), REF_BYTES)?.toString('latin1').trim() ?? '';
    if (ID.test(id)) kept.set(Buffer.from(name, 'hex').toString(), id);
  }
  return kept;
}

/** Returns the snapshot that a label keeps; null: none has it. */
export function snapshotAt(repository: string, label: string): string | null {
  const id = readPlainSync(join(folderIn(repository), nameOf(label)), REF_BYTES)
    ?.toString('latin1')
    .trim();
  return id !== undefined && ID.test(id) ? id : null;
}

/** Throws a SnapshotError where a text can't be a snapshot's id: git would take it for something else. */
export function checkId(id: string): string {
  if (ID.test(id)) return id;
  throw new SnapshotError('unknown_snapshot', `${JSON.stringify(id)} is not the id of a snapshot.`);
}

function folderIn(repository: string): string {
  return join(repository, 'refs', 'snapshots');
}

/** In hex: every label is a name that git takes, on every file system. */
function nameOf(label: string): string {
  const bytes = Buffer.from(label);
  if (bytes.length === 0 || bytes.length > MAX_LABEL_BYTES)
    throw new RangeError(`A label has 1 to ${String(MAX_LABEL_BYTES)} bytes: ${JSON.stringify(label)}`);
  return bytes.toString('hex');
}
