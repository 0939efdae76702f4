import { UNREADABLE } from '../texts/new-list.ts';

interface Props {
  /** From 1; null: there is none. */
  line: number | null;
  onLine: (line: number) => void;
}

/** Leads to a line of the editor. */
export function LineLink({ line, onLine }: Props) {
  if (line === null) return null;
  return (
    <button type="button" class="link" onClick={() => onLine(line)}>
      {UNREADABLE.line(line)}
    </button>
  );
}
