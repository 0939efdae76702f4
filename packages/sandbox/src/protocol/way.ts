import { dirname, join } from 'node:path';
import { z } from 'zod';

// How a worker asks egress for the way of one attempt to other hosts. The connection is the claim: when it ends, so does
// the way. What was refused on it comes back over the connection.

/** The name of a way, of which its folder is made. */
export const WayId = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits');

/**
 * Requests a way. `hosts`: what may be reached, as patterns. `carried`: what it has carried before, in bytes of both
 * directions, if it is opened again.
 */
export const WayRequest = z.strictObject({
  way: WayId,
  hosts: z.array(z.string().max(300)).max(200),
  carried: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type WayRequest = z.output<typeof WayRequest>;

export const WayAnswer = z.union([
  z.strictObject({ answer: z.literal('open') }),
  z.strictObject({ answer: z.literal('refused'), message: z.string() }),
  /** The transferred bytes so far. Reported regularly, so that a restart of egress does not forget them. */
  z.strictObject({ answer: z.literal('carried'), bytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER) }),
  /** Something asked for what is not reached; `why`: a sentence for people. */
  z.strictObject({ answer: z.literal('blocked'), why: z.string() }),
]);
export type WayAnswer = z.output<typeof WayAnswer>;

/** Returns the folder of a way, which its containers see; in it is the socket of a proxy. `socket`: that of egress. */
export function wayFolder(socket: string, way: string): string {
  return join(dirname(socket), 'ways', way);
}

/** The name of the proxy's socket in the folder of a way. */
export const PROXY_SOCKET = 'proxy';
/** The loopback port of a container at which programs find the proxy. */
export const PROXY_PORT = 13_128;
