import { CcExecutor } from '@cc-executor/sdk';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

// Follows each command that it reads, by the TypeScript client, and writes the seconds from execute() to the last event.
// The benchmark of the Python client compares itself with it.
const [url = '', apiKey] = process.argv.slice(2);
const client = new CcExecutor({ url, apiKey });
for await (const command of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const text = createHash('sha256');
  for await (const event of await client.execute([{ command }]))
    if (event.type === 'task.output' && !('encoding' in event.data)) text.update(event.data.data);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${JSON.stringify({ seconds, sha256: text.digest('hex') })}\n`);
}
