import { z } from 'zod';

/** Where at the signing socket an archive is signed; a manifest is at every other path. */
export const ARCHIVE_PATH = '/archive';

/** Who vouches for something. */
export const Signed = z.strictObject({
  key: z.string().describe('the public key, Ed25519, in base64'),
  signature: z.string().describe('in base64'),
});
export type Signed = z.output<typeof Signed>;
