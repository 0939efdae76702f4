import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baseImages, withDigest } from '../../scripts/dependencies/base-images.ts';

const ROOT = join(import.meta.dirname, '../..');
const AUDIT = join(ROOT, 'scripts/dependencies/audit.ts');
const advisory = (severity: string) => ({
  fastify: [{ id: 1, url: 'https://example.org/1', title: 'made up', severity, vulnerable_versions: '*' }],
});

/** What the audit says of the answer of a registry. */
async function audit(
  status: number,
  body: string,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const registry = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const env = { ...process.env, pnpm_config_registry: `http://127.0.0.1:${String(port)}/` };
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>();
  execFile(process.execPath, [AUDIT, ...args], { env }, (error, said) =>
    resolve({ code: Number(error?.code ?? 0), said }),
  );
  const ended = await promise;
  registry.close();
  return ended;
}

describe('the audit of dependencies', () => {
  it('fails for a grave vulnerability, and lists another', async () => {
    expect(await audit(200, JSON.stringify(advisory('high')))).toEqual({
      code: 1,
      said: expect.stringContaining('high: fastify: made up'),
    });
    expect(await audit(200, JSON.stringify(advisory('moderate')))).toEqual({
      code: 0,
      said: expect.stringContaining('checked, 1 known, 0 of them high or critical'),
    });
  });

  it('says that nothing is known where nothing is', async () => {
    expect((await audit(200, '{}')).said).toBe(
      'vulnerabilities: checked, 0 known, 0 of them high or critical\n',
    );
  });

  it.each([
    [405, '{}'],
    [200, '<html>'],
  ])('says that it has not checked when the registry answers %i %s', async (status, body) => {
    const refused = await audit(status, body);
    expect(refused).toEqual({ code: 0, said: expect.stringContaining('NOT CHECKED') });
    expect(await audit(status, body, '--require')).toEqual({ ...refused, code: 1 });
  });
});

describe('base images', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  it.each(['docker-compose.yml', 'deployment/Dockerfile', 'deployment/dependencies.Dockerfile'])(
    'of %s are found, and can be pinned once and again',
    async (file) => {
      const text = await readFile(join(ROOT, file), 'utf8');
      const images = baseImages(text);
      expect(images.map(({ name }) => name)).toContain('node:24-bookworm-slim');
      for (const { name } of images) {
        const pinned = withDigest(withDigest(text, name, `sha256:${'f'.repeat(64)}`), name, digest);
        expect(baseImages(pinned)).toContainEqual({ name, digest });
        expect(pinned.replaceAll(`@${digest}`, '')).toBe(text.replaceAll(/@sha256:[0-9a-f]{64}/g, ''));
      }
    },
  );
});
