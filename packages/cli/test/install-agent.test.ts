import { AGENT_PROGRAMS } from '@cc-executor/contracts';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
});
