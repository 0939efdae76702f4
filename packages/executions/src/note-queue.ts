import { EVENTS, type NewEvent } from '@cc-executor/contracts';

/** An event that changes no state. */
export type Note = Extract<
  NewEvent,
  {
    type:
      | `agent.${string}`
      | `hook.${string}`
      | 'task.checked'
      | 'task.checking'
      | 'task.finding'
      | 'task.fixed'
      | 'task.fixing'
      | 'task.output'
      | 'task.process'
      | 'task.container'
      | 'task.reviewed'
      | 'task.reviewing'
      | 'task.stalled'
      | 'task.validating'
      | 'task.validated'
      | 'task.warning'
      | 'workspace.committed'
      | 'workspace.restored'
      | 'workspace.snapshot';
  }
>;

interface Dated {
  note: Note;
  at: string;
  size: number;
}

/** Above this size the writer must pause: the agent's pipe fills, and memory does not grow. In characters. */
const HIGH = 1024 * 1024;
/** The approximate size of one append, so that Redis is never blocked for long. In characters. */
const BATCH = 256 * 1024;
/** Output chunks are joined up to this size. In characters; a pipe delivers 64 KiB at a time. */
const JOINED = 64 * 1024;

/** Notes that wait to be stored: in order, with output of one stream joined, bounded by pausing the writer. */
export class NoteQueue {
  #notes: Dated[] = [];
  #size = 0;
  #low: { promise: Promise<void>; resolve: () => void } | undefined;

  /** Throws if the note does not match its schema. */
  add(note: Note, at: string): void {
    EVENTS[note.type].data.parse(note.data);
    const size = sizeOf(note);
    this.#size += size;
    const last = this.#notes.at(-1);
    const joined = last && last.size + size <= JOINED ? join(last.note, note) : null;
    if (last && joined) {
      last.note = joined;
      last.size += size;
    } else this.#notes.push({ note, at, size });
  }

  /** Returns the next batch; empty if nothing waits. */
  take(): Dated[] {
    let size = 0;
    const end = this.#notes.findIndex((entry) => (size += entry.size) > BATCH);
    const batch = this.#notes.splice(0, end === -1 ? this.#notes.length : Math.max(1, end));
    for (const entry of batch) this.#size -= entry.size;
    if (this.#size < HIGH / 2) {
      this.#low?.resolve();
      this.#low = undefined;
    }
    return batch;
  }

  /** Undefined while there is room; else a promise that settles when there is room again. */
  whenLow(): Promise<void> | undefined {
    if (this.#size < HIGH) return undefined;
    this.#low ??= Promise.withResolvers<void>();
    return this.#low.promise;
  }
}

function join(a: Note, b: Note): Note | null {
  if (a.task !== b.task || a.attempt !== b.attempt) return null;
  if (a.type === 'agent.delta' && b.type === 'agent.delta')
    return { ...a, data: { text: a.data.text + b.data.text } };
  if (a.type !== 'task.output' || b.type !== 'task.output') return null;
  if (a.data.stream !== b.data.stream || a.data.encoding || b.data.encoding) return null;
  return { ...a, data: { ...a.data, data: a.data.data + b.data.data } };
}

function sizeOf(note: Note): number {
  if (note.type === 'task.output') return note.data.data.length;
  return note.type === 'agent.delta' ? note.data.text.length : JSON.stringify(note.data).length;
}
