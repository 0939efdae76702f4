import { z } from 'zod';

/** The path of the signing socket for archives; every other path is for manifests. */
export const ARCHIVE_PATH = '/archive';

/** A signature with its public key. */
export const Signed = z.strictObject({
  key: z.string().describe('the public key, Ed25519, in base64'),
  signature: z.string().describe('in base64'),
});
export type Signed = z.output<typeof Signed>;
