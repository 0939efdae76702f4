import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExecuteRequest } from '@cc-executor/contracts';
import { makeRecord, submissionOf, tasksOf } from '@cc-executor/executions';
import { parseTaskFile } from '../../packages/cli/src/task-files/read-task-file.ts';
import { writeTaskFile } from '../../packages/cli/src/task-files/write-task-file.ts';

const SEED = 17;
const RUNS = 1500;

/** Text as people and programs write it: Markdown that means something in a task file, and anything else. */
const line = fc.oneof(
  fc.constantFrom(
    '',
    '## Task 2: inner',
    '### Details',
    '# Notes',
    'Task 9: x',
    '---',
    '```sh command',
    '```',
    '````',
    '~~~',
    '```yaml options',
    '**Timeout**: 60s',
    '- [ ] a',
    '1. b',
    '> ## Task 3',
    '    code',
    '<!-- c',
    'Phase 1 - x:',
    '{{tasks.1.result}}',
    '\ttab',
    'trailing  ',
    'key: value',
    "'",
    '"',
    '&a *b',
    'null',
    '\r',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const text = fc
  .array(line, { minLength: 1, maxLength: 8 })
  .map((lines) => lines.join('\n').replaceAll('\0', ''))
  .filter((whole) => whole.trim() !== '' && whole.isWellFormed());
// In Markdown a prompt loses the blank lines around it.
const prompt = text.filter((whole) => !/^\s*\n|\n\s*$/.test(whole));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const options = {
  model: maybe(fc.constantFrom('sonnet', 'haiku')),
  max_budget_usd: maybe(fc.integer({ min: 1, max: 5 })),
  allowed_tools: maybe(fc.subarray(['Read', 'Write', 'Bash(git diff:*)'])),
  disallowed_tools: maybe(fc.subarray(['WebFetch', 'Bash(rm:*)'])),
  permission_mode: maybe(fc.constantFrom('plan', 'acceptEdits')),
  json_schema: maybe(fc.constantFrom({ type: 'object' }, { type: 'array', items: { type: 'string' } })),
  json_mode: maybe(fc.boolean()),
  uuid: maybe(fc.boolean()),
  validation_prompt: maybe(fc.constant('Is it right?\n\n{response}\n')),
  on_invalid: maybe(fc.constantFrom('warn', 'fail', 'retry')),
  trust_workspace: maybe(fc.boolean()),
  workspace_memory: maybe(fc.boolean()),
  extra_dirs: maybe(fc.constant(['/srv/a b'])),
  env: maybe(fc.dictionary(fc.constantFrom('A', 'B'), fc.string(), { maxKeys: 2 })),
  pass_env: maybe(fc.subarray(['HOME', 'LANG'])),
  retries: maybe(fc.integer({ min: 0, max: 3 })),
  checks: maybe(fc.array(text, { maxLength: 2 })),
  on_check_failure: maybe(fc.constantFrom('fail', 'warn', 'fix')),
};
const timeout = maybe(fc.constantFrom(90, 0.5, '10m', 'auto'));
const name = maybe(text.filter((whole) => whole.length <= 100));
const task = fc.oneof(
  prompt,
  fc.record({ prompt, name, timeout, ...options }),
  fc.record({ command: text, name, timeout, retries: options.retries, checks: options.checks }),
);
const list = fc
  .record({
    tasks: fc.array(task, { minLength: 1, maxLength: 5 }),
    title: maybe(fc.constantFrom('Mine', 'a: b')),
    labels: maybe(fc.constant({ team: 'a' })),
    workspace: maybe(fc.constant('mine')),
    on_failure: maybe(fc.constantFrom('stop', 'continue')),
    timeout_per_task: timeout,
    vars: maybe(fc.constant({ who: 'Ada' })),
    ...options,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => ExecuteRequest.safeParse(value).success);

it('an exported list is the one that was submitted, in every format', { timeout: 600_000 }, () => {
  let files = 0;
  fc.assert(
    fc.property(list, fc.constantFrom('markdown', 'yaml', 'json'), (value, format) => {
      const request = ExecuteRequest.parse(value);
      const record = makeRecord(request, 'one', new Date(0));
      const exported = submissionOf(record);
      const again = ExecuteRequest.parse(parseTaskFile(writeTaskFile(exported, format), 'it', format));
      const copy = makeRecord(again, 'one', new Date(0));
      expect(tasksOf(again)).toEqual(record.tasks);
      expect({ ...copy, uuid: null }).toEqual({ ...record, uuid: null });
      // What is exported of an export is the same.
      expect(submissionOf(copy)).toEqual(exported);
      files += 1;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(files).toBeGreaterThanOrEqual(RUNS);
});
