import { CcExecutor, ccExecute, type Execution } from '@cc-executor/sdk';
import type { Settings, Told } from './settings.ts';

// Runs in a page: uses the client as a program in Node does, and tells what it got.
const HERE = new URL(import.meta.url);
const tell = async (what: string, value: unknown) =>
  await fetch(`/tell/${what}`, { method: 'POST', body: JSON.stringify(value) });

const codeOf = async (call: Promise<unknown>) =>
  await call.then(
    () => 'no error',
    (error: Error & { code?: string }) => `${error.name} ${error.code ?? ''}`.trim(),
  );

async function seqsBySocket({ wsUrl, apiKey }: Settings, id: string): Promise<number[]> {
  const protocols = ['cc-executor', `bearer.${apiKey}`];
  const socket = new WebSocket(`${wsUrl}/executions/${id}/stream?after=0`, protocols);
  const seqs: number[] = [];
  socket.addEventListener('message', ({ data }) => {
    const { seq } = JSON.parse(String(data)) as { seq?: number };
    if (seq !== undefined) seqs.push(seq);
  });
  await new Promise((resolve) => socket.addEventListener('close', resolve));
  return seqs;
}

async function follow(execution: Execution): Promise<number[]> {
  const seqs: number[] = [];
  for await (const event of execution) {
    if (event.type === 'gap' || event.type === 'reset') throw new Error(`there was a ${event.type}`);
    seqs.push(event.seq);
    if (event.type === 'task.output') void tell('seen', event.seq);
  }
  return seqs;
}

async function abortedBy(execution: Execution): Promise<string> {
  const leaving = new AbortController();
  const loop = async () => {
    for await (const _ of execution.events({ signal: leaving.signal })) leaving.abort(new Error('left'));
  };
  return await loop().then(
    () => 'it ended',
    (error: Error) => error.message,
  );
}

async function main(settings: Settings): Promise<Told> {
  const client = new CcExecutor({ url: settings.apiUrl, apiKey: settings.apiKey });
  const execution = await client.execute(
    [
      {
        command: 'i=0; until [ -e stop ]; do i=$((i+1)); echo $i; sleep 0.02; done',
        name: 'counts, "quoted"',
      },
    ],
    { execution_id: 'by-a-page' },
  );
  const seqs = await follow(execution);
  const { status } = await execution.result();
  const rows: string[] = [];
  for await (const row of client.history()) rows.push(`${row.description} ${row.status}`);
  return {
    origin: HERE.origin,
    seqs,
    status,
    output: await (await execution.output(1)).text(),
    socketSeqs: await seqsBySocket(settings, execution.id),
    answer: await ccExecute({ command: 'echo from a page' }, { client }),
    rows,
    csv: await (await client.exportHistory({ format: 'csv', limit: 1 })).text(),
    aborted: await abortedBy(await client.execute([{ command: 'sleep 1' }])),
    errors: [
      await codeOf(new CcExecutor({ url: settings.apiUrl, apiKey: 'wrong' }).list()),
      await codeOf(client.attach('nothing-here').status()),
      await codeOf(new CcExecutor({ url: 'http://127.0.0.1:1' }).list()),
    ],
  };
}

try {
  const settings = (await (await fetch('/settings')).json()) as Settings;
  if (HERE.hostname === '127.0.0.1') await tell('end', await main(settings));
  // A page from elsewhere, which may not call.
  else
    await tell('end', await codeOf(new CcExecutor({ url: settings.apiUrl, apiKey: settings.apiKey }).list()));
} catch (error) {
  await tell('failed', String((error as Error).stack));
}
