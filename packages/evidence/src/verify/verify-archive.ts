import type { Manifest } from '@cc-executor/contracts';
import { lstat, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { openPlain } from '../open-plain.ts';
import { MAX_BYTES } from './read-document.ts';

/** What is read of the first line of an archive: the state that the log came to. */
const Archived = z.object({
  record: z.object({ execution_id: z.string() }),
  state: z.object({
    status: z.string(),
    summary: z.object({ evidence: z.object({ head: z.string().nullable() }) }),
    tasks: z.array(z.object({ status: z.string(), receipts: z.array(z.string().nullable()) })),
  }),
});

/** Whether the log, which was archived, came to what was signed. What is not archived yet has no fault. */
export async function verifyArchive(path: string, manifest: Manifest): Promise<string[]> {
  try {
    if ((await lstat(path).catch(() => null)) === null) return [];
    const file = await openPlain(path);
    if (!file) return ['its archive is no file'];
    const { data } = Archived.safeParse(JSON.parse(await firstLine(file)));
    if (!data) return ['its archive is of no known form'];
    return isSame(data, manifest) ? [] : ['its archive tells of another end than the one that was signed'];
  } catch (error) {
    return [`its archive can't be read (${(error as Error).message})`];
  }
}

/** The first line, when all of it was unpacked: that checks its checksum. */
async function firstLine(file: FileHandle): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let isWhole = false;
  await pipeline(file.createReadStream(), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (isWhole) continue;
      const end = chunk.indexOf('\n');
      isWhole = end !== -1;
      kept.push(isWhole ? chunk.subarray(0, end) : chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new Error(`its first line has more than ${String(MAX_BYTES)} bytes`);
    }
  });
  return Buffer.concat(kept).toString();
}

function isSame({ record, state }: z.output<typeof Archived>, manifest: Manifest): boolean {
  const ends = (tasks: { status: string; receipts: (string | null)[] }[]) =>
    JSON.stringify(tasks.map(({ status, receipts }) => [status, receipts]));
  return (
    record.execution_id === manifest.execution_id &&
    state.status === manifest.status &&
    state.summary.evidence.head === manifest.head &&
    ends(state.tasks) === ends(manifest.tasks)
  );
}
