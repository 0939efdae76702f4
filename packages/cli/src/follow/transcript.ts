import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { Execution, Followed } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { linesOf, note, print } from '../print/print.ts';
import { toolCallText } from '../print/tool-call.ts';

/** The number of lines that are shown of a tool's result. */
const SHOWN_LINES = 12;

/** Prints what the agent of a task said and did, by the log; default: in its last attempt. */
export async function printTranscript(
  execution: Execution,
  task: number,
  attempt: number | undefined,
): Promise<void> {
  const { tasks, head } = await execution.details();
  const view = taskAt(tasks, task);
  const wanted = attempt ?? view?.attempt;
  if (view === undefined || wanted === undefined || view.attempt === 0)
    throw new CliError(EXIT.usage, `Task ${String(task)} has not begun.`);
  if (view.kind !== 'prompt')
    throw new CliError(EXIT.usage, `Task ${String(task)} is a command: only prompts have a transcript.`);
  print(`> ${view.text.trimEnd().replaceAll('\n', '\n> ')}`);
  for await (const event of execution.events()) {
    if (event.type === 'gap')
      note(`… output was trimmed (events ${String(event.from)} to ${String(event.to)})`);
    if (event.type === 'gap' || event.type === 'reset') continue;
    if (event.task === task && event.attempt === wanted)
      for (const line of transcriptLines(event)) print(line);
    if (event.seq >= head) break;
  }
}

/** The text that an event adds to a transcript. */
export function transcriptLines(event: Followed): string[] {
  switch (event.type) {
    case 'agent.text':
      return ['', ...linesOf(event.data.text)];
    case 'agent.tool_use':
      return ['', toolCallText(event.data.name, event.data.input)];
    case 'agent.tool_result': {
      const lines = linesOf(textOf(event.data.content)).map((line) => `  ${line}`);
      const more = lines.length - SHOWN_LINES;
      const sign = event.data.is_error ? ['  (failed)'] : [];
      return [
        ...sign,
        ...lines.slice(0, SHOWN_LINES),
        ...(more > 0 ? [`  … ${String(more)} more lines`] : []),
      ];
    }
    default:
      return [];
  }
}

/** The text of what a tool has returned, which is text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return JSON.stringify(content) ?? '';
  return content
    .map((part: unknown) => {
      const { text } = (part ?? {}) as { text?: unknown };
      return typeof text === 'string' ? text : JSON.stringify(part);
    })
    .join('\n');
}
