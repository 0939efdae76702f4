import type { TaskWarning } from '@cc-executor/contracts';
import type { Note } from './note-queue.ts';

interface Place {
  task: number;
  attempt: number;
}

/** Collects the warnings in the notes of running attempts, until the end of an attempt takes its own. */
export class AttemptWarnings {
  readonly #byPlace = new Map<string, TaskWarning[]>();

  /** Adds a note; notes that are not warnings are ignored. */
  hear(note: Note): void {
    const { task, attempt } = note;
    const warning = warningIn(note);
    if (warning === null || task === undefined || attempt === undefined) return;
    const key = keyOf({ task, attempt });
    this.#byPlace.set(key, [...(this.#byPlace.get(key) ?? []), warning]);
  }

  /** Returns and removes the warnings of an attempt so far. */
  take(place: Place): TaskWarning[] {
    const key = keyOf(place);
    const warnings = this.#byPlace.get(key) ?? [];
    this.#byPlace.delete(key);
    return warnings;
  }
}

function warningIn(note: Note): TaskWarning | null {
  if (note.type === 'task.warning') return note.data;
  if (note.type !== 'hook.warning' || note.data.required) return null;
  return { code: 'hook_failed', message: `The hook ${note.data.hook}: ${note.data.message}` };
}

function keyOf({ task, attempt }: Place): string {
  return `${String(task)}.${String(attempt)}`;
}
