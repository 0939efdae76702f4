import { useRef, useState } from 'preact/hooks';
import { keptInTab } from '../kept.ts';

/** The text is kept in this tab until it is submitted, so that a reload or an unreachable server loses nothing. */
const PLACE = keptInTab('cc-executor-draft');

export interface Draft {
  text: string;
  /** The texts in the fields of options, by name. */
  fields: Readonly<Record<string, string>>;
  /** The texts in the fields of variables, by name. */
  variables: Readonly<Record<string, string>>;
}

const EMPTY: Draft = { text: '', fields: {}, variables: {} };

/** Returns the draft of a list, what changes a part of it, and what forgets it. */
export function useDraft(): { draft: Draft; change: (part: Partial<Draft>) => void; forget: () => void } {
  const [draft, set] = useState(kept);
  const latest = useRef(draft);
  const put = (next: Draft) => {
    latest.current = next;
    set(next);
  };
  return {
    draft,
    change: (part) => {
      put({ ...latest.current, ...part });
      // At once, and not when it is drawn: the page may be left before.
      PLACE.write(JSON.stringify(latest.current));
    },
    forget: () => {
      put(EMPTY);
      PLACE.write(null);
    },
  };
}

function kept(): Draft {
  try {
    const found = JSON.parse(PLACE.read() ?? '{}') as Partial<Draft>;
    return {
      text: typeof found.text === 'string' ? found.text : '',
      fields: stringsIn(found.fields),
      variables: stringsIn(found.variables),
    };
  } catch {
    return EMPTY;
  }
}

function stringsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const all = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(all.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}
