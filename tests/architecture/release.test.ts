import { execFile } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusedVersion, releaseEdits, versionOf } from '../../scripts/release/edits.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['CHANGELOG.md', 'clients/python/src/cc_executor/_version.py'];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cc-release-'));
  const manifests = await Array.fromAsync(glob('{.,packages/*,services/*}/package.json', { cwd: ROOT }));
  for (const file of [...FILES, ...manifests]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await cp(join(ROOT, file), join(root, file));
  }
});
afterAll(async () => await rm(root, { recursive: true }));

it('a version has three numbers and follows the one before', () => {
  expect(refusedVersion('0.2.0', '0.1.9')).toBeNull();
  expect(refusedVersion('0.1.10', '0.1.9')).toBeNull();
  expect(refusedVersion('1.0.0', '0.10.9')).toBeNull();
  expect(refusedVersion('0.1.9', '0.1.9')).toBe('0.1.9 does not follow 0.1.9, the version now.');
  expect(refusedVersion('0.1.8', '0.1.9')).toBe('0.1.8 does not follow 0.1.9, the version now.');
  for (const wrong of ['v0.2.0', '0.2', '0.2.0-beta', ''])
    expect(refusedVersion(wrong, '0.1.9')).toBe(
      `"${wrong}" is not a version: a version has three numbers, as in 1.2.3.`,
    );
});

it('writes the version into every package and the Python client, and the day into the changelog', async () => {
  await writeFile(
    join(root, 'CHANGELOG.md'),
    '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0\n\nFirst.\n',
  );
  const edits = await releaseEdits(root, '7.8.9', '2026-01-02');
  expect(edits.size).toBeGreaterThan(24);
  const changelog = '# Changelog\n\n## Unreleased\n\n## 7.8.9 (2026-01-02)\n\n- New.\n\n## 0.1.0\n\nFirst.\n';
  expect(edits.get('CHANGELOG.md')).toBe(changelog);
  for (const [file, text] of edits) {
    expect(text).toContain('7.8.9');
    expect(await readFile(join(root, file), 'utf8')).not.toContain('7.8.9');
    await writeFile(join(root, file), text);
  }
  expect(await versionOf(root)).toBe('7.8.9');
  await expect(releaseEdits(root, '7.9.0', '2026-01-03')).rejects.toThrow('there is nothing to release');
});

it('every package has the same version now', async () => {
  const version = await versionOf(ROOT);
  const manifests = await Array.fromAsync(glob('{packages,services}/*/package.json', { cwd: ROOT }));
  expect(manifests.length).toBeGreaterThan(20);
  for (const manifest of manifests)
    expect([manifest, await versionOf(join(ROOT, dirname(manifest)))]).toEqual([manifest, version]);
  expect(await readFile(join(ROOT, FILES[1] ?? ''), 'utf8')).toContain(`"${version}"`);
});

it('refuses a version before it begins', async () => {
  const script = join(ROOT, 'scripts/release.ts');
  const done = promisify(execFile)(process.execPath, [script, 'next'], { cwd: ROOT });
  await expect(done).rejects.toMatchObject({
    code: 1,
    stderr: 'cc-executor: "next" is not a version: a version has three numbers, as in 1.2.3.\n',
  });
});
