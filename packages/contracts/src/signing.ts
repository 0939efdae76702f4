import { z } from 'zod';
import { Sha256 } from './workspace-changes.ts';

/** What is to be signed: that an execution came to this manifest, and that its last receipt is this one. */
export const Statement = z.strictObject({
  execution_id: z.string(),
  manifest: Sha256,
  head: Sha256.nullable().describe('null: there is no receipt'),
});
export type Statement = z.output<typeof Statement>;

/** Who vouches for a statement. */
export const Signed = z.strictObject({
  key: z.string().describe('the public key, Ed25519, in base64'),
  signature: z.string().describe('in base64'),
});
export type Signed = z.output<typeof Signed>;
