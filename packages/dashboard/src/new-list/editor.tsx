import type { Ref } from 'preact';
import { useMemo, useState } from 'preact/hooks';

/** The height of a line, in pixels, as the style sheet has it. */
const LINE = 20;

interface Props {
  field: Ref<HTMLTextAreaElement>;
  text: string;
  placeholder: string;
  /** The lines, from 1, in which something is wrong, or may be. */
  marks: ReadonlyMap<number, 'bad' | 'warn'>;
  /** The id of what says it. */
  saidBy: string;
  onText: (text: string) => void;
  onSubmit: () => void;
}

/** A text with the numbers of its lines, and a mark at those of which something is said. */
export function Editor({ field, text, placeholder, marks, saidBy, onText, onSubmit }: Props) {
  const [top, setTop] = useState(0);
  const count = useMemo(() => (text === '' ? placeholder : text).split('\n').length, [text, placeholder]);
  const numbers = useMemo(() => Array.from({ length: count }, (_, index) => index + 1).join('\n'), [count]);
  return (
    <div class="editor">
      <div class="gutter" aria-hidden="true">
        <div style={{ transform: `translateY(${String(-top)}px)` }}>
          {[...marks].map(([line, tone]) => (
            <span key={line} class={tone} style={{ top: `${String((line - 1) * LINE)}px` }} />
          ))}
          <pre>{numbers}</pre>
        </div>
      </div>
      <textarea
        ref={field}
        id="tasks"
        rows={16}
        wrap="off"
        spellcheck={false}
        autocomplete="off"
        placeholder={placeholder}
        value={text}
        aria-describedby={saidBy}
        aria-invalid={[...marks.values()].includes('bad')}
        onInput={(event) => onText(event.currentTarget.value)}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit();
        }}
      />
    </div>
  );
}

/** Moves to a line of a text, from 1, and selects it. */
export function showLine(field: HTMLTextAreaElement, line: number): void {
  const before = field.value.split('\n').slice(0, line - 1);
  const start = before.reduce((sum, { length }) => sum + length + 1, 0);
  const end = field.value.indexOf('\n', start);
  field.focus();
  field.setSelectionRange(start, end === -1 ? field.value.length : end);
  field.scrollTop = Math.max(0, (line - 4) * LINE);
  field.scrollLeft = 0;
  field.scrollIntoView({ block: 'nearest' });
}
