import { expect, test } from 'vitest';
import { check } from '../src/index.ts';
import { LABELLED, type Label } from './labelled-prompts.ts';
import { ANOTHER_VOICE } from './prompts-of-another-voice.ts';
import { FOURTH_VOICE } from './prompts-of-a-fourth-voice.ts';
import { THIRD_VOICE } from './prompts-of-a-third-voice.ts';

const codes = (text: string, earlier: readonly string[] = [], kind: 'prompt' | 'command' = 'prompt') =>
  check({ kind, text }, earlier).map(({ code }) => code);

function measure(prompts: readonly (readonly [Label, string])[]) {
  const judged = prompts.filter(([label]) => label !== 'borderline');
  const alarms = judged.filter(([, text]) => codes(text).length > 0);
  const right = alarms.filter(([label]) => label !== 'fine').length;
  const faulty = judged.filter(([label]) => label !== 'fine').length;
  return { precision: right / alarms.length, recall: right / faulty };
}

test('there are enough prompts, and none is there twice', () => {
  expect(new Set(LABELLED.map(([, text]) => text)).size).toBe(LABELLED.length);
  expect(LABELLED.length).toBeGreaterThanOrEqual(150);
});

test.each([
  ['that the rules were written by', 0],
  ['that were held out', 1],
])('of the prompts %s, 9 in 10 alarms are right, and 8 in 10 faults are found', (_, half) => {
  const { precision, recall } = measure(LABELLED.filter((__, index) => index % 2 === half));
  expect(precision).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeGreaterThanOrEqual(0.8);
});

test.each([
  ['another', ANOTHER_VOICE],
  ['a third', THIRD_VOICE],
  ['a fourth', FOURTH_VOICE],
])('and so it is with prompts of %s voice', (_, prompts) => {
  const { precision, recall } = measure(prompts);
  expect(precision).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeGreaterThanOrEqual(0.8);
});

test('what is found is what was labelled, nearly always', () => {
  const faulty = LABELLED.filter(([label]) => label !== 'fine' && label !== 'borderline');
  const named = faulty.filter(([label, text]) => codes(text).includes(label as never));
  expect(named.length / faulty.length).toBeGreaterThan(0.9);
});

test.each(['What is 2+2?', 'What is the capital of France?', 'Create a web scraper', '2+2', 'ls'])(
  '"%s" raises no alarm',
  (text) => {
    expect(codes(text)).toEqual([]);
  },
);

test('a message quotes what it is about and says what to do', () => {
  const [finding] = check({ kind: 'prompt', text: 'Create a website. Ask me for the colours first.' }, []);
  expect(finding?.message).toBe(
    '"Ask me": nobody is there to answer while it runs. Decide now, or say how the agent is to decide.',
  );
});

test('what an earlier task makes may be referred to', () => {
  const text = 'Use the report from the previous task to write a summary';
  expect(codes(text)).toEqual(['missing_earlier']);
  expect(codes(text, ['Write a report on the sales'])).toEqual([]);
  expect(codes('Deploy the service that was built in task 3', ['one', 'two'])).toEqual(['missing_earlier']);
  expect(codes('Deploy the service that was built in task 2', ['one', 'two'])).toEqual([]);
});

test('tags that contradict each other are reported', () => {
  expect(codes('[category:code][category:test] Write tests for the parser')).toEqual(['contradicting_tags']);
});

test.each([
  'vim notes.txt',
  'git rebase -i HEAD~3',
  'git add -p',
  'npm init',
  'docker run -it ubuntu bash',
  'tail -f app.log',
  'cd app && python3',
  'ssh user@host',
  'top',
  'less README.md',
])('the command "%s" waits for somebody or never ends', (text) => {
  expect(codes(text, [], 'command')).toEqual(['interactive']);
});

test.each([
  'git commit -m x',
  'git rebase main',
  'npm init -y',
  'docker run ubuntu ls',
  'tail -n 20 app.log',
  'python3 main.py',
  'echo "print(1)" | python3',
  'python3 <<EOF\nprint(1)\nEOF',
  'ssh user@host uptime',
  'top -b -n 1',
  'psql -c "select 1"',
  'grep -i vim README.md',
  'git clean -fd',
])('the command "%s" does not', (text) => {
  expect(codes(text, [], 'command')).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['a NUL', '\0'],
  ['half a surrogate pair', '\ud83d'],
  ['a megabyte of words', 'the parser is slow '.repeat(55_000)],
  ['a megabyte without a space', 'a'.repeat(1024 * 1024)],
  ['a megabyte of commas', 'fix,'.repeat(262_144)],
  ['a megabyte of sentences', 'Fix it. '.repeat(131_072)],
  ['a megabyte of brackets', '[category:'.repeat(100_000)],
  ['Arabic', 'اكتب اختبارات للمحلل اللغوي في هذا المشروع'],
])('%s is checked', (_, text) => {
  for (const kind of ['prompt', 'command'] as const) expect(check({ kind, text }, [])).toBeInstanceOf(Array);
});

test.each([
  'Guide me through the setup of the project',
  'Walk me through the code',
  'Walk us step by step through the migration',
  'Do something with data',
  'Do something with the data',
])('"%s" is found', (text) => {
  expect(codes(text)).not.toEqual([]);
});

test.each(['Write a guide that walks users through the setup', 'Walk through src/ and list every TODO'])(
  '"%s" is fine',
  (text) => {
    expect(codes(text)).toEqual([]);
  },
);
