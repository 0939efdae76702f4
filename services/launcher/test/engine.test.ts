import { NOBODY, runAsUser } from '@cc-executor/testkit';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.ts';

// Engines that answer as those do that can't be used.

const DEPENDENCIES = resolve(import.meta.dirname, '../src/dependencies.ts');
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
      await chmod(folder, 0o777);
      await chmod(join(folder, 'engine.sock'), 0o600);
      const config = {
        CC_EXECUTOR_LAUNCHER_SOCKET: join(folder, 'launcher', 'launcher.sock'),
        CC_EXECUTOR_ENGINE: join(folder, 'engine.sock'),
      };
      // What is imported is read before it becomes another user.
      const said = await runAsUser(
        NOBODY,
        `import { openDependencies } from ${JSON.stringify(DEPENDENCIES)};
      const opened = openDependencies({ config: ${JSON.stringify(config)}, onClose: () => undefined });
      console.log(JSON.stringify(await opened.then(() => 'open', ({ message }) => message)));`,
      );
      expect(said).toMatch(
        /EACCES.*Add the user to the socket's group, which is often docker, and log in again\.$/,
      );
    },
  );
});
