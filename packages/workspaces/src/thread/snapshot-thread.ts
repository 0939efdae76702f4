import { AskedThread } from '@cc-executor/evidence/threads';
import { extname, join } from 'node:path';
import { SnapshotError, type SnapshotFault } from '../snapshot-error.ts';
import type { StorePlace, StoreWork } from '../store-work.ts';

/** As it stands, or compiled. */
const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);

type Work =
  'take' | 'restore' | 'populate' | 'complete' | 'merge' | 'mergeWithMarkers' | 'completeInterrupted';
type RequestOf<W extends Work> = Parameters<StoreWork[W]>[0];

/** An operation and its store. */
export interface StoreQuestion {
  place: StorePlace;
  work: Work;
  request: unknown;
}

/** The thread in which snapshots are taken and restored: it is there while there is something to do. */
export class SnapshotThread {
  #thread: AskedThread<StoreQuestion> | null = null;

  /** Does something in a store, whose lock the caller has. What is in the request has to be plain data. */
  async work<W extends Work>(
    place: StorePlace,
    work: W,
    request: RequestOf<W>,
  ): Promise<Awaited<ReturnType<StoreWork[W]>>> {
    if (this.#thread?.isGone !== false)
      this.#thread = new AskedThread({ program: PROGRAM, what: 'snapshots' });
    try {
      return await this.#thread.ask<Awaited<ReturnType<StoreWork[W]>>>({ place, work, request });
    } catch (error) {
      const { fault, message, cause } = error as Error & { fault?: SnapshotFault };
      throw fault === undefined ? error : new SnapshotError(fault, message, { cause });
    }
  }

  /** Running operations are interrupted, and completed when their store is next opened. */
  async end(): Promise<void> {
    await this.#thread?.end();
  }
}
