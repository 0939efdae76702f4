import type { Verification } from '@cc-executor/contracts';
import {
  firstUserTexts,
  say,
  startScriptedModel,
  textsOf,
  turnOf,
  useTool,
  type ModelRequest,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** What the agents do and say whose prompts begin so. */
let script: Record<string, (request: ModelRequest) => Reply> = {};
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      return Object.entries(script).find(([start]) => prompt.startsWith(start))?.[1](request) ?? say('Done.');
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function run(body: object) {
  const id = await under.submit(body);
  await under.ended(id);
  const { results } = await under.results(id);
  const events = await under.events(id);
  return { id, results, findings: events.filter(({ type }) => type === 'task.finding') };
}

/** Replies, one for each turn of a conversation. */
const turns =
  (...replies: (Reply | ((request: ModelRequest) => Reply))[]) =>
  (request: ModelRequest) => {
    const reply = replies[turnOf(request)] ?? say('Done.');
    return typeof reply === 'function' ? reply(request) : reply;
  };
const write = (id: string, name: string) =>
  useTool('Write', { file_path: join(under.workspace(id), name), content: `${name}\n` });
const bash = (command: string) => useTool('Bash', { command });
/** The answer, with the UUID that was asked for. */
const answer = (value: object) => (request: ModelRequest) => {
  const asked = /"execution_uuid": "([0-9a-f-]{36})"/.exec(textsOf(request.system).join('\n'))?.[1];
  return say(JSON.stringify({ ...value, execution_uuid: asked }));
};
const WRONG = '00000000-0000-4000-8000-000000000000';

describe('an agent that lies', () => {
  // Proves: lies-are-found
  it('is found out: files that it did not write, tests that it did not run, another UUID', async () => {
    script = {
      'Lie.': turns(
        write('liar', 'hidden.txt'),
        say(
          JSON.stringify({
            result: 'All done, all tests pass.',
            files_created: ['made.txt', 'old.txt', '/etc/made.txt'],
            files_modified: ['old.txt'],
            files_deleted: ['old.txt'],
            commands_run: [{ command: 'npm test', exit_code: 0 }],
            tests_passed: true,
            execution_uuid: WRONG,
          }),
        ),
      ),
    };
    const { results, findings } = await run({
      execution_id: 'liar',
      tasks: [{ command: 'echo old > old.txt' }, { prompt: 'Lie.', json_mode: true, uuid: true }],
    });
    const task = results[1];
    expect(task).toMatchObject({ status: 'completed', uuid_proof: { verdict: 'mismatched', found: WRONG } });
    expect(task?.findings.map(({ code }) => code)).toEqual([
      'uuid_mismatched',
      'file_missing',
      'not_created',
      'outside_workspace',
      'not_modified',
      'not_deleted',
      'unclaimed_change',
      'command_not_run',
      'tests_not_run',
    ]);
    expect(findings.map(({ data }) => data)).toEqual(task?.findings);
    const { body } = await under.call('GET', '/executions/liar/verification');
    expect(body).toMatchObject({ verdict: 'contradicted', tasks: [{}, { verdict: 'contradicted' }] });
    const [, told] = (body as Verification).tasks;
    expect(told?.findings).toHaveLength(7);
    expect(told?.findings[1]).toBe('The answer says that it created made.txt; there is no such file.');
    expect(told?.reasons).toEqual([
      'The answer says that it created /etc/made.txt; that is outside of the workspace.',
      'The answer does not say that hidden.txt was added.',
    ]);
    const page = await fetch(`${under.stack.apiUrl}/executions/liar/tasks/2/receipt`, {
      headers: { accept: 'text/markdown' },
    });
    expect(await page.text()).toContain('## Findings');
    expect(findings.find(({ data }) => data['code'] === 'unclaimed_change')?.data).toMatchObject({
      evidence: { count: 1, changes: [{ path: 'hidden.txt', change: 'added' }] },
    });
  });

  it('is found out: tests and commands that failed', async () => {
    script = {
      'Lie.': turns(
        bash('npm test'),
        answer({ tests_passed: true, commands_run: [{ command: 'npm test', passed: true }] }),
      ),
    };
    const { results } = await run({ tasks: [{ prompt: 'Lie.', json_mode: true, uuid: true }] });
    const [task] = results;
    expect(task).toMatchObject({ status: 'completed', uuid_proof: { verdict: 'matched' } });
    expect(task?.findings).toMatchObject([
      { code: 'command_failed', evidence: { by: 'agent', exit_code: expect.any(Number) } },
      { code: 'tests_failed', evidence: { command: 'npm test' } },
    ]);
    expect(task?.findings[0]?.evidence['exit_code']).toBeGreaterThan(0);
  });
});

describe('a variant that lies, and is not taken', () => {
  it('makes no contradiction of the list beside one that is sound', async () => {
    let hasLied = false;
    const claims = say(JSON.stringify({ result: 'made', files_created: ['made.txt'] }));
    script = {
      'Make it.': (request) => {
        if (turnOf(request) > 0 || !hasLied) {
          hasLied = true;
          return claims;
        }
        return bash('echo made > made.txt');
      },
    };
    const { id, results } = await run({
      tasks: [
        { name: 'make', prompt: 'Make it.', json_mode: true, variants: 2 },
        { command: 'test -e made.txt', pick: 'make' },
      ],
    });
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    const { body } = await under.call('GET', `/executions/${id}/verification`);
    const { verdict, tasks } = body as Verification;
    expect(tasks.map((task) => task.verdict).toSorted()).toEqual(['contradicted', 'verified', 'verified']);
    expect(verdict).toBe('verified');
    const { body: report } = await under.call('GET', '/report');
    expect(
      (report as { needs_you: { execution_id: string }[] }).needs_you.filter(
        (need) => need.execution_id === id,
      ),
    ).toEqual([]);
  });
});

describe('an agent that reports the truth', () => {
  it('is found to, independent of who judges, checks and fixes its work', async () => {
    script = {
      'Do it.': turns(
        write('honest', 'made.txt'),
        bash('echo more >> old.txt && rm gone.txt'),
        bash('sh -c "exit 0"'),
        answer({
          files_created: ['made.txt'],
          files_modified: [join(under.workspace('honest'), 'old.txt')],
          files_deleted: ['./gone.txt'],
          commands_run: [{ command: 'sh -c "exit 0"', exit_code: 0 }, 'rm gone.txt'],
        }),
      ),
      Judge: () => useTool('StructuredOutput', { is_valid: true, reason: 'It is.' }),
      'Another agent': turns(write('honest', 'fixed.txt')),
    };
    const { results, findings } = await run({
      execution_id: 'honest',
      tasks: [
        { command: 'touch old.txt gone.txt' },
        {
          prompt: 'Do it.',
          json_mode: true,
          require_uuid: true,
          validation_prompt: 'Judge {response}',
          checks: ['touch coverage; test -e fixed.txt'],
          on_check_failure: 'fix',
        },
      ],
    });
    expect(results[1]).toMatchObject({
      status: 'completed',
      findings: [],
      uuid_proof: { verdict: 'matched' },
      validation: { is_valid: true },
    });
    expect(results[1]?.checks.map(({ round }) => round)).toEqual([0, 1]);
    expect(findings).toEqual([]);
    const { body } = await under.call('GET', '/executions/honest/verification');
    expect(body).toMatchObject({ verdict: 'verified' });
    // The receipt has it all, with what the others did.
    const folder = join(under.folder, 'data/executions/honest/task-2/attempt-1');
    const receipt = JSON.parse(await readFile(join(folder, 'receipt-1.json'), 'utf8')) as {
      end: { findings: unknown[]; uuid_proof: { verdict: string } };
      workspace: { changes: { path: string }[] };
      files: { name: string }[];
    };
    expect(receipt.workspace.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['coverage', 'fixed.txt', 'made.txt', 'old.txt']),
    );
    expect(receipt.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fixes.jsonl', 'validation.jsonl']),
    );
    expect(receipt.end).toMatchObject({ findings: [], uuid_proof: { verdict: 'matched' } });
  });
});
