import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Places } from '../../services/launcher/src/boxes/places.ts';
import { Engine } from '../../services/launcher/src/engine/engine.ts';
import { connect } from './engine/connect.ts';

// A folder that is replaced by a link just while the engine mounts it, and put back.

const setup = inject('setup');
let root: string;
let engine: Engine;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cc-plc-')));
  for (const name of ['workspaces/own', 'workspaces/other', 'launcher'])
    await mkdir(join(root, name), { recursive: true });
  engine = new Engine(new URL(setup.host).pathname);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

test('what a container has is compared with what was checked', async () => {
  const places = await Places.open({
    workspaces: join(root, 'workspaces'),
    shared: [],
    socket: join(root, 'launcher/launcher.sock'),
    engineSocket: new URL(setup.host).pathname,
    egressSocket: null,
    engine,
  });
  const workspace = join(root, 'workspaces/own');
  const request = {
    workspace,
    read_only: false,
    folders: [],
    agent: false,
    network: null,
    results: false,
    execution_id: 'x',
    task: 1,
    attempt: 1,
  };
  const mounts = await places.mountsOf(request);
  const checked = async (source: string) => {
    const id = await engine.create({
      Image: setup.baseImage,
      Cmd: ['sleep', '600'],
      Labels: { 'cc-executor.places': randomUUID() },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: mounts.map(({ target }) => ({ Type: 'bind', Source: source, Target: target })),
      },
    });
    try {
      await engine.start(id);
      const pid = await engine.pidOf(id);
      expect(pid).toBeGreaterThan(0);
      await places.checkAgain(request, mounts, pid);
    } finally {
      await connect(setup.host).getContainer(id).remove({ force: true });
    }
  };
  await checked(workspace);
  await expect(checked(join(root, 'workspaces/other'))).rejects.toThrow('was replaced while it was mounted');
});
