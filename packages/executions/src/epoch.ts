import { randomBytes } from 'node:crypto';
import type { StoredEvent } from './ports/log.ts';

/** Returns the unique name of an epoch. */
export function newEpoch(): string {
  return randomBytes(6).toString('base64url');
}

/** Returns the epoch in which an event was stored; the envelope starts with its seq and its epoch. */
export function epochOf({ json }: Pick<StoredEvent, 'json'>): string {
  const start = json.indexOf('"epoch":"') + '"epoch":"'.length;
  return json.slice(start, json.indexOf('"', start));
}
