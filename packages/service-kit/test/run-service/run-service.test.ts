import { expect, test } from 'vitest';
import { runFixture } from './run-fixture.ts';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s closes everything and ends it by that signal',
  async (signal) => {
    const fixture = runFixture('runs');
    await fixture.printed('"msg":"ready"');
    fixture.process.kill(signal);
    expect(await fixture.ended).toEqual({ code: null, signal });
    expect(fixture.output()).toMatch(/closed second\nclosed first\n/);
  },
);

test('one keystroke that npm passes on a second time does not hurry it', async () => {
  const fixture = runFixture('never-closes', { args: ['700'] });
  await fixture.printed('"msg":"ready"');
  // Of two kinds: the system merges a second one of a kind with a first that was not taken yet. Any may come first.
  fixture.process.kill('SIGINT');
  fixture.process.kill('SIGTERM');
  expect(['SIGINT', 'SIGTERM']).toContain((await fixture.ended).signal);
  expect(fixture.output()).toContain('"overdue":["stuck"]');
});

test('a second signal ends it at once, after what is done even then', async () => {
  const fixture = runFixture('never-closes', { args: ['60000'] });
  await fixture.printed('"msg":"ready"');
  fixture.process.kill('SIGTERM');
  await fixture.printed('closing');
  const repeat = setInterval(() => fixture.process.kill('SIGTERM'), 100);
  expect(await fixture.ended).toEqual({ code: null, signal: 'SIGTERM' });
  clearInterval(repeat);
  expect(fixture.output()).toMatch(/closing\nforced\n$/);
});

test('a start-up that fails says one sentence, closes what was opened, and ends with code 1', async () => {
  const fixture = runFixture('fails-to-start', { env: { LOG_LEVEL: 'silent' } });
  expect(await fixture.ended).toEqual({ code: 1, signal: null });
  expect(fixture.output()).toBe('closed first\nfails could not start: there is no port: set another\n');
});

// Proves: settings-are-checked-first
test('settings that are wrong are all reported, and nothing is opened', async () => {
  const fixture = runFixture('runs', { env: { LOG_LEVEL: 'loud' } });
  expect(await fixture.ended).toEqual({ code: 1, signal: null });
  expect(fixture.output()).toMatch(/^A setting is wrong: LOG_LEVEL: got "loud"; must be one of .*\n$/);
});

test('an error that nobody caught closes everything, and ends it with code 1', async () => {
  const fixture = runFixture('throws-while-running');
  await fixture.printed('"msg":"ready"');
  fixture.process.kill('SIGUSR2');
  expect(await fixture.ended).toEqual({ code: 1, signal: null });
  expect(fixture.output()).toMatch(/"level":"fatal".*out of the blue[^]*closed first/);
});

test('an error while an error is reported does not keep it from ending', async () => {
  const fixture = runFixture('throws-whenever-it-logs');
  expect(await fixture.ended).toEqual({ code: 1, signal: null });
  expect(fixture.output()).toBe('closed first\n');
});

test('one whose output nobody reads any more still closes everything', async () => {
  const fixture = runFixture('runs');
  await fixture.printed('"msg":"ready"');
  fixture.process.stdout?.destroy();
  fixture.process.stderr?.destroy();
  fixture.process.kill('SIGTERM');
  await expect(fixture.exited).resolves.toEqual({ code: null, signal: 'SIGTERM' });
});

test('a child reports to its parent that it is ready, and stops when its parent is gone', async () => {
  const fixture = runFixture('runs', { channel: true });
  await fixture.printed('"msg":"ready"');
  fixture.process.disconnect();
  expect(await fixture.ended).toEqual({ code: 0, signal: null });
  expect(fixture.messages).toEqual([{ type: 'ready', address: 'here' }]);
  expect(fixture.output()).toContain('closed second\nclosed first');
});

test('a child reports to its parent why it could not start', async () => {
  const fixture = runFixture('fails-to-start', { channel: true });
  expect(await fixture.ended).toEqual({ code: 1, signal: null });
  expect(fixture.messages).toEqual([
    { type: 'failed', message: 'fails could not start: there is no port: set another' },
  ]);
});

test('a signal of another process opens no debugger', async () => {
  const fixture = runFixture('runs');
  await fixture.printed('"msg":"ready"');
  fixture.process.kill('SIGUSR1');
  fixture.process.kill('SIGTERM');
  await fixture.ended;
  expect(fixture.output()).not.toContain('Debugger listening');
});
