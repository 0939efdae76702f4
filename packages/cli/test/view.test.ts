import type { ExecutionView, Followed } from '@cc-executor/sdk';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { plainLine } from '../src/view/plain-lines.ts';
import { harmless } from '../src/print/terminal.ts';
import { renderFrame, taskText } from '../src/view/frame.ts';
import { foldMarkdown } from '../src/print/fold-markdown.ts';
import { widthOf } from '../src/print/text-width.ts';
import { Progress } from '../src/view/progress.ts';

const AT = '2026-01-02T03:04:05.000Z';

function progressOf(
  tasks: number,
  needs: Readonly<Record<number, number[]>> = {},
  more: readonly object[] = [],
): Progress {
  const task = (index: number) => ({
    task_number: index + 1,
    name: null,
    text: `task number ${String(index + 1)}`,
    status: 'pending',
    attempt: 0,
    started_at: null,
    end: null,
    ...(needs[index + 1] && { needs: needs[index + 1] }),
    ...more[index],
  });
  const view = {
    execution_id: 'x',
    status: 'running',
    reason: null,
    tasks: Array.from({ length: tasks }, (_, i) => task(i)),
  };
  return new Progress(view as unknown as ExecutionView);
}

function event(type: string, data: object, task = 1): Followed {
  return {
    seq: 1,
    epoch: 'e',
    execution_id: 'x',
    at: AT,
    type,
    task,
    attempt: 1,
    data,
  } as unknown as Followed;
}

const draw = (progress: Progress, height = 24) =>
  stripVTControlCharacters(
    renderFrame(progress, { now: Date.parse(AT) + 65_000, width: 40, tail: 2, height }),
  ).split('\n');

it('a running task has the time that it is thought to take', () => {
  const progress = progressOf(1);
  const prediction = { expected: 180, likely: 400 };
  progress.take(event('task.started', { description: '', agent: 'claude', reason: 'first', prediction }));
  const [task] = progress.tasks;
  if (!task) throw new Error('there is one task');
  expect(taskText(task, Date.parse(AT) + 65_000)).toContain('running, 1 min 05 s of about 3 min 00 s');
});

it('tasks at the same time have their own output each, and those that wait say for what', () => {
  const progress = progressOf(4, { 2: [1], 3: [1], 4: [2, 3] });
  const started = { description: '', agent: 'command', reason: 'first' };
  progress.take(event('task.completed', { outcome: 'completed', message: null }, 1));
  progress.take(event('task.started', started, 2));
  progress.take(event('task.started', started, 3));
  progress.take(event('task.output', { stream: 'stdout', data: 'of two\n' }, 2));
  progress.take(event('task.output', { stream: 'stdout', data: 'of three\n' }, 3));
  progress.longest = [1, 3, 4];
  const shown = stripVTControlCharacters(
    renderFrame(progress, { now: Date.parse(AT), width: 80, tail: 4, header: true }),
  );
  expect(shown).toContain('longest: 1 → 3 → 4');
  expect(shown).toMatch(/2\. task number 2 .*\n {6}of two\n.*3\. task number 3 .*\n {6}of three\n/);
  expect(shown).toContain('4. task number 4  pending, needs 2, 3');
  progress.take(event('task.completed', { outcome: 'completed', message: null }, 2));
  expect(draw(progress).join('\n')).toContain('pending, needs 3');
});

it('a running task has its time and the last lines of its output, which cannot move the cursor', () => {
  const progress = progressOf(2);
  progress.take(event('task.started', { description: '', agent: 'command', reason: 'first' }));
  progress.take(event('task.output', { stream: 'stdout', data: 'one\ntw' }));
  progress.take(event('task.output', { stream: 'stdout', data: 'o\n10%\r100%\u001B[2J\n' }));
  expect(draw(progress)).toEqual([
    'x  running  0/2 tasks completed',
    '▸ 1. task number 1  running, 1 min 05 s',
    '      two',
    '      100%',
    '· 2. task number 2  pending',
  ]);
});

it('no line is wider than the terminal, and a long list shows what is near the current task', () => {
  const progress = progressOf(1000);
  for (let task = 1; task < 500; task += 1)
    progress.take(event('task.completed', { execution_time: 1, message: null, usage: null }, task));
  const lines = draw(progress, 15);
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
  expect(lines.join('\n')).toContain('· 500. task number 500');
  expect(lines.at(-1)).toMatch(/… \d+ more/);
});

it('a paused one says why and what to do, until it continues', () => {
  const progress = progressOf(1);
  const data = { reason: 'auth_required', message: 'Not\nlogged in', instructions: ['Log in.'] };
  progress.take(event('execution.paused', data));
  expect(draw(progress)).toEqual([
    'x  paused (a login is required)',
    '0/1 tasks completed',
    '  it is paused (a login is required:',
    '  Not logged in)',
    '  Log in.',
    '  "cc-executor resume x" continues it',
    '· 1. task number 1  pending',
  ]);
  progress.take(event('execution.resumed', { status: 'running' }));
  expect(draw(progress)).toEqual(['x  running  0/1 tasks completed', '· 1. task number 1  pending']);
});

const WARNED = { code: 'permission_denied', message: 'Denied: Write (.husky/pre-commit).' };

it('warnings and findings stand below their task, which has completed with warnings', () => {
  const progress = progressOf(2);
  progress.take(event('task.warning', WARNED));
  progress.take(
    event('task.finding', { code: 'tests_not_run', message: 'No tests\nwere run.', evidence: {} }),
  );
  const end = { execution_time: 1, message: null, usage: null, warnings: [WARNED] };
  progress.take(event('task.completed', end));
  expect(draw(progress)).toEqual(
    [
      'x  running',
      '1/2 tasks completed (1 with warnings)',
      '✓ 1. task number 1  completed with warn',
      '    ! Denied: Write (.husky/pre-commit)',
      '    ! No tests were run.',
      '· 2. task number 2  pending',
    ].map((line) => line.slice(0, 39)),
  );
});

it('a warning counts that comes after the end of its task, as one of its copy does', () => {
  const progress = progressOf(1);
  progress.take(event('task.completed', { execution_time: 1, message: null, usage: null }));
  progress.take(event('task.warning', { code: 'not_joined', message: 'Both changed it.' }));
  const reason = '1/1 tasks completed (1 with warnings)';
  progress.take(event('execution.failed', { reason }));
  expect(plainLine(event('execution.failed', { reason }), progress)).toBe(`x failed: ${reason}`);
});

it('the piped form says the same', () => {
  const progress = progressOf(2);
  const lines = [
    event('task.warning', WARNED),
    event('hook.warning', {
      hook: 'lint',
      stage: 'post_task',
      required: false,
      message: 'It failed.',
      stderr: '',
    }),
    event('task.completed', { execution_time: 1, message: null, usage: null, warnings: [WARNED] }),
    event('task.skipped', { reason: 'task_failed' }, 2),
    event('execution.failed', { reason: 'it did' }),
  ].map((one) => {
    progress.take(one);
    return plainLine(one, progress);
  });
  expect(lines.map((line) => stripVTControlCharacters(line ?? ''))).toEqual([
    '! 1. Denied: Write (.husky/pre-commit).',
    '! 1. the hook lint: It failed.',
    '✓ 1. task number 1  completed with warnings, 1.0 s',
    '- 2. task number 2  skipped',
    'x failed (it did): 1/2 tasks completed (1 with warnings), 1 not run',
  ]);
});

it('a long list with many warnings still fits the terminal', () => {
  const progress = progressOf(100);
  for (let task = 1; task < 50; task += 1)
    for (let count = 0; count < 5; count += 1) progress.take(event('task.warning', WARNED, task));
  for (let task = 1; task < 50; task += 1)
    progress.take(event('task.completed', { execution_time: 1, message: null, usage: null }, task));
  const lines = draw(progress, 15);
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(lines.join('\n')).toContain('· 50. task number 50');
});

it('nothing that a task is named by or ends with controls the terminal', () => {
  const progress = progressOf(1);
  const message = 'bad \u001B]52;c;eA==\u0007\u009B2J\u001B[2J\u001B]0;title\u0007 end';
  const failed = event('task.failed', { execution_time: 1, message, usage: null });
  progress.take(failed);
  const frame = renderFrame(progress, { now: Date.parse(AT), width: undefined, tail: 0 });
  for (const text of [frame, plainLine(failed, progress) ?? '', harmless(message)])
    // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
    expect(text.replace(/\u001B\[[0-9;]*m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

it('failures stay in sight however many tasks come after them, and no number is cut', () => {
  const progress = progressOf(50);
  progress.take(
    event('task.failed', { execution_time: 1234, message: 'It broke in a long sentence.', usage: null }, 3),
  );
  for (let task = 4; task < 40; task += 1)
    progress.take(event('task.completed', { execution_time: 754, message: null, usage: null }, task));
  for (const width of [24, 30, 40, 80]) {
    const options = { now: Date.parse(AT), width, tail: 0, height: 15, header: true };
    const lines = stripVTControlCharacters(renderFrame(progress, options)).split('\n');
    expect(lines.filter((line) => line.startsWith('✗ 3. '))).toHaveLength(1);
    expect(lines.length).toBeLessThanOrEqual(15);
    for (const line of lines) expect(line).not.toMatch(/\d+ (?:mi?|)$|tasks$|\(\d+$/);
  }
});

it('wide characters count as the columns that they take', () => {
  const progress = progressOf(1);
  const [task] = progress.tasks;
  if (!task) throw new Error('there is one task');
  task.label = '解析器を直す 👩‍👩‍👧 そして試験を書く';
  const [, line = ''] = draw(progress);
  expect(widthOf(line)).toBeLessThan(40);
  expect(line).toMatch(/^· 1\. 解析器を直す 👩‍👩‍👧.*… {2}pending$/);
});

it('a task that failed says why before what it took, and nothing of what it did not take', () => {
  const progress = progressOf(1);
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 };
  const end = { execution_time: 4.5, message: 'The API refused it.', usage, cost_usd: 0, warnings: [] };
  progress.take(event('task.failed', end));
  const [task] = progress.tasks;
  if (!task) throw new Error('there is one task');
  expect(taskText(task, 0, 80)).toBe('✗ 1. task number 1  failed, 4.5 s, The API refused it.');
  Object.assign(task, { tokens: 23_000, cost: 0.09 });
  expect(taskText(task, 0, 80)).toBe(
    '✗ 1. task number 1  failed, 4.5 s, The API refused it., 23000 tokens, $0.09',
  );
  expect(taskText(task, 0, 60)).toBe('✗ 1. task number 1  failed, 4.5 s, The API refused it.');
});

it('after its end a list has nothing that remains', () => {
  const progress = progressOf(1);
  progress.take(event('execution.started', {}));
  Object.assign(progress, { remaining: 100, cost: 1 });
  const header = () => withHeader(progress).split('\n')[0];
  expect(header()).toBe('1 min 05 s · about 1 min 40 s remain · $1.00');
  progress.take(event('execution.completed', {}));
  expect(header()).toBe('0.0 s · $1.00');
});

function withHeader(progress: Progress): string {
  const now = Date.parse(AT) + 65_000;
  return stripVTControlCharacters(renderFrame(progress, { now, width: 80, tail: 0, header: true }));
}

it('Markdown is broken at the width of the terminal, but for code and tables', () => {
  const long = 'word '.repeat(20).trim();
  const code = `\`\`\`\`text\n${long}\n\`\`\`\n${long}\n\`\`\`\``;
  const text = `## 1. ${long}\n\n${long}\n\n- ${long}\n12. ${long}\n\n${code}\n\n| ${long} |\n`;
  for (const columns of [40, 80, 200]) {
    const folded = foldMarkdown(text, columns);
    const [before = '', after = ''] = folded.split(code);
    expect(Math.max(...before.split('\n').map(widthOf))).toBeLessThanOrEqual(columns);
    expect(before.replace(/\s+/g, ' ')).toBe(text.split(code)[0]?.replace(/\s+/g, ' '));
    expect(after).toBe(`\n\n| ${long} |\n`);
  }
  expect(foldMarkdown('- one two three four', 20)).toBe('- one two three four');
  expect(foldMarkdown('- one two three four five', 20)).toBe('- one two three four\n  five');
});

it('a variant that failed beside the one that was taken is no failure, and the choice is said in words', () => {
  const variant = (number: number) => ({
    name: `write (${String(number)} of 3)`,
    variant: { number, of: 3 },
  });
  const progress = progressOf(4, {}, [
    variant(1),
    variant(2),
    variant(3),
    { kind: 'command', text: 'make test' },
  ]);
  const end = { execution_time: 1, message: null, usage: null };
  progress.take(event('task.failed', { ...end, message: 'It broke.' }, 1));
  progress.take(event('task.completed', end, 2));
  progress.take(event('task.completed', end, 3));
  expect(draw(progress).join('\n')).toMatch(/2\/4 tasks completed[,\n ]+1 failed/);
  const picked = { task: 2, variant: 2, of: 3, name: 'write', why: null };
  const choice = event('task.completed', { ...end, picked }, 4);
  progress.take(choice);
  expect(plainLine(choice, progress)).toBe(
    '✓ 4. make test  1.0 s, Variant 2 of write was taken, by "make test".',
  );
  const shown = stripVTControlCharacters(
    renderFrame(progress, { now: Date.parse(AT), width: 100, tail: 0, header: true }),
  );
  expect(shown).toContain('3/4 tasks completed, 1 variant not taken');
  expect(shown).toContain('1. write (1 of 3)  failed, not taken, 1.0 s, It broke.');
  expect(shown).toContain('2. write (2 of 3)  taken, 1.0 s');
  expect(shown).toContain('3. write (3 of 3)  not taken, 1.0 s');
  expect(shown).not.toContain('1 task failed');
});

it('a pause is no time of the task that runs', () => {
  const progress = progressOf(1);
  const later = (seconds: number) => new Date(Date.parse(AT) + seconds * 1000).toISOString();
  progress.take(event('task.started', { description: '', agent: 'command', reason: 'first' }));
  progress.take({ ...event('execution.paused', { reason: 'user' }), at: later(10) } as Followed);
  progress.take({ ...event('execution.resumed', { status: 'running' }), at: later(3610) } as Followed);
  const [task] = progress.tasks;
  if (!task) throw new Error('it has a task');
  expect(taskText(task, Date.parse(later(3615)))).toContain('running, 15 s');
});
