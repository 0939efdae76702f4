import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, sha256, type SocketClient } from './socket-client.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const KEPT = 256 * 1024;
let under: StackUnderTest;
let client: SocketClient;
beforeAll(async () => {
  under = await startStackUnderTest({ MAX_BUFFER_SIZE: String(KEPT) });
  client = await openSocket(under.stack.wsUrl);
});
afterAll(async () => {
  client.socket.close();
  await under.stop();
});

/** In kB. */
async function residentSize(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

describe('output without limits reaches who was there all along', () => {
  it.each([
    ['200,000 short lines', 'seq 1 200000', 1_288_895, '5af7b95208fdcff4'],
    [
      '50 MB in one line',
      'yes | head -c 50M | tr -d "\\n" | head -c 20M; head -c 30M /dev/zero | tr "\\0" x',
      50 * 1024 * 1024,
      '',
    ],
    ['50 MB of short lines', 'yes | head -c 50M', 52_428_800, '4a399f4ba70e476c'],
    ['progress bars and no newline', 'for i in $(seq 500); do printf "\\r%d%%" $i; done', 2392, ''],
  ])('%s', async (_, command, bytes, digest) => {
    expect(await client.run(command, 60)).toMatchObject({ status: 'completed' });
    const stdout = client.bytes('stdout');
    expect(stdout.length).toBe(bytes);
    expect(sha256(stdout).slice(0, digest.length)).toBe(digest);
    expect(client.all('gap')).toEqual([]);
    for (const { data } of client.all('process.output'))
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(65_536);
  });

  it('binary, and characters cut at every boundary', async () => {
    const bytes = 'head -c 3000000 /dev/urandom > bytes; cat bytes';
    const { execution_id } = await client.run(bytes);
    const sent = await readFile(`${under.workspace(execution_id)}/bytes`);
    expect(sha256(client.bytes('stdout'))).toBe(sha256(sent));
    // 3 bytes a character, after 0 to 2 bytes: a chunk of 65,536 would end anywhere in one.
    for (const before of ['', 'a', 'ab']) {
      await client.run(`printf '${before}'; yes '€' | tr -d '\\n' | head -c 3000000`);
      expect(client.text === before + '€'.repeat(1_000_000)).toBe(true);
      expect(client.all('process.output').some(({ encoding }) => encoding)).toBe(false);
    }
  });

  // Proves: no-newline-needed
  it('a piece without a newline comes when it is printed', async () => {
    client.told.length = 0;
    await client.call('execute', { command: 'printf half; read line < pipe || sleep 600' });
    expect(await client.next('process.output')).toMatchObject({ data: 'half' });
    await client.call('control', { type: 'CANCEL' });
    await client.next('process.completed');
  });
});

describe('a late follower', () => {
  // Proves: gap-is-told
  it('gets what the log keeps, learns where the rest is, and finds it there', async () => {
    const { execution_id } = await client.run('seq 1 200000');
    await under.ended(execution_id);
    const late = await openSocket(under.stack.wsUrl);
    await late.call('subscribe', { execution_id });
    await late.next('end');
    const [gap] = late.all('gap');
    expect(gap).toMatchObject({ execution_id, output: `/executions/${execution_id}/tasks/{n}/output` });
    const events = late.all('event');
    const seqs = [
      ...events.map(({ seq }) => seq),
      ...late.all('gap').flatMap(({ from, to }) => range(from, to)),
    ];
    expect(seqs.toSorted((a, b) => a - b)).toEqual(range(1, seqs.length));
    const kept = events.filter(({ type }) => type === 'task.output');
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(KEPT + 100 * kept.length);
    expect(JSON.stringify(kept.at(-1)?.data)).toContain('200000');
    const whole = await fetch(under.stack.apiUrl + (gap?.output ?? '').replace('{n}', '1'));
    expect(sha256(await whole.text())).toMatch(/^5af7b95208fdcff4/);
    late.socket.close();
  });
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe.runIf(process.platform === 'linux')('memory', () => {
  // Proves: slow-readers-slow-nobody
  it('stays bounded in worker, gateway and Redis', async () => {
    const { worker = 0, gateway = 0, redis = 0 } = under.stack.pids();
    const sizes = async () => await Promise.all([worker, gateway, redis].map(residentSize));
    await client.run('yes | head -c 50M', 60);
    const before = await sizes();
    await client.run('head -c 100M /dev/zero | tr "\\0" x', 60);
    const after = await sizes();
    after.forEach((size, index) => expect(size - (before[index] ?? 0)).toBeLessThan(64 * 1024));
  });
});
