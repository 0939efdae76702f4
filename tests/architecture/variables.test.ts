import { unknownNames } from '@cc-executor/local-stack/setting-names';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

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
