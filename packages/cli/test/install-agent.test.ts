import { AGENT_PROGRAMS } from '@cc-executor/contracts';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installAgent, lockOf } from '../src/agents/install-agent.ts';
import { INSTALLABLE } from '../src/commands/agents.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-agents-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

const VENDOR = `node_modules/@openai/codex-${process.platform}-${process.arch}/vendor/system/bin`;
/** What npm does, as a script: it brings a Codex that runs this. */
const brings = (program: string) =>
  `mkdir -p '${VENDOR}'; printf '%s\\n' '#!/bin/sh' '${program}' > '${VENDOR}/codex'; chmod +x '${VENDOR}/codex'`;
const WHOLE = brings(`echo codex-cli ${AGENT_PROGRAMS.codex.version}`);

/** Returns a folder for agents, and an environment whose npm is a script. */
async function withNpm(script: string) {
  const own = await mkdtemp(join(folder, 'own-'));
  await mkdir(join(own, 'bin'));
  await writeFile(join(own, 'bin/npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    root: join(own, 'agents'),
    env: { PATH: `${join(own, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: own },
  };
}

describe('what is installed of an agent', () => {
  it('is what is tested, by version and hash', async () => {
    const lock = parse(await readFile(join(import.meta.dirname, '../../../pnpm-lock.yaml'), 'utf8')) as {
      packages: Record<string, { resolution: { integrity: string } }>;
    };
    for (const { packages } of Object.values(AGENT_PROGRAMS))
      for (const { name, version, integrity } of packages)
        expect(lock.packages[`${name}@${version}`]?.resolution.integrity).toBe(integrity);
  });

  it('is named by the command', () => {
    expect(Object.keys(AGENT_PROGRAMS)).toEqual(INSTALLABLE);
  });

  it('names no registry, and has a hash for each package', () => {
    const { packages } = lockOf('codex') as { packages: Record<string, Record<string, unknown>> };
    const installed = Object.entries(packages).filter(([path]) => path !== '');
    expect(installed.length).toBeGreaterThan(1);
    for (const [, entry] of installed) {
      expect(entry).not.toHaveProperty('resolved');
      expect(entry['integrity']).toMatch(/^sha512-/);
    }
  });

  it('is left as it was when npm fails', async () => {
    const root = join(folder, 'agents');
    await mkdir(join(root, 'codex'), { recursive: true });
    await writeFile(join(root, 'codex/before'), '');
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_fetch_retries: '0',
    };
    await expect(installAgent({ agent: 'codex', root }, env)).rejects.toThrow('Nothing was installed.');
    expect(await readdir(root)).toEqual(['codex']);
    expect(await readdir(join(root, 'codex'))).toEqual(['before']);
  });

  it('is whole when two are installed at the same time', async () => {
    const { root, env } = await withNpm(WHOLE);
    await Promise.all([1, 2, 3].map(async () => await installAgent({ agent: 'codex', root }, env)));
    expect(await readdir(root)).toEqual(['codex']);
    expect(await readdir(join(root, 'codex'))).toEqual(['node_modules', 'package-lock.json', 'package.json']);
  });

  it.each([
    ['brings nothing', 'exit 0', 'npm brought no program of Codex'],
    ['brings what does not run', brings('echo no such library >&2; exit 127'), 'no such library'],
    ['brings another version', brings('echo codex-cli 0.1.0'), 'says that it is "codex-cli 0.1.0"'],
  ])('is left as it was when npm %s', async (_, script, message) => {
    const { root, env } = await withNpm(script);
    await mkdir(join(root, 'codex'), { recursive: true });
    await writeFile(join(root, 'codex/before'), '');
    await expect(installAgent({ agent: 'codex', root }, env)).rejects.toThrow(message);
    expect(await readdir(root)).toEqual(['codex']);
    expect(await readdir(join(root, 'codex'))).toEqual(['before']);
  });

  it('has its optional packages, whatever the user has set', async () => {
    const { root, env } = await withNpm(`echo "$@" > ../asked; ${WHOLE}`);
    await installAgent({ agent: 'codex', root }, env);
    const asked = await readFile(join(root, 'asked'), 'utf8');
    expect(asked).toContain('--include=optional');
  });

  it('is put back when the new one cannot get its name', async () => {
    // It is gone when it has said its version.
    const { root, env } = await withNpm(brings('echo $VERSION; rm -r "$PWD"'));
    await mkdir(join(root, 'codex'), { recursive: true });
    await writeFile(join(root, 'codex/before'), '');
    const own = { ...env, VERSION: AGENT_PROGRAMS.codex.version };
    await expect(installAgent({ agent: 'codex', root }, own)).rejects.toThrow('ENOENT');
    expect(await readdir(root)).toEqual(['codex']);
    expect(await readdir(join(root, 'codex'))).toEqual(['before']);
  });

  it('leaves nothing of installs that were killed, and what still runs in peace', async () => {
    const { root, env } = await withNpm(WHOLE);
    for (const name of ['codex', '.codex-dead01', '.codex-dead01-old1', '.codex-live01'])
      await mkdir(join(root, name, 'x'), { recursive: true });
    await utimes(join(root, '.codex-dead01'), 0, 0);
    await installAgent({ agent: 'codex', root }, env);
    expect((await readdir(root)).toSorted()).toEqual(['.codex-live01', 'codex']);
  });

  it('is found again after an install was killed between its two renames', async () => {
    const { root, env } = await withNpm('exit 1');
    await mkdir(join(root, '.codex-abc123-old1'), { recursive: true });
    await writeFile(join(root, '.codex-abc123-old1/before'), '');
    await expect(installAgent({ agent: 'codex', root }, env)).rejects.toThrow('Nothing was installed.');
    expect(await readdir(root)).toEqual(['codex']);
    expect(await readdir(join(root, 'codex'))).toEqual(['before']);
  });
});
