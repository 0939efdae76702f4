import { describeSettings } from '@cc-executor/local-stack';
import { unknownNames } from '@cc-executor/local-stack/setting-names';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test('every variable of Docker Compose and of the images has a name that no command takes for a misspelt setting', async () => {
  const files = (await readdir(ROOT)).filter((name) => /^docker-compose.*\.yml$/.test(name));
  const texts = await Promise.all(
    [...files, 'deployment/Dockerfile', 'deployment/dependencies.Dockerfile'].map(
      async (file) => await readFile(join(ROOT, file), 'utf8'),
    ),
  );
  const names = texts.flatMap((text) => text.match(/\bCC_EXECUTOR_[A-Z_]*[A-Z]\b/g) ?? []);
  expect(names).toContain('CC_EXECUTOR_AGENTS');
  const settings = describeSettings({}).settings.map(({ name }) => name);
  expect(unknownNames(Object.fromEntries(names.map((name) => [name, '1'])), settings)).toEqual([]);
});

test('what the runs of all tests set has names that no command takes for a misspelt setting', async () => {
  const texts = await Promise.all(
    ['.ci/run', 'package.json', '.github/workflows/ci.yml'].map(
      async (file) => await readFile(join(ROOT, file), 'utf8'),
    ),
  );
  const names = texts.flatMap((text) => text.match(/\b[A-Z][A-Z_]+(?==)/g) ?? []);
  expect(names).toContain('CC_TEST_LOST_FILES');
  expect(unknownNames(Object.fromEntries(names.map((name) => [name, '1'])), [])).toEqual([]);
});
