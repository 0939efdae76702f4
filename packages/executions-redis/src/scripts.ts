import { EVENTS, FEED_EVENTS } from '@cc-executor/contracts';
import type { Redis } from 'ioredis';
import { readFileSync } from 'node:fs';
import { answered } from './answered.ts';

const read = (name: string) => readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8');
const output = Object.entries(EVENTS).flatMap(([type, event]) => (event.output ? [`['${type}']=true`] : []));
const inFeed = FEED_EVENTS.map((type) => `['${type}']=true`);
/** The table of events is in the contracts: the scripts receive the types that are output, and those of the feed. */
const tables = `local OUTPUT = {${output.join()}}\nlocal FEED = {${inFeed.join()}}\n`;
const shared = tables + read('shared');
const withTurns = shared + read('turns');

const outage = read('outage');

/** The scripts, one for each verb. Redis runs each as one atomic step. */
const SCRIPTS = {
  submit: withTurns + read('submit'),
  append: withTurns + read('append'),
  place_older: withTurns + read('place-older'),
  turn_holder: withTurns + read('turn-holder'),
  begin_restore: withTurns + read('begin-restore'),
  renew_restore: shared + read('renew-restore'),
  wanted: withTurns + read('wanted'),
  wake: shared + read('wake'),
  claim: withTurns + read('claim'),
  expire: shared + read('expire'),
  note_delivered: read('note-delivered'),
  forget: shared + read('forget'),
  heartbeat: read('heartbeat'),
  carried: read('carried'),
  due: read('due'),
  set_back: shared + read('set-back'),
  backlog: read('backlog'),
  page: read('page'),
  feed: read('feed'),
  fields: read('fields'),
  learn: read('learn'),
  planned: read('planned'),
  recall: read('recall'),
  prune: shared + read('prune'),
  remove: shared + read('remove'),
  limited: read('limited'),
  succeeded: read('succeeded'),
  outageFailed: outage + read('outage-failed'),
  outageBlocked: outage + read('outage-blocked'),
  outageWorked: outage + read('outage-worked'),
  outageDue: outage + read('outage-due'),
} as const;

export type ScriptName = keyof typeof SCRIPTS;

/** Registers the scripts on a connection, and returns the function that runs them. */
export function withScripts(
  redis: Redis,
): (name: ScriptName, keys: string[], args: (string | number)[]) => Promise<unknown> {
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(`cc_${name}`, { lua });
  const commands = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>;
  return async (name, keys, args) => await answered(commands[`cc_${name}`]?.(keys.length, ...keys, ...args));
}
