import { expect, test } from 'vitest';
import { classify } from '../src/index.ts';

const golden = (kind: 'prompt' | 'command', rows: readonly (readonly [string, string, string])[]) =>
  test.each(rows)(`${kind} "%s" is %s, %s`, (text, category, complexity) => {
    expect(classify({ kind, text })).toMatchObject({ category, complexity });
  });

golden('prompt', [
  ['What is 2+2?', 'calculation', 'trivial'],
  ['12 * 7', 'calculation', 'trivial'],
  ['Calculate the sum of the first 100 primes', 'calculation', 'trivial'],
  ['What is the capital of France?', 'explanation', 'trivial'],
  ['Explain how the parser works', 'explanation', 'low'],
  ['why does the build fail on macOS', 'explanation', 'low'],
  ['Summarize the README', 'explanation', 'low'],
  ['Create a Python function to calculate fibonacci numbers', 'code', 'low'],
  ['Create a web scraper', 'code', 'medium'],
  ['Please fix the race condition in the scheduler', 'code', 'medium'],
  ['Refactor user profiles to use dependency injection', 'code', 'medium'],
  ['Add JWT authentication to billing, with tests and documentation', 'code', 'high'],
  ['Build a REST API for invoices', 'code', 'medium'],
  ['Rename the variable foo in src/a.ts', 'code', 'low'],
  ['Write tests for the cache layer', 'test', 'medium'],
  ['Can you add unit tests for search?', 'test', 'medium'],
  ['Run the tests', 'test', 'medium'],
  ['Review sessions for security problems and list them by severity', 'analysis', 'medium'],
  ['Find out which commit broke the login', 'analysis', 'medium'],
  ['Design the architecture of a chat system', 'architecture', 'extreme'],
  ['Plan the migration to PostgreSQL 17', 'architecture', 'high'],
  [
    'Design and implement auth as a service: REST API, database schema, migrations, tests, Docker',
    'code',
    'extreme',
  ],
  ['Write a haiku about tests', 'creative', 'low'],
  ['Translate the user guide into German', 'creative', 'low'],
  ['Write a blog post about our release', 'creative', 'low'],
  ['Parse the CSV export and plot revenue by month', 'data', 'medium'],
  ['Write a SQL query that counts users by country', 'data', 'medium'],
  ['Delete all log files older than a week', 'file', 'low'],
  ['Move the images to assets/', 'file', 'trivial'],
  ['Install the dependencies', 'system_command', 'low'],
  ['Commit the changes with a good message', 'system_command', 'low'],
  ['Compile the project', 'build', 'medium'],
  ['Build the Docker image', 'build', 'medium'],
  ['Write a 10000 word story', 'creative', 'high'],
  ['Write a 10,000-word story about the sea', 'creative', 'high'],
  ['Write a story of 40 pages', 'creative', 'high'],
  ['Write a 3k word essay', 'creative', 'medium'],
  ['Write a 50 word story', 'creative', 'trivial'],
  ['Write 20 haikus', 'creative', 'low'],
  ['Hmm', 'general', 'low'],
]);

golden('command', [
  ['git commit -m x', 'system_command', 'trivial'],
  ['git commit -m "calculate 2 + 2 = 4"', 'system_command', 'trivial'],
  ['git push origin main', 'system_command', 'low'],
  ['echo done', 'system_command', 'trivial'],
  ['ls -la', 'file', 'trivial'],
  ['cat latest.txt', 'file', 'trivial'],
  ['rm -rf dist', 'file', 'trivial'],
  ['pytest -q', 'test', 'low'],
  ['python -m pytest tests/', 'test', 'low'],
  ['npm test', 'test', 'low'],
  ['go test ./...', 'test', 'low'],
  ['CI=1 npx vitest run', 'test', 'low'],
  ['playwright test', 'test', 'high'],
  ['npm run build', 'build', 'medium'],
  ['cargo build --release', 'build', 'medium'],
  ['docker build .', 'build', 'medium'],
  ['make all', 'build', 'medium'],
  ['cd app && npm ci && npm run build', 'build', 'medium'],
  ['tsc --noEmit', 'analysis', 'trivial'],
  ['/usr/bin/eslint src', 'analysis', 'trivial'],
  ["jq '.items[]' data.json", 'data', 'trivial'],
  ['npm install', 'system_command', 'low'],
  ['echo "2+2" | bc', 'system_command', 'trivial'],
]);

test('words count, not parts of them', () => {
  expect(classify({ kind: 'prompt', text: 'Explain the latest contest' }).category).toBe('explanation');
  expect(classify({ kind: 'prompt', text: 'Update the profile of a customer' }).category).toBe('code');
  expect(classify({ kind: 'command', text: './attestation' }).category).toBe('system_command');
});

test('tags in the text win', () => {
  const text = '[category:data][complexity:extreme] What is 2+2?';
  expect(classify({ kind: 'prompt', text })).toMatchObject({
    category: 'data',
    complexity: 'extreme',
    tagFaults: [],
  });
  expect(classify({ kind: 'command', text: 'ls # [category:test]' }).category).toBe('test');
});

test('tags that contradict each other, or that name nothing, are reported and do not count', () => {
  const two = classify({ kind: 'prompt', text: '[category:code][category:test] What is 2+2?' });
  expect(two).toMatchObject({ category: 'calculation', tagFaults: ['category is code and test'] });
  const none = classify({ kind: 'prompt', text: '[complexity:huge] What is 2+2?' });
  expect(none).toMatchObject({ complexity: 'trivial', tagFaults: ['there is no complexity "huge"'] });
});

const signature = (text: string, kind: 'prompt' | 'command' = 'prompt') => classify({ kind, text }).signature;

test('what differs only in names has one signature', () => {
  expect(signature('Write tests for billing')).toBe(signature('please write tests for user-auth'));
  expect(signature('Fix the bug in `src/a.ts`')).toBe(signature('Fix the bug in "lib/parser.py"'));
  expect(signature('git commit -m "one"', 'command')).toBe(signature('git commit -am two', 'command'));
  expect(signature('What is 3 * 4?')).toBe(signature('What is 73 * 51?'));
  expect(signature('Schreibe Tests für das Lager')).toBe(signature('Schreibe Tests für die Kasse'));
});

test('what is another kind of task has another', () => {
  expect(signature('Write tests for billing')).not.toBe(signature('Write a story about billing'));
  expect(signature('Fix the typo in billing')).not.toBe(signature('Fix the bug in billing'));
  expect(signature('npm test', 'command')).not.toBe(signature('npm run build', 'command'));
});

test.each([
  ['nothing', ''],
  ['a character', 'x'],
  ['only signs', '?!… --'],
  ['half a surrogate pair', '\ud83d'],
  ['a megabyte', 'write tests for the parser '.repeat(40_000)],
  ['a megabyte without a space', 'a'.repeat(1024 * 1024)],
  ['a megabyte of quotes', '"'.repeat(1024 * 1024)],
  ['a megabyte of code blocks', '```'.repeat(350_000)],
  ['a megabyte of slashes', 'a/'.repeat(512 * 1024)],
  ['Japanese', 'パーサーのテストを書いてください'],
  ['Arabic', 'اكتب اختبارات للمحلل'],
  ['emoji', '🚀🚀🚀'],
])('%s is classified', (_, text) => {
  for (const kind of ['prompt', 'command'] as const) {
    const found = classify({ kind, text });
    expect(found.signature.length).toBeLessThanOrEqual(120);
  }
});
