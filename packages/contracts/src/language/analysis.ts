import { z } from 'zod';
import { TaskKind } from './agents.ts';
import { Finding } from './findings.ts';
import { PlanForecast } from './plan.ts';
import { CATEGORY_NAMES, COMPLEXITY_NAMES } from './kinds.ts';

const seconds = z.number().nonnegative();

/** The classification of a task by its text. */
export const Classification = z
  .strictObject({
    category: z.enum(CATEGORY_NAMES).describe('the kind of work'),
    complexity: z.enum(COMPLEXITY_NAMES).describe('how much work it is'),
    signature: z.string().describe('equal for tasks that differ only in their names'),
  })
  .meta({ id: 'Classification' });
export type Classification = z.output<typeof Classification>;

/** The predicted time of a task, and its basis. */
export const Prediction = z
  .strictObject({
    expected: seconds.describe('seconds; half of such runs take longer'),
    likely: seconds.describe('seconds; one in ten runs takes longer'),
    limit: seconds.describe('seconds; a successful run almost never takes longer'),
    confidence: z.number().min(0).max(1).describe('0: nothing is known; near 1: many runs of this very kind'),
    based_on: z
      .strictObject({
        level: z
          .enum(['signature', 'similar', 'category', 'defaults'])
          .describe('the source of the history: this kind of task, similar ones, its category, or none'),
        runs: z.int().nonnegative().describe('the number of latest runs in that history'),
        text: z.string().describe('for people'),
      })
      .describe('what the prediction was made from'),
    tokens: z.number().nonnegative().nullable().describe('of input and output; null without history'),
    cost_usd: z.number().nonnegative().nullable().describe('null if there is no history'),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.output<typeof Prediction>;

/** The predicted time and cost of a whole list. */
export const Forecast = z
  .strictObject({
    expected: seconds.describe('seconds for all tasks, with as many at the same time as the list allows'),
    likely: seconds.describe('seconds; one in ten lists takes longer'),
    tokens: z.number().nonnegative().nullable().describe('of the prompts with history; null if none has any'),
    cost_usd: z
      .number()
      .nonnegative()
      .nullable()
      .describe('of the prompts with history; null if none has any'),
    plan: z
      .array(PlanForecast)
      .nullable()
      .describe("the plan's limits and what the list needs of them; null: unknown"),
    without_history: z
      .int()
      .nonnegative()
      .describe('tasks whose expected time is only the default of their complexity'),
  })
  .meta({ id: 'Forecast' });
export type Forecast = z.output<typeof Forecast>;

/** The analysis of a list before it runs. */
export const AnalysisView = z
  .strictObject({
    total_tasks: z.int().describe('tasks of the list'),
    tasks: z
      .array(
        z.strictObject({
          task_number: z.int().describe('the number of the task, from 1'),
          task_description: z.string().describe('its name, or the start of its text'),
          kind: TaskKind.describe('prompt, command or tool'),
          classification: Classification.describe('what kind of work it is'),
          prediction: Prediction.describe('how long it will take'),
          findings: z.array(Finding).describe('what may be wrong with it'),
        }),
      )
      .describe('each task, in their order'),
    forecast: Forecast.describe('when the list would be done'),
  })
  .meta({ id: 'Analysis' });
export type AnalysisView = z.output<typeof AnalysisView>;
