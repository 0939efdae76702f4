import { useMemo, useState } from 'preact/hooks';
import type { Piece } from '../colours/pieces.ts';
import { useColours } from '../colours/use-colours.ts';
import { CHANGES } from '../texts/changes.ts';
import { count } from '../words.ts';
import { Ansi } from './ansi.tsx';
import { LongText } from './long-text.tsx';
import { besideEachOther, withoutSpace, type DiffLine } from './diff-model.ts';

/** The number of lines that are shown at once. */
const SHOWN = 2000;

/** The amount of a line that is shown at once, in characters. */
const LONG = 5000;

/** How changes are shown. */
export interface DiffLook {
  isBeside: boolean;
  hasSpace: boolean;
}

/** A diff of the file `label`, in one column or with what was beside what is. */
export function DiffLines({
  lines: all,
  label,
  isBeside,
  hasSpace,
}: DiffLook & { lines: readonly DiffLine[]; label: string }) {
  const [shown, setShown] = useState(SHOWN);
  const lines = useMemo(() => (hasSpace ? all : withoutSpace(all)), [all, hasSpace]);
  const colours = useColours(lines, label);
  const rows = useMemo(() => (isBeside ? besideEachOther(lines) : null), [lines, isBeside]);
  const total = (rows ?? lines).length;
  return (
    <>
      <div
        class={rows === null ? 'diff' : 'diff beside'}
        role="region"
        tabIndex={0}
        aria-label={CHANGES.changesOf(label)}
      >
        {rows === null
          ? lines.slice(0, shown).map((line) => <Line line={line} colours={colours} />)
          : rows.slice(0, shown).map(({ left, right }) =>
              left === right ? (
                <>
                  <Line line={left} colours={colours} />
                  {left?.kind === 'both' && <Line line={right} colours={colours} />}
                </>
              ) : (
                <>
                  <Line line={left} colours={colours} />
                  <Line line={right} colours={colours} />
                </>
              ),
            )}
      </div>
      {total > shown && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          {CHANGES.moreLines(count(Math.min(SHOWN, total - shown)), count(total))}
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

function Line({
  line,
  colours,
}: {
  line: DiffLine | null;
  colours: ReadonlyMap<DiffLine, readonly Piece[]>;
}) {
  if (line === null) return <div class="none" />;
  const sign = SIGNS[line.kind];
  const pieces = line.text.includes('\u001b') || line.text.length > LONG ? undefined : colours.get(line);
  if (pieces === undefined)
    return (
      <div class={line.kind}>
        <LongText text={sign + line.text || ' '} most={LONG}>
          {(shown) => <Ansi line={shown} />}
        </LongText>
      </div>
    );
  return (
    <div class={line.kind}>
      {sign}
      {pieces.map(({ text, tone }) => (tone === '' ? text : <span class={`h-${tone}`}>{text}</span>))}
    </div>
  );
}
