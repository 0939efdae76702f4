import { z } from 'zod';

const used = z.number().min(0).describe('the part of it that is used, 0 to 1; above 1: more than it allows');
const resets_at = z.string().nullable().describe('RFC 3339; null where that is not told');

/** How much of one of the plan's limits is used, as the API reported it. */
export const PlanUse = z.strictObject({
  limit: z.string().describe('five_hour, seven_day …'),
  used,
  resets_at,
});
export type PlanUse = z.output<typeof PlanUse>;

/** One of the plan's limits, with the predicted need of a list. */
export const PlanForecast = z
  .strictObject({
    ...PlanUse.shape,
    needed: z
      .number()
      .min(0)
      .nullable()
      .describe('the part of it that the prompts with history are thought to need; null: not known yet'),
    fits: z
      .boolean()
      .nullable()
      .describe('whether the list is thought to be done before it is used up; null: not known'),
  })
  .meta({ id: 'PlanForecast' });
export type PlanForecast = z.output<typeof PlanForecast>;
