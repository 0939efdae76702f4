import { randomBytes } from 'node:crypto';
import type { StoredEvent } from './ports.ts';

/** The name of an epoch; no other has it. */
export function newEpoch(): string {
  return randomBytes(6).toString('base64url');
}

/** The epoch in which an event was stored; the envelope begins with its seq and its epoch. */
export function epochOf({ json }: Pick<StoredEvent, 'json'>): string {
  const start = json.indexOf('"epoch":"') + '"epoch":"'.length;
  return json.slice(start, json.indexOf('"', start));
}
