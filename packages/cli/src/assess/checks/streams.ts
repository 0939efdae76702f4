import { strict as assert } from 'node:assert';
import type { Check } from '../check.ts';
import type { Installation } from '../installation.ts';

const THREE = { tasks: [{ command: 'echo one' }, { command: 'echo two' }, { command: 'exit 1' }] };

export const streams: readonly Check[] = [
  {
    id: 'events',
    title: 'Events are numbered 1, 2, 3 … without a gap, and the stream ends after the last',
    run: async (installation) => {
      const id = await installation.submit(THREE);
      const events = await installation.events(id);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      assert.equal(events.at(-1)?.type, 'execution.failed');
    },
  },
  {
    id: 'after',
    title: 'A client that was cut off continues at its position',
    run: async (installation) => {
      const id = await installation.submit(THREE);
      const all = await installation.events(id);
      assert.deepEqual(await installation.events(id, 3), all.slice(3));
    },
  },
  {
    id: 'socket',
    title: 'A WebSocket delivers the same events',
    run: async (installation) => {
      const id = await installation.submit(THREE);
      const frames = await framesOf(installation, `/executions/${id}/stream?after=0`);
      const events = frames.filter(({ type }) => type !== 'end');
      assert.deepEqual(events, await installation.events(id));
    },
  },
  {
    id: 'rpc',
    title: 'JSON-RPC runs a command, and reports its output and its end',
    run: async (installation) => {
      const socket = new WebSocket(`${installation.wsUrl}/ws/mcp`);
      const told: { method?: string; params?: Record<string, unknown> }[] = [];
      socket.addEventListener('message', ({ data }) =>
        told.push(JSON.parse(String(data)) as (typeof told)[number]),
      );
      socket.addEventListener('open', () =>
        socket.send(
          JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'execute',
            params: { command: 'echo hi; exit 4' },
          }),
        ),
      );
      try {
        const done = await installation.until(
          'the process is completed',
          async () => told.find(({ method }) => method === 'process.completed') ?? null,
        );
        assert.equal(done.params?.['exit_code'], 4);
        const output = told
          .filter(({ method }) => method === 'process.output')
          .map(({ params }) => params?.['data']);
        assert.equal(output.join(''), 'hi\n');
      } finally {
        socket.close();
      }
    },
  },
];

/** Returns what a socket sends until the server closes it. */
async function framesOf(installation: Installation, path: string): Promise<{ type: string }[]> {
  const frames: { type: string }[] = [];
  const socket = new WebSocket(installation.wsUrl + path);
  socket.addEventListener('message', ({ data }) => frames.push(JSON.parse(String(data)) as { type: string }));
  let isClosed = false;
  socket.addEventListener('close', () => (isClosed = true));
  await installation.until(`${path} is sent to its end`, async () => (isClosed ? true : null));
  return frames;
}
