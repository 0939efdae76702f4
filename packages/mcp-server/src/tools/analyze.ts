import type { Task } from '@cc-executor/sdk';
import { AnalysisView } from '@cc-executor/contracts';
import { z } from 'zod';
import { lookedAt, lookedAtList } from '../inputs.ts';
import { fitting } from '../pages.ts';
import { defineTool } from '../tool.ts';

const analyzed = z.looseObject(AnalysisView.shape.tasks.element.shape);

export const getTaskComplexity = defineTool({
  name: 'get_task_complexity',
  title: 'How much there is to do in a task',
  description:
    'What a task is about, how complex it is, how long such tasks take (from history where there is any) and what may be wrong with its text. Runs nothing.',
  input: z.strictObject({ task: lookedAt }),
  output: analyzed,
  readOnly: true,
  run: async ({ task: only }, { client, signal }) => {
    const { tasks: found } = await client.analyze([only as Task], { signal });
    const [first] = found;
    if (first === undefined) throw new Error('The server reported no task.');
    return { ...first };
  },
});

export const validateTaskList = defineTool({
  name: 'validate_task_list',
  title: 'Check a list before it runs',
  description:
    'Checks a task list: faults (nothing would be stored), prompts that are ambiguous or cannot be done unattended, references to files that no earlier task makes, and the expected times. Runs nothing. Fix what it finds, then call execute_task_list.',
  input: z.strictObject({ tasks: lookedAtList }),
  output: z.looseObject({
    ready: z.boolean().describe('true: nothing was found'),
    forecast: AnalysisView.shape.forecast.describe('in seconds'),
    findings: z.array(z.looseObject({ task: z.int(), code: z.string(), message: z.string() })),
    tasks: z.array(analyzed.omit({ findings: true })),
    left_out: z
      .strictObject({ findings: z.int(), tasks: z.int() })
      .describe('how many more there are than fit here: correct these findings first, and validate it again'),
  }),
  readOnly: true,
  run: async ({ tasks: list }, { client, signal }) => {
    const { forecast, tasks: found } = await client.analyze(list as Task[], { signal });
    const findings = found.flatMap(({ task_number, findings: of }) =>
      of.map((finding) => ({ task: task_number, ...finding })),
    );
    const first = fitting(findings);
    const briefly = found.map((one) => {
      const { findings: _, ...analysis } = one;
      return analysis;
    });
    const analyses = fitting(briefly, first);
    const left_out = { findings: findings.length - first.length, tasks: found.length - analyses.length };
    return { ready: findings.length === 0, forecast, findings: first, tasks: analyses, left_out };
  },
});
