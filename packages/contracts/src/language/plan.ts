import { z } from 'zod';

const used = z.number().min(0).describe('the used share, 0 to 1; above 1: more than allowed');
const resets_at = z.string().nullable().describe('RFC 3339; null if it was not reported');

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
      .describe('the share that the prompts with history are expected to need; null: unknown'),
    fits: z
      .boolean()
      .nullable()
      .describe('whether the list is expected to end before the limit is reached; null: unknown'),
  })
  .meta({ id: 'PlanForecast' });
export type PlanForecast = z.output<typeof PlanForecast>;
