import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '@cc-executor/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchRedis } from '../src/redis/own-redis.ts';
import { findRedisServer } from '../src/index.ts';
import { newFolder } from './helpers/folder.ts';

const server = findRedisServer(process.env['PATH']) ?? '';

let folder: string;
let socket: string;
let said: string[];
let running: Awaited<ReturnType<typeof launchRedis>> | null;

beforeEach(async () => {
  folder = join(newFolder(), 'redis');
  socket = join(folder, 'redis.sock');
  await start();
  await ask('SET first 1');
  await ask('SET second 22');
  await stop();
});
afterEach(async () => await stop());

async function start(): Promise<void> {
  said = [];
  running = await launchRedis({
    server,
    folder,
    socket,
    logFile: join(folder, '../redis.log'),
    say: (line) => said.push(line),
  });
  await running.ready;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = null;
}

async function ask(command: string): Promise<string> {
  const client = connect(socket);
  let answer = '';
  client.on('data', (chunk) => (answer += String(chunk)));
  client.write(`${command}\r\n`);
  await waitFor(() => answer.endsWith('\r\n'), { what: `an answer to ${command}` });
  client.destroy();
  return answer;
}

const files = () => join(folder, 'appendonlydir');
const newest = () => join(files(), 'appendonly.aof.1.incr.aof');
const manifest = () => join(files(), 'appendonly.aof.manifest');
const kept = () => readdirSync(files()).filter((name) => name.includes('.damaged-'));

async function expectAllThere(): Promise<void> {
  expect(await ask('GET first')).toBe('$1\r\n1\r\n');
  expect(await ask('GET second')).toBe('$2\r\n22\r\n');
}

describe('a damaged end is cut off, and what was stored before is there', () => {
  const open = '*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$5\r\nfirst\r\n$1\r\n9\r\n';
  const half = '*3\r\n$3\r\nSET\r\n$5\r\nfirst\r\n$9\r\n12';
  test.each([
    ['one zero', Buffer.alloc(1)],
    ['a page of zeros', Buffer.alloc(4096)],
    ['many zeros', Buffer.alloc(3_000_001)],
    ['a little garbage', randomBytes(7)],
    ['much garbage', randomBytes(70_000)],
    ['half a command', Buffer.from(half)],
    ['half a command, then zeros', Buffer.concat([Buffer.from(half), Buffer.alloc(5000)])],
    ['a transaction without an end', Buffer.from(open)],
    ['a transaction without an end, then zeros', Buffer.concat([Buffer.from(open), Buffer.alloc(512)])],
    ['a transaction with half a command', Buffer.from(open + half)],
  ])('%s', async (_, tail) => {
    const before = readFileSync(newest());
    appendFileSync(newest(), tail);
    const damaged = readFileSync(newest());
    await start();
    await expectAllThere();
    expect(said).toEqual([
      expect.stringContaining(`: ${String(tail.length)} bytes behind the last whole write were dropped`),
    ]);
    const [original = ''] = kept();
    expect(original).toMatch(/^appendonly\.aof\.1\.incr\.aof\.damaged-\d{8}T\d{6}Z$/);
    expect(readFileSync(join(files(), original)).equals(damaged)).toBe(true);
    expect(readFileSync(newest()).equals(before)).toBe(true);
    await ask('SET third 3');
    await stop();
    await start();
    expect(said).toEqual([]);
    expect(await ask('GET third')).toBe('$1\r\n3\r\n');
  });

  test('the last write, cut anywhere', async () => {
    const size = statSync(newest()).size;
    truncateSync(newest(), size - 3);
    await start();
    expect(await ask('GET first')).toBe('$1\r\n1\r\n');
    expect(await ask('GET second')).toBe('$-1\r\n');
    expect(said[0]).toMatch(/ had a damaged end, .*: \d+ bytes behind the last whole write were dropped/);
  });

  test('a file that is nothing but zeros, as of a first write', async () => {
    truncateSync(newest(), 0);
    truncateSync(newest(), 300);
    await start();
    expect(said[0]).toContain(': 300 bytes behind');
    expect(await ask('PING')).toBe('+PONG\r\n');
  });
});

describe('damage in the middle is reported with what cutting would lose, and nothing is changed', () => {
  test.each([
    ['garbage', (bytes: Buffer) => bytes.fill(0xee, 30, 34)],
    ['zeros', (bytes: Buffer) => bytes.fill(0, 24, 40)],
    [
      'a length',
      (bytes: Buffer) =>
        Buffer.from(bytes.toString('latin1').replace('$5\r\nfirst', '$9\r\nfirst'), 'latin1'),
    ],
  ])('%s', async (_, damage) => {
    writeFileSync(newest(), damage(readFileSync(newest())));
    const damaged = readFileSync(newest());
    await expect(start()).rejects.toThrow(
      /^Redis could not start: .*appendonly\.aof\.1\.incr\.aof is damaged in the middle, at byte \d+: cutting it there would lose \d+ of \d+ bytes/,
    );
    expect(readFileSync(newest()).equals(damaged)).toBe(true);
    expect(kept()).toEqual([]);
  });
});

describe('a manifest', () => {
  test.each([
    ['torn', () => truncateSync(manifest(), 60)],
    ['empty', () => truncateSync(manifest(), 0)],
    ['of zeros', () => writeFileSync(manifest(), Buffer.alloc(88))],
    ['of garbage', () => writeFileSync(manifest(), randomBytes(88))],
    ['gone', () => rmSync(manifest())],
  ])('that is %s is made again from the files beside it', async (_, damage) => {
    damage();
    await start();
    await expectAllThere();
    expect(said).toEqual([expect.stringContaining('could not be read and was made again')]);
    expect(kept()).toEqual([expect.stringMatching(/^appendonly\.aof\.manifest\.damaged-/)]);
  });

  test('that cannot be made again without a guess is left as it is', async () => {
    writeFileSync(manifest(), '');
    writeFileSync(join(files(), 'appendonly.aof.2.base.rdb'), '');
    await expect(start()).rejects.toThrow(/leave more than one possibility/);
    expect(readFileSync(manifest(), 'utf8')).toBe('');
  });
});

test('the single file of Redis 6 is repaired likewise', () => {
  const single = newFolder();
  const file = join(single, 'appendonly.aof');
  renameSync(newest(), file);
  const before = readFileSync(file);
  appendFileSync(file, Buffer.alloc(100));
  const script = join(import.meta.dirname, '../src/redis/repair-aof.sh');
  const checker = ['/usr/bin/redis-check-aof', '/usr/local/bin/redis-check-aof'].find(existsSync) ?? '';
  const output = execFileSync('/bin/sh', [script, single, checker], { encoding: 'utf8' });
  expect(output).toContain('100 bytes behind the last whole write were dropped');
  expect(readFileSync(file).equals(before)).toBe(true);
});
