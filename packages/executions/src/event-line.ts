import type { StoredEvent } from './ports/log.ts';

/** Encodes a stored event as one line: "<seq> <type> <json>". The scripts publish the same format. */
export function toLine({ seq, type, json }: StoredEvent): string {
  return `${String(seq)} ${type} ${json}`;
}

/** Decodes a line of `toLine`. */
export function fromLine(line: string): StoredEvent {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  return {
    seq: Number(line.slice(0, first)),
    type: line.slice(first + 1, second),
    json: line.slice(second + 1),
  };
}
