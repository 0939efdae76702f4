import { Ansi } from './ansi.tsx';

/** Lines as they were printed: their colours, and everything else as text. */
export function Lines({ lines, label }: { lines: readonly string[]; label: string }) {
  return (
    // What scrolls can be reached by keyboard.
    <pre class="lines" tabIndex={0} role="region" aria-label={label}>
      <Ansi line={lines.join('\n')} />
    </pre>
  );
}
