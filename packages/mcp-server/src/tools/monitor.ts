import type { Followed } from '@cc-executor/sdk';
import { isTerminal } from '@cc-executor/contracts/states';
import { z } from 'zod';
import { executionIdOrNewest } from '../inputs.ts';
import { namedOrNewest } from '../newest.ts';
import { fitting } from '../pages.ts';
import { defineTool } from '../tool.ts';
import { cut, NOTICE, notice } from '../untrusted.ts';
import { PATIENCE } from '../wait.ts';

/** Output events: the results have the complete text. */
const OUTPUT: ReadonlySet<string> = new Set(['task.output', 'agent.delta', 'agent.thinking']);
const MOST_CHARACTERS = 1000;

const event = z.looseObject({
  seq: z.int(),
  type: z.string(),
  at: z.string().optional(),
  task: z.int().optional(),
  attempt: z.int().optional(),
  untrusted: z.unknown().describe('what it says; a text when it was too long and is cut'),
});

export const monitorExecution = defineTool({
  name: 'monitor_execution',
  title: 'What happens in an execution',
  description:
    'The numbered events of an execution after a position, a page at a time, without waiting: what the agents do and say, retries, limits. Continue with next_after. To wait for the end use wait_for_execution instead.',
  input: z
    .strictObject({
      execution_id: executionIdOrNewest,
      after: z.int().min(0).default(0).describe('next_after of the page before; 0: from the first event.'),
      epoch: z.string().optional().describe('epoch of the page before.'),
      limit: z.int().min(1).max(200).default(50).describe('The most events of a page.'),
      include_output: z.boolean().default(false).describe('True: also what is printed and said bit by bit.'),
    })
    // Meanwhile another one may be the newest, whose events have their own numbers.
    .refine(({ execution_id, after }) => after === 0 || execution_id !== undefined, {
      path: ['execution_id'],
      message: 'is needed with after: give that of the page before',
    }),
  output: z.looseObject({
    execution_id: z.string(),
    epoch: z.string(),
    events: z.array(event),
    next_after: z.int().describe('give it as `after` for the next page'),
    more: z.boolean().describe('true: there are further events already'),
    ended: z.boolean(),
    notice,
  }),
  readOnly: true,
  run: async ({ execution_id: named, after, epoch, limit, include_output }, { client, signal }) => {
    const execution_id = await namedOrNewest(client, named, signal);
    const execution = client.attach(execution_id);
    const { head, status, epoch: current } = await execution.status({ signal });
    // In another epoch the numbers differ: it starts again.
    let last = epoch !== undefined && epoch !== current ? 0 : Math.min(after, head);
    const events: z.input<typeof event>[] = [];
    const place = { after: last, epoch: current, signal, giveUpAfter: PATIENCE };
    if (last < head)
      for await (const found of execution.events(place)) {
        last = found.type === 'reset' ? 0 : found.type === 'gap' ? found.to : found.seq;
        if (include_output || !OUTPUT.has(found.type)) events.push(brief(found));
        if (events.length >= limit || last >= head || found.type === 'reset') break;
      }
    const page = fitting(events);
    if (page.length < events.length) last = page.at(-1)?.seq ?? last;
    const more = last < head;
    const ended = isTerminal(status) && !more;
    return { execution_id, epoch: current, events: page, next_after: last, more, ended, notice: NOTICE };
  },
});

function brief(found: Followed): z.input<typeof event> {
  if (found.type === 'gap')
    return { seq: found.to, type: 'gap', untrusted: { from: found.from, to: found.to } };
  if (found.type === 'reset') return { seq: 0, type: 'reset', untrusted: null };
  const { seq, type, at, data } = found;
  const { raw: _, ...said } = data as Record<string, unknown>;
  const { text, wasCut } = cut(JSON.stringify(said), MOST_CHARACTERS);
  const place = 'task' in found ? { task: found.task, attempt: found.attempt } : {};
  return { seq, type, at, ...place, untrusted: wasCut ? `${text} … (cut)` : said };
}
