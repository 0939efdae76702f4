/**
 * Texts that are kept in this tab until it is closed. In a browser that keeps nothing for the page, they are there until
 * the page is left.
 */
export interface TabText {
  /** Returns the text; null: there is none. */
  read: () => string | null;
  /** Keeps a text; null: removes it. */
  write: (text: string | null) => void;
}

/** Returns the place of one text of this tab, by its name. */
export function keptInTab(name: string): TabText {
  let own: string | null = null;
  try {
    own = sessionStorage.getItem(name);
  } catch {
    // Storage is blocked in this browser.
  }
  return {
    read: () => own,
    write: (text) => {
      own = text;
      try {
        if (text === null) sessionStorage.removeItem(name);
        else sessionStorage.setItem(name, text);
      } catch {
        // Blocked, or full.
      }
    },
  };
}
