import { z } from 'zod';

/** Who vouches for a manifest. */
export const Signed = z.strictObject({
  key: z.string().describe('the public key, Ed25519, in base64'),
  signature: z.string().describe('in base64'),
});
export type Signed = z.output<typeof Signed>;
