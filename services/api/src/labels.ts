import { LIMITS } from '@cc-executor/contracts';
import type { LabelQuery } from '@cc-executor/executions';
import { z } from 'zod';

const labelFault =
  'must be a label, like nightly, or a label and its value, like team=web; a "!" before it: without it';
const Label = z
  .string(labelFault)
  .regex(/^!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:=[^]*)?$/, labelFault)
  .transform((text): LabelQuery => {
    const isNot = text.startsWith('!');
    const [, key = '', value = null] = /^!?([^=]*)(?:=([^]*))?$/.exec(text) ?? [];
    return { key, value, isNot };
  });

/** The labels of a query: one or several. */
export const labels = z
  .preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(Label).max(LIMITS.labels))
  .describe('`key` or `key=value`; with a `!` before it, the opposite; repeated: all must match');
