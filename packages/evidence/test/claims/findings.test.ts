import type { AttemptFinding, CheckRun, ToolCall, WorkspaceChange } from '@cc-executor/contracts';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf, lookAtClaimedFiles, readClaims, type Facts } from '../../src/claims/index.ts';

let folder: string;
let workspace: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-claims-'));
  workspace = join(folder, 'workspace');
  await mkdir(join(workspace, 'src'), { recursive: true });
  for (const name of ['a.txt', 'b.txt', 'src/c.txt']) await writeFile(join(workspace, name), name);
  await symlink(workspace, join(folder, 'link'));
});
afterAll(async () => rm(folder, { recursive: true, maxRetries: 10 }));

const changed = (...of: [WorkspaceChange['change'], string][]) => of;
const bash = (what: string, exit_code: number | null, is_error = exit_code !== null && exit_code !== 0) =>
  ({ id: what, name: 'Bash', what, is_error, exit_code }) satisfies ToolCall;
const check = (command: string, exit_code: number, round = 0) =>
  ({ command, exit_code, round, outcome: exit_code === 0 ? 'completed' : 'nonzero_exit' }) as CheckRun;

interface Given {
  changes?: [WorkspaceChange['change'], string][] | null;
  calls?: ToolCall[];
  checks?: CheckRun[];
  leftOut?: number;
  startedAt?: number;
  isWhole?: boolean;
  earlier?: string[];
  from?: string;
}

/** What is found in an answer, of a workspace with the files a.txt, b.txt and src/c.txt. */
async function found(answer: unknown, given: Given = {}): Promise<AttemptFinding[]> {
  const {
    changes = [],
    calls = [],
    checks = [],
    leftOut = 0,
    startedAt = 0,
    isWhole = true,
    earlier = [],
  } = given;
  const claims = readClaims(answer);
  const listed = (changes ?? []).map(([change, path]) => {
    const hashes = { sha256: null, sha256_before: null };
    return { path, change, kind: 'file', bytes: 1, ...hashes } satisfies WorkspaceChange;
  });
  const counts = { files_before: 3, files_after: 3, added: 0, changed: 0, removed: 0 };
  const facts: Facts = {
    startedAt,
    files: claims
      ? await lookAtClaimedFiles(claims, given.from ?? workspace, [join(folder, 'extra')])
      : new Map(),
    changes: changes && { ...counts, changes: listed, left_out: leftOut, incomplete: [] },
    earlier: new Set(earlier),
    toolCalls: calls,
    toolCallsBeyond: 0,
    checks,
    isWhole,
  };
  return findingsOf(null, claims, facts);
}

const codes = async (answer: unknown, given?: Given) => (await found(answer, given)).map(({ code }) => code);

const write = { id: 'w', name: 'Write', what: '/x/workspace/b.txt', is_error: false, exit_code: null };

describe('what is claimed of files', () => {
  it.each<[string, object, Given, AttemptFinding['code'][]]>([
    [
      'is so',
      { files_created: ['a.txt'], files_modified: ['b.txt'] },
      { changes: changed(['added', 'a.txt'], ['changed', 'b.txt']) },
      [],
    ],
    [
      'is so, in other words',
      { files_created: ['./a.txt', { path: 'src/' }] },
      { changes: changed(['added', 'a.txt'], ['added', 'src/c.txt']) },
      [],
    ],
    [
      'was created and then edited',
      { files_created: ['a.txt'], files_modified: ['a.txt'] },
      { changes: changed(['added', 'a.txt']) },
      [],
    ],
    ['is nowhere', { files_created: ['none.txt'] }, {}, ['file_missing']],
    [
      'was made, and is gone',
      { files_modified: ['gone.txt'], files_created: [] },
      { changes: changed(['removed', 'gone.txt']) },
      ['file_missing'],
    ],
    ['was there before', { files_created: ['a.txt'] }, {}, ['not_created']],
    [
      'was there before, and was changed',
      { files_created: ['a.txt'] },
      { changes: changed(['changed', 'a.txt']) },
      ['not_created'],
    ],
    ['is as it was', { files_modified: ['a.txt'] }, {}, ['not_modified']],
    ['is as it was, for it was written as it was', { files_modified: ['b.txt'] }, { calls: [write] }, []],
    ['may have been written where nobody looks', { files_modified: ['a.txt'] }, { leftOut: 1 }, []],
    [
      'is where nobody looks, and old',
      { files_modified: ['a.txt'] },
      { leftOut: 1, startedAt: Date.now() + 60_000 },
      ['not_modified'],
    ],
    [
      'could not be looked at, and is old',
      { files_modified: ['a.txt'] },
      { changes: null, startedAt: Date.now() + 60_000 },
      ['not_modified'],
    ],
    ['could not be looked at', { files_modified: ['a.txt'] }, { changes: null }, []],
    ['is there, and not deleted', { files_deleted: ['a.txt'] }, {}, ['not_deleted']],
    ['is deleted', { files_deleted: ['gone.txt'] }, { changes: changed(['removed', 'gone.txt']) }, []],
    [
      'is elsewhere',
      { files_created: ['/etc/passwd', '../x', '~/../../../y'] },
      {},
      ['outside_workspace', 'outside_workspace', 'outside_workspace'],
    ],
    ['is in another directory of its own', { files_created: ['../extra/x'] }, {}, []],
    ['is nothing', { files_created: [], files_modified: ['none', '', '*.ts', 7, null] }, {}, []],
    [
      'is not all',
      { files_created: ['a.txt'], files_modified: [] },
      { changes: changed(['added', 'a.txt'], ['changed', 'b.txt'], ['added', 'src/c.txt']) },
      ['unclaimed_change'],
    ],
    [
      'is all but what a hook did',
      { files_created: [] },
      { changes: changed(['added', 'a.txt']), earlier: ['a.txt'] },
      [],
    ],
    [
      'has no place for what changed',
      { files_created: ['a.txt'] },
      { changes: changed(['added', 'a.txt'], ['changed', 'b.txt'], ['removed', 'z']) },
      [],
    ],
    [
      'is not all of what was done in a conversation',
      { files_created: ['a.txt'], files_modified: ['b.txt', 'nowhere.txt'] },
      { isWhole: false, changes: changed(['added', 'new']) },
      ['file_missing'],
    ],
    [
      'is of another shape',
      { files_created: 'a.txt, none.txt' },
      { changes: changed(['added', 'b.txt']) },
      [],
    ],
  ])('and %s', async (_, answer, given, expected) => {
    expect(await codes(answer, given)).toEqual(expected);
  });

  it('is reported with what was seen', async () => {
    const changes = changed(['changed', 'b.txt'], ['added', 'src/c.txt']);
    expect(await found({ files_created: ['none.txt'], files_modified: [] }, { changes })).toEqual([
      {
        code: 'file_missing',
        message: 'The answer says that it created none.txt; there is no such file.',
        evidence: { claim: 'files_created', named: 'none.txt', path: 'none.txt', there: null },
      },
      {
        code: 'unclaimed_change',
        message: 'The answer does not say that b.txt was changed and 1 more.',
        evidence: {
          count: 2,
          changes: [
            { path: 'b.txt', change: 'changed' },
            { path: 'src/c.txt', change: 'added' },
          ],
        },
      },
    ]);
  });

  it('may name the workspace by its real path, or by a link to it', async () => {
    const changes = changed(['added', 'a.txt'], ['added', 'b.txt']);
    const files_created = [join(workspace, 'a.txt'), join(folder, 'link/b.txt')];
    expect(await codes({ files_created }, { changes, from: join(folder, 'link') })).toEqual([]);
  });

  it('is bounded, however much it is', async () => {
    const files_created = Array.from({ length: 5000 }, (_, n) => `${'x'.repeat(5000)}${String(n)}`);
    const findings = await found({ files_created });
    expect(findings).toHaveLength(50);
    expect(findings.at(-1)).toMatchObject({ code: 'more', evidence: { count: 951 } });
    expect(JSON.stringify(findings).length).toBeLessThan(64 * 1024);
  });
});

describe('what is found in commands', () => {
  const ran = (command: string) => ({ commands_run: [command] });
  const passed = (command: string) => ({ commands_run: [{ command, exit_code: 0 }] });
  const tests = { tests_passed: true };

  it.each<[string, object, Given, AttemptFinding['code'][]]>([
    ['passed', passed('npm test'), { calls: [bash('npm test', 0)] }, []],
    [
      'passed, in other words',
      passed('npm run test'),
      { calls: [bash('cd app && npm test -- --ci 2>&1', 0)] },
      [],
    ],
    ['was not run', ran('npm test'), { calls: [bash('ls', 0)] }, ['command_not_run']],
    [
      'was not run, and passed as a check',
      passed('npm test'),
      { checks: [check('npm test', 0)] },
      ['command_not_run'],
    ],
    [
      'may have been run by another tool',
      ran('npm test'),
      { calls: [{ ...write, name: 'mcp__shell__run' }] },
      [],
    ],
    ['was run before the conversation was gone on with', ran('npm test'), { isWhole: false }, []],
    ['was run, and is not said to have passed', ran('npm test'), { calls: [bash('npm test', 1)] }, []],
    ['failed', passed('npm test'), { calls: [bash('npm test', 1)] }, ['command_failed']],
    [
      'was denied',
      { commands_run: [{ command: 'make', passed: true }] },
      { calls: [bash('make', null, true)] },
      ['command_failed'],
    ],
    [
      'failed, and passed then',
      passed('npm test'),
      { calls: [bash('npm test', 1), bash('npm test', 0)] },
      [],
    ],
    [
      'failed, and passed then among others',
      passed('npm test'),
      { calls: [bash('npm test', 1), bash('npm run build && npm test', 0)] },
      [],
    ],
    [
      'passed, and failed then',
      passed('npm test'),
      { calls: [bash('npm test', 0), bash('npm test', 2)] },
      ['command_failed'],
    ],
    [
      'is one of several, of which one failed',
      passed('npm test'),
      { calls: [bash('npm test && npm run lint', 1)] },
      [],
    ],
    ['has no end yet', passed('npm test'), { calls: [bash('npm test', null)] }, []],
    [
      'failed as a check',
      passed('npm test'),
      { calls: [bash('npm test', 0)], checks: [check('npm test', 1)] },
      ['command_failed'],
    ],
    [
      'failed as a check after a fix',
      passed('npm test'),
      { calls: [bash('npm test', 0)], checks: [check('npm test', 1, 1)] },
      [],
    ],
    ['is of another shape', { commands_run: 'npm test', tests_passed: 'yes' }, {}, []],
    ['is that tests pass', tests, { calls: [bash('npm test', 0)] }, []],
    ['is that tests pass, and none ran', tests, { calls: [bash('ls -l', 0)] }, ['tests_not_run']],
    ['is that tests pass, and nothing ran at all', tests, {}, ['tests_not_run']],
    ['is that tests pass, by a program that nobody knows', tests, { calls: [bash('./ci.sh', 0)] }, []],
    [
      'is that tests pass, and they failed',
      tests,
      { calls: [bash('python3 -m pytest -q', 1)] },
      ['tests_failed'],
    ],
    [
      'is that tests pass, and they passed in the end',
      tests,
      { calls: [bash('npx vitest', 1), bash('npx vitest run', 0)] },
      [],
    ],
    [
      'is that tests pass, where another command failed',
      tests,
      {
        calls: [
          bash('go test ./...', 0),
          bash('test -e x', 1),
          bash('ls tests', 2),
          bash('pip install pytest', 1),
        ],
      },
      [],
    ],
    [
      'is that tests pass, which a check says too',
      tests,
      { calls: [bash('npm test', 0)], checks: [check('npm test', 0)] },
      [],
    ],
    [
      'is that tests pass, which a check denies',
      tests,
      { calls: [bash('npm test', 0)], checks: [check('npm test', 1)] },
      ['tests_failed'],
    ],
    ['is that tests do not pass', { tests_passed: false }, { calls: [bash('npm test', 1)] }, []],
  ])('and %s', async (_, answer, given, expected) => {
    expect(await codes(answer, given)).toEqual(expected);
  });

  it('is reported with what was seen', async () => {
    const calls = [bash('npm test', 1)];
    expect(await found(passed('npm test'), { calls })).toEqual([
      {
        code: 'command_failed',
        message:
          'The answer says that "npm test" passed; the last run of it, "npm test", ended with exit code 1.',
        evidence: { claimed: 'npm test', command: 'npm test', by: 'agent', exit_code: 1 },
      },
    ]);
  });
});

it.each([[null], ['text'], [7], [[]], [{}], [{ files_created: null }], [{ tests_passed: false }]])(
  'an answer that is %j claims nothing',
  (answer) => {
    expect(readClaims(answer)).toBeNull();
  },
);

it('a wrong UUID is found, and a missing one', () => {
  const facts = {
    startedAt: 0,
    files: new Map(),
    changes: null,
    earlier: new Set<string>(),
    toolCalls: [],
    toolCallsBeyond: 0,
  };
  const proof = { expected: 'a', found: 'b', verdict: 'mismatched' } as const;
  const all: Facts = { ...facts, checks: [], isWhole: true };
  expect(findingsOf(proof, null, all)).toMatchObject([{ code: 'uuid_mismatched' }]);
  expect(findingsOf({ ...proof, found: null, verdict: 'absent' }, null, all)).toMatchObject([
    { code: 'uuid_absent', evidence: { expected: 'a', found: null } },
  ]);
  expect(findingsOf({ ...proof, found: 'a', verdict: 'matched' }, null, all)).toEqual([]);
});

it('reports nothing of a file outside of the workspace that a link in it leads to', async () => {
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside/secret'), '');
  await symlink(join(folder, 'outside'), join(workspace, 'out'));
  await symlink(join(workspace, 'src'), join(workspace, 'in'));
  const claims = readClaims({ files_created: ['out/secret', 'out/none', 'in/c.txt', '.'] });
  if (claims === null) throw new Error('no claims');
  const files = await lookAtClaimedFiles(claims, workspace, []);
  expect([...files].map(([name, { kind }]) => [name, kind])).toEqual([
    ['out/secret', null],
    ['out/none', null],
    ['in/c.txt', 'file'],
    ['.', 'folder'],
  ]);
});
