import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const MANIFESTS = await Array.fromAsync(glob('{.,packages/*,services/*}/package.json', { cwd: ROOT }));

it('every package of the workspace is here', () => {
  expect(MANIFESTS.length).toBeGreaterThan(20);
});

it.each(MANIFESTS)(
  'npm pack of %s refuses with what to do instead',
  async (manifest) => {
    const folder = join(ROOT, dirname(manifest));
    const read = JSON.parse(await readFile(join(ROOT, manifest), 'utf8')) as {
      name: string;
      license: string;
      private?: boolean;
    };
    expect(read.license).toBe('Apache-2.0');
    const packed = promisify(execFile)('npm', ['pack', '--dry-run'], { cwd: folder });
    const { stderr } = await packed.then(
      () => ({ stderr: 'it was packed' }),
      (error: unknown) => error as { stderr: string },
    );
    expect(stderr).toContain(
      read.private === true
        ? `${read.name} is not published from here: it is a part of the command's package.`
        : `npm would pack ${read.name} with addresses that only this repository has. Run here instead: npx --yes pnpm@`,
    );
  },
  60_000,
);
