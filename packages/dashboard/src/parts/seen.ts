import { useState } from 'preact/hooks';

/** The storage of the changes that this person has seen. */
const PLACE = 'cc-executor-seen';
/** The number that is kept; the oldest are removed first. */
const KEPT = 5000;

/** A change of a file: one that is changed again has another name, and is not seen. */
export interface SeenChange {
  execution: string;
  path: string;
  /** git's hashes of the content; null: there was, or is, none. */
  before: string | null;
  after: string | null;
}

/** Returns which changes were seen, and what marks one. Marks are kept in this browser. */
export function useSeen(): {
  isSeen: (change: SeenChange) => boolean;
  mark: (change: SeenChange, isSeen: boolean) => void;
} {
  const [seen, set] = useState(read);
  return {
    isSeen: (change) => seen.has(nameOf(change)),
    mark: (change, isSeen) => {
      // Another tab may have marked some meanwhile.
      const now = read();
      now.delete(nameOf(change));
      if (isSeen) now.add(nameOf(change));
      set(now);
      try {
        localStorage.setItem(PLACE, JSON.stringify([...now].slice(-KEPT)));
      } catch {
        // A browser that keeps nothing: the mark is for this page.
      }
    },
  };
}

function read(): Set<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}

function nameOf({ execution, path, before, after }: SeenChange): string {
  return JSON.stringify([execution, path, before, after]);
}
