import type { AnalysisView, TaskInput, Task } from '@cc-executor/sdk';
import { z } from 'zod';
import { lookedAtList } from '../inputs.ts';
import { fitting } from '../pages.ts';
import { defineTool } from '../tool.ts';

type Analyzed = AnalysisView['tasks'][number];

/** Categories that only read, so that their order does not matter. */
const READING: ReadonlySet<string> = new Set([
  'analysis',
  'architecture',
  'calculation',
  'creative',
  'explanation',
]);
/** Below this time in seconds, starting an agent costs more than the work. */
const WORTH_AN_AGENT = 30;
const BUILDS_ON_OTHERS =
  /\{\{\s*tasks|\b(task|step)\s+#?\d+|\b(previous|earlier|above|preceding|former)\b|\bthe (result|output|answer)\b/i;

const step = z.looseObject({
  task: z.int(),
  how: z.enum(['fresh_agent', 'direct']).describe('direct: do it yourself, or as a command'),
  why: z.string(),
  expected_seconds: z.number(),
  group: z.int().describe('tasks of one group can run at once'),
  needs: z.array(z.int()).describe('a proposal'),
});

export const suggestExecutionStrategy = defineTool({
  name: 'suggest_execution_strategy',
  title: 'How to run a list best',
  description:
    'Says for each task whether a fresh agent is worth it or a direct call is better, and proposes its `needs`. From the texts alone: you know what depends on what. Runs nothing.',
  input: z.strictObject({ tasks: lookedAtList }),
  output: z.looseObject({
    steps: z.array(step),
    left_out: z.int().describe('how many steps there was no room for: ask about these tasks alone'),
    summary: z.string(),
  }),
  readOnly: true,
  run: async ({ tasks: list }, { client, signal }) => {
    const { tasks: found } = await client.analyze(list as Task[], { signal });
    const groups = groupsOf(found, list);
    const steps = found.map((one, index) => ({
      task: one.task_number,
      ...howOf(one),
      group: groups[index] ?? 1,
      needs: needsIn(groups, index),
    }));
    const agents = steps.filter(({ how }) => how === 'fresh_agent').length;
    const together = groups.length - new Set(groups).size;
    const summary = `${String(agents)} of ${String(steps.length)} tasks are worth a fresh agent. ${
      together === 0
        ? 'Run them as one list, in order.'
        : 'With the proposed needs, tasks of one group run at once, each in a copy of the workspace; one list in order is always right.'
    }`;
    const first = fitting(steps);
    return { steps: first, left_out: steps.length - first.length, summary };
  },
});

function howOf({ kind, classification: { complexity, category }, prediction }: Analyzed) {
  const expected_seconds = prediction.expected;
  if (kind !== 'prompt') return { how: 'direct' as const, why: `a ${kind} needs no model`, expected_seconds };
  const isQuick = complexity === 'trivial' || expected_seconds < WORTH_AN_AGENT;
  return isQuick
    ? {
        how: 'direct' as const,
        why: `${complexity} ${category}: starting an agent costs more`,
        expected_seconds,
      }
    : {
        how: 'fresh_agent' as const,
        why: `${complexity} ${category}: its own context pays off`,
        expected_seconds,
      };
}

/** Adjacent tasks that only read and depend on no other share a group; all others have their own. */
function groupsOf(found: readonly Analyzed[], list: readonly TaskInput[]): number[] {
  let group = 0;
  let isOpen = false;
  return found.map(({ kind, classification }, index) => {
    const input = list[index] ?? '';
    const text = typeof input === 'string' ? input : (input.prompt ?? '');
    const isFree = kind === 'prompt' && READING.has(classification.category) && !BUILDS_ON_OTHERS.test(text);
    if (!isFree || !isOpen) group += 1;
    isOpen = isFree;
    return group;
  });
}

/** All tasks of the group before that of a task, by number: what it may need. */
function needsIn(groups: readonly number[], index: number): number[] {
  const before = (groups[index] ?? 1) - 1;
  return groups.flatMap((group, other) => (group === before ? [other + 1] : []));
}
