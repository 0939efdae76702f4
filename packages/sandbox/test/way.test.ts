import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Way } from '../src/client/way.ts';

let folder: string;
let socket: string;
let egress: Server;
let callers: Socket[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-way-'));
  socket = join(folder, 'egress.sock');
  callers = [];
  egress = createServer((caller) => callers.push(caller.resume())).listen(socket);
  await once(egress, 'listening');
});

afterEach(async () => {
  for (const caller of callers) caller.destroy();
  egress.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const open = async (more: { patienceMs?: number; signal?: AbortSignal }) =>
  await Way.open({ socket, hosts: ['example.com'], onBlocked: () => undefined, ...more });

describe('an egress that accepts connections and does not answer', () => {
  it('is given up in time, with its connection', async () => {
    await expect(open({ patienceMs: 50 })).rejects.toThrow(`Egress does not answer at ${socket}: `);
    await Promise.all(
      callers.filter(({ closed }) => !closed).map(async (caller) => await once(caller, 'close')),
    );
  });

  it('is given up at once when the caller ends it', async () => {
    const ending = new AbortController();
    egress.once('connection', () => ending.abort());
    await expect(open({ patienceMs: 3_600_000, signal: ending.signal })).rejects.toThrow('does not answer');
    await expect(open({ signal: AbortSignal.abort() })).rejects.toThrow('does not answer');
  });
});
