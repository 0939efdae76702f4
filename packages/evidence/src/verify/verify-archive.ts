import type { Manifest } from '@cc-executor/contracts';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';

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
  const stats = await lstat(path).catch(() => null);
  if (!stats) return [];
  if (!stats.isFile()) return ['its archive is no file'];
  try {
    const first = await firstLine(path);
    const { data } = Archived.safeParse(JSON.parse(first));
    if (!data) return ['its archive is of no known form'];
    return isSame(data, manifest) ? [] : ['its archive tells of another end than the one that was signed'];
  } catch (error) {
    return [`its archive can't be read (${(error as Error).message})`];
  }
}

/** The first line, when all of it was unpacked: that checks its checksum. */
async function firstLine(path: string): Promise<string> {
  const unpacked = createGunzip();
  const lines = createInterface({ input: unpacked, crlfDelay: Infinity });
  const first = (async () => {
    let found: string | undefined;
    for await (const line of lines) found ??= line;
    return found ?? '';
  })();
  await pipeline(createReadStream(path), unpacked);
  return await first;
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
