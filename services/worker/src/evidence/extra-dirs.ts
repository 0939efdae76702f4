import type { ExtraDirChanges } from '@cc-executor/contracts';
import type { WorkspaceScan, WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { realpath } from 'node:fs/promises';

/** The number of directories beside the workspace that are scanned; a scan may take some seconds. */
const MOST = 8;

/** A directory beside the workspace before an attempt; without a scan, `why` has the reason. */
interface Seen {
  /** The path as given by the task. */
  path: string;
  real: string | null;
  scan: WorkspaceScan | null;
  why: string;
}

/** The directories beside the workspace that a task may edit, before an attempt. */
export class ExtraDirs {
  readonly #seen: readonly Seen[];

  private constructor(seen: readonly Seen[]) {
    this.#seen = seen;
  }

  /** `earlier`: those of the previous attempt, whose last scans are reused. */
  static async open(
    scanner: Pick<WorkspaceScanner, 'begin'>,
    paths: readonly string[],
    earlier: ExtraDirs | null,
  ): Promise<ExtraDirs> {
    const before = new Map<string, WorkspaceScan>();
    if (earlier)
      for (const { real, scan } of earlier.#seen) if (real !== null && scan) before.set(real, scan);
    const seen: Seen[] = [];
    for (const [index, path] of paths.entries()) {
      if (index >= MOST) {
        seen.push({ path, real: null, scan: null, why: `only the first ${String(MOST)} are read` });
        continue;
      }
      try {
        const real = await realpath(path);
        const scan = await scanner.begin(real, before.get(real) ?? null);
        before.delete(real);
        seen.push({ path, real, scan, why: '' });
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        seen.push({ path, real: null, scan: null, why: `it could not be entered (${String(code)})` });
      }
    }
    for (const scan of before.values()) scan.release();
    return new ExtraDirs(seen);
  }

  /** Returns what changed in each so far; may be called repeatedly. */
  async changes(): Promise<ExtraDirChanges[]> {
    return await Promise.all(
      this.#seen.map(async ({ path, scan, why }) => ({
        path,
        changes: scan && (await scan.changes()),
        why: scan ? null : why,
      })),
    );
  }

  close(): void {
    for (const { scan } of this.#seen) scan?.release();
  }
}

/** Returns a receipt's entry for directories that were not scanned. */
export function notLookedAt(paths: readonly string[] = [], why: string): ExtraDirChanges[] {
  return paths.map((path) => ({ path, changes: null, why }));
}
