import { useEffect, useState } from 'preact/hooks';

/** What is typed is kept in this tab until it was submitted: a reload, or a server that is away, loses nothing. */
const PLACE = 'cc-executor-draft';

export interface Draft {
  text: string;
  /** What was typed for the options, by their names. */
  fields: Readonly<Record<string, string>>;
  /** What was typed for the variables, by their names. */
  variables: Readonly<Record<string, string>>;
}

const EMPTY: Draft = { text: '', fields: {}, variables: {} };

/** Returns the draft of a list, what changes a part of it, and what forgets it. */
export function useDraft(): { draft: Draft; change: (part: Partial<Draft>) => void; forget: () => void } {
  const [draft, set] = useState(kept);
  useEffect(() => {
    try {
      if (draft !== EMPTY) sessionStorage.setItem(PLACE, JSON.stringify(draft));
    } catch {
      // A browser that keeps nothing, or has no room: the draft is for this page.
    }
  }, [draft]);
  return {
    draft,
    change: (part) => set((before) => ({ ...before, ...part })),
    forget: () => {
      sessionStorage.removeItem(PLACE);
      set(EMPTY);
    },
  };
}

function kept(): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? '{}') as Partial<Draft>;
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
