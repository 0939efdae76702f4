import { z } from 'zod';
import { executionId } from '../inputs.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';

export const getOutput = defineTool({
  name: 'get_output',
  title: 'The whole output of a task',
  description:
    'Reads the output of one task in pieces, of any length: where get_results has cut it, continue here with next_from.',
  input: z.strictObject({
    execution_id: executionId,
    task: z.int().min(1).describe('The number of the task, from 1.'),
    stream: z.enum(['stdout', 'stderr', 'result']).default('stdout').describe('result: a prompt’s answer.'),
    from: z.int().min(0).default(0).describe('next_from of the piece before, in bytes.'),
    max_bytes: z.int().min(16).max(100_000).default(16_000).describe('Bytes of one piece.'),
  }),
  output: z.looseObject({
    untrusted: z.string(),
    next_from: z.int().nullable().describe('in bytes; null: no more, or none so far while the task runs'),
    notice,
  }),
  readOnly: true,
  run: async ({ execution_id, task, stream, from, max_bytes }, { client, signal }) => {
    const response = await client.attach(execution_id).output(task, { stream, from, signal });
    const { bytes, isEnd } = await start(response, max_bytes);
    // A character at the cut belongs to the next piece.
    const whole = isEnd ? bytes.length : wholeCharacters(bytes);
    const untrusted = new TextDecoder().decode(bytes.subarray(0, whole));
    return { untrusted, next_from: isEnd ? null : from + whole, notice: NOTICE };
  },
});

async function start({ body }: Response, most: number): Promise<{ bytes: Uint8Array; isEnd: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop closes the connection.
    if (length > most) break;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return { bytes: all.subarray(0, most), isEnd: length <= most };
}

/** Returns the length without an incomplete UTF-8 character at the end; invalid bytes count as they are. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
