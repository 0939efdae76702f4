/** Lines as they were printed, as text. */
export function Lines({ lines, label }: { lines: readonly string[]; label: string }) {
  return (
    // What scrolls can be reached by keyboard.
    <pre class="lines" tabIndex={0} role="region" aria-label={label}>
      {lines.join('\n')}
    </pre>
  );
}
