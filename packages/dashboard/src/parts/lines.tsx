import { Ansi } from './ansi.tsx';
import { LongText } from './long-text.tsx';

interface Props {
  lines: readonly string[];
  label: string;
  /** The amount that is shown at once, in characters. */
  most?: number;
}

/** Lines as they were printed: their colours, and everything else as text. */
export function Lines({ lines, label, most }: Props) {
  return (
    <LongText text={lines.join('\n')} {...(most !== undefined && { most })}>
      {(shown) => (
        // What scrolls can be reached by keyboard.
        <pre class="lines" tabIndex={0} role="region" aria-label={label}>
          <Ansi line={shown} />
        </pre>
      )}
    </LongText>
  );
}
