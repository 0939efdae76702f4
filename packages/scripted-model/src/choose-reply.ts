import type { Reply } from './reply.ts';
import { firstUserTexts, turnOf, type ModelRequest } from './request.ts';
import { httpError } from './say.ts';
import type { Script } from './script.ts';

/** Returns the script's reply for a request; a request without one gets a 400 that says so. */
export async function chooseReply(script: Script, request: ModelRequest): Promise<Reply> {
  if (typeof script === 'function') return script(request);
  const texts = firstUserTexts(request);
  const conversation = script.find(({ marker }) => texts.some((text) => text.includes(marker)));
  if (conversation === undefined)
    return httpError(400, `the script has no conversation for: ${(texts.at(-1) ?? '').slice(0, 200)}`);
  const index = turnOf(request);
  const turn = conversation.turns[index];
  if (turn === undefined)
    return httpError(400, `the script's "${conversation.marker}" has no turn ${String(index + 1)}`);
  return typeof turn === 'function' ? turn(request) : turn;
}
