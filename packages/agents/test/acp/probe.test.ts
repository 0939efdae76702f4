import { acpFake, type AcpScript } from '@cc-executor/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AcpProbe, LocalLauncher } from '../../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-acp-probe-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

type Options = Partial<ConstructorParameters<typeof AcpProbe>[0]>;

/** A probe of a worker whose user has named one program, "mine"; null: none. */
async function probeOf(entry: object | null, options: Options = {}) {
  const home = await mkdtemp(join(folder, 'home-'));
  const entries = join(home, 'agents.json');
  if (entry !== null) await writeFile(entries, JSON.stringify({ mine: entry }));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home };
  const places = { entries, installed: join(home, 'agents'), path: '/nowhere', allowedCommands: null };
  const probe = new AcpProbe({ launch: new LocalLauncher().launch, env, places, ...options });
  return { probe, entries };
}

const mineIn = (probe: AcpProbe) => probe.look().programs?.find(({ name }) => name === 'mine');

async function expectToBecome(probe: AcpProbe, expected: object): Promise<void> {
  await vi.waitFor(() => expect(mineIn(probe)).toMatchObject(expected), { timeout: 120_000, interval: 50 });
}

const says = (text: string) => expect.stringContaining(text) as string;
const scripted = (script: AcpScript) => acpFake(script);

describe('what is known of a program of the Agent Client Protocol', () => {
  it('is its version, when it has opened a session', async () => {
    const { probe } = await probeOf(scripted({}));
    expect(mineIn(probe)).toEqual({ name: 'mine', version: null, status: 'unknown', message: null });
    await expectToBecome(probe, { version: 'fake 1.0.0', status: 'ready', message: null });
  });

  it.each([
    [{ refuses: { code: -32_000, message: 'Log in first.' } }, 'no_credential', 'Log in first.'],
    [{ protocol: 0 }, 'broken', 'speaks version 0'],
    [{ greeting: 'Welcome!\n{"half":\n' }, 'ready', null],
  ] as const)('is reported of one with %j as %s', async (script, status, message) => {
    const { probe } = await probeOf(scripted(script));
    await expectToBecome(probe, { status, message: message === null ? null : says(message) });
  });

  it('is that it opened no session, where it never answers', async () => {
    const { probe } = await probeOf(scripted({ silent: 'initialize' }), { patienceMs: 3000 });
    await expectToBecome(probe, { status: 'broken', message: says('3 s') });
  });

  it('is that it is not there, where it is not', async () => {
    const { probe } = await probeOf({ command: 'no-such-agent' });
    expect(mineIn(probe)).toMatchObject({ status: 'not_installed', message: says('no-such-agent') });
    const { probe: none } = await probeOf(null);
    expect(none.look().programs).toMatchObject([
      { name: 'opencode', status: 'not_installed', message: says('cc-executor agents install opencode') },
      { name: 'gemini', status: 'not_installed' },
    ]);
  });

  it('is found out again after a failure, and when the program is another one', async () => {
    const { probe, entries } = await probeOf(scripted({ protocol: 0 }));
    await expectToBecome(probe, { status: 'broken' });
    await writeFile(entries, JSON.stringify({ mine: scripted({}) }));
    await expectToBecome(probe, { status: 'ready', version: 'fake 1.0.0' });
  });

  it('is that its file is faulty, where that is so', async () => {
    const { probe, entries } = await probeOf(scripted({}));
    await writeFile(entries, '{"mine": {"comand": "x"}}');
    const broken = { status: 'broken', message: says('mine.command') };
    expect(probe.look()).toMatchObject({ message: says('mine.command'), programs: [broken, broken] });
  });
});
