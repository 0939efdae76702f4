import Negotiator from 'negotiator';
import type { FastifyReply } from 'fastify';

/** Returns the preferred type; the first one if none is accepted. */
export function chosen<T extends string>(accept: string | undefined, types: readonly [T, ...T[]]): T {
  const wanted = new Negotiator({ headers: { accept: accept ?? '*/*' } }).mediaType([...types]);
  return types.find((type) => type === wanted) ?? types[0];
}

/** Sends text of agents: a browser takes it for what its type says, and runs nothing of it. */
export async function sendText(reply: FastifyReply, type: string, body: string): Promise<void> {
  void reply.headers({
    'content-type': `${type}; charset=utf-8`,
    vary: 'Accept',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  });
  await reply.send(Buffer.from(body));
}
