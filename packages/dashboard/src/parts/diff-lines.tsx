import { useMemo, useState } from 'preact/hooks';
import { count } from '../words.ts';
import { Ansi } from './ansi.tsx';
import { besideEachOther, readDiff, withoutSpace, type DiffLine } from './diff-model.ts';

/** So many lines are shown at once. */
const SHOWN = 2000;

/** How changes are shown. */
export interface DiffLook {
  isBeside: boolean;
  hasSpace: boolean;
}

/** A diff of one file, as git writes it, in one column or with what was beside what is. */
export function DiffLines({ text, label, isBeside, hasSpace }: DiffLook & { text: string; label: string }) {
  const [shown, setShown] = useState(SHOWN);
  const lines = useMemo(() => {
    const all = readDiff(text);
    return hasSpace ? all : withoutSpace(all);
  }, [text, hasSpace]);
  const rows = useMemo(() => (isBeside ? besideEachOther(lines) : null), [lines, isBeside]);
  const total = (rows ?? lines).length;
  return (
    <>
      <div
        class={rows === null ? 'diff' : 'diff beside'}
        role="region"
        tabIndex={0}
        aria-label={`Changes of ${label}`}
      >
        {rows === null
          ? lines.slice(0, shown).map((line) => <Line line={line} />)
          : rows.slice(0, shown).map(({ left, right }) =>
              left === right ? (
                <>
                  <Line line={left} />
                  {left?.kind === 'both' && <Line line={right} />}
                </>
              ) : (
                <>
                  <Line line={left} />
                  <Line line={right} />
                </>
              ),
            )}
      </div>
      {total > shown && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          Show {count(Math.min(SHOWN, total - shown))} more of {count(total)} lines
        </button>
      )}
    </>
  );
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = {
  hunk: '',
  note: '',
  both: ' ',
  minus: '-',
  plus: '+',
};

function Line({ line }: { line: DiffLine | null }) {
  if (line === null) return <div class="none" />;
  const text = SIGNS[line.kind] + line.text;
  return (
    <div class={line.kind}>
      <Ansi line={text === '' ? ' ' : text} />
    </div>
  );
}
