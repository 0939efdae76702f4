import { NOBODY } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.ts';

// Engines that answer as those do that can't be used.

const MAIN = resolve(import.meta.dirname, '../src/main.ts');
let folder: string;
let server: Server;
let answers: Record<string, unknown>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-engine-'));
  answers = { '/info': { ServerVersion: '27.1', CgroupVersion: '2' }, '/version': { Components: [] } };
  server = createServer(({ url = '' }, response) => {
    const path = url.replace(/^\/v[\d.]+/, '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[path] ?? {}));
  }).listen(join(folder, 'engine.sock'));
  await once(server, 'listening');
});

afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const facts = async () => await new Engine(join(folder, 'engine.sock')).facts();

describe('an engine', () => {
  it('that is Docker is named, and can be used', async () => {
    expect(await facts()).toEqual({ name: 'Docker 27.1', cgroup: '2', rootless: false, unusable: null });
  });

  it.each([
    [
      'runs without root',
      { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] },
      /runs without root/,
    ],
    ['maps users', { SecurityOptions: ['name=userns'] }, /maps users/],
  ])('that %s is refused, and why', async (_, more, why) => {
    answers['/info'] = { ServerVersion: '27.1', ...more };
    expect((await facts()).unusable).toMatch(why);
  });

  it('that is Podman is named and refused', async () => {
    answers['/version'] = { Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] };
    expect(await facts()).toMatchObject({
      name: 'Podman 27.1',
      unusable: expect.stringContaining('use Docker'),
    });
  });

  it.runIf(process.getuid?.() === 0)(
    'whose socket the user may not use is a reason, with the cure',
    async () => {
      await chmod(folder, 0o755);
      await chmod(join(folder, 'engine.sock'), 0o600);
      const launcher = spawn(process.execPath, [MAIN], {
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          CC_EXECUTOR_LAUNCHER_SOCKET: join(folder, 'launcher', 'launcher.sock'),
          CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
          CC_EXECUTOR_ENGINE: join(folder, 'engine.sock'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(await ownedByNobody(folder)),
      });
      const printed = Promise.all([text(launcher.stdout), text(launcher.stderr)]);
      expect(await once(launcher, 'exit')).toEqual([expect.any(Number), null]);
      expect((await printed).join('')).toContain('which is often docker');
    },
  );
});

/** Lets nobody work in a folder with a socket that stays root's. */
async function ownedByNobody(path: string): Promise<{ uid: number; gid: number }> {
  await chmod(path, 0o777);
  return { uid: NOBODY, gid: NOBODY };
}
