import { cancel } from '@cc-executor/executions';
import { toolServer, type ToolServerFault } from '@cc-executor/testkit';
import { expect } from 'vitest';
import type { Check, Deed, Scenario, ScenarioGroup } from '../scenario.ts';

const called: Deed = async ({ first }) => {
  await first('agent.message');
};
const gives =
  (result: string): Check =>
  ({ tasks }) =>
    expect(tasks.at(-1)?.end?.result).toBe(result);

/** A call of a tool of the server that serves tools; its shell is the program that is allowed. */
function call(
  name: string,
  given: Record<string, unknown> = {},
  { fault, ...more }: { fault?: ToolServerFault; timeout?: number; template?: boolean } = {},
): NonNullable<Scenario['task']> {
  const { command, args } = toolServer(fault);
  const line = [command, ...args].map((word) => `'${word}'`).join(' ');
  const tools = { command: 'sh', args: ['-c', `exec ${line}`] };
  return { tool: { server: 'tools', name, arguments: given }, mcp_servers: { tools }, ...more };
}

/** Calls of tools, whose server is foreign code. */
export const toolCalls: ScenarioGroup = {
  title: 'A call of a tool',
  scenarios: [
    {
      what: 'that gives a text',
      task: call('echo', { text: 'It is here.' }),
      outcome: 'completed',
      knowsVersion: true,
      also: gives('It is here.'),
    },
    {
      what: 'that gives structured content',
      task: call('structured'),
      outcome: 'completed',
      knowsVersion: true,
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ count: 2, names: ['a', 'b'] }),
    },
    {
      what: 'that gives text, an image and files',
      task: call('mixes_contents'),
      outcome: 'completed',
      knowsVersion: true,
    },
    {
      what: 'that gives nothing',
      task: call('answers_nothing'),
      outcome: 'completed',
      knowsVersion: true,
      also: gives(''),
    },
    {
      what: 'whose server prints lines that are no messages',
      task: call('says_garbage_first'),
      outcome: 'completed',
      knowsVersion: true,
    },
    {
      what: 'whose server leaves a process in the background',
      task: call('starts_another_process'),
      outcome: 'completed',
      knowsVersion: true,
    },
    {
      what: 'with the answer of an earlier task as an argument',
      earlier: [{ command: `sh -c 'printf "%s" "\\", \\"text\\": \\"{{x}}"'` }],
      task: call('echo', { text: '<{{tasks.1.result}}>' }, { template: true }),
      outcome: 'completed',
      knowsVersion: true,
      also: gives('<", "text": "{{x}}>'),
    },
    {
      what: 'with the answer of a task that has none',
      earlier: [call('reports_an_error')],
      task: call('echo', { text: '{{tasks.1.result}}' }, { template: true }),
      outcome: 'missing_result',
      says: '{{tasks.1.result}} in the arguments',
    },
    {
      what: 'that does not exist',
      task: call('ech'),
      outcome: 'tool_not_found',
      says: 'Is echo meant?',
      knowsVersion: true,
    },
    {
      what: 'of a server without tools',
      task: call('echo', {}, { fault: 'has-no-tools' }),
      outcome: 'tool_not_found',
      says: 'offers no tools',
      knowsVersion: true,
    },
    {
      what: 'whose arguments do not fit its schema',
      task: call('echo', { text: 1 }),
      outcome: 'invalid_arguments',
      says: '/text must be string',
      knowsVersion: true,
    },
    {
      what: 'whose arguments the server refuses',
      task: call('refuses_its_arguments'),
      outcome: 'invalid_arguments',
      says: 'text must be Latin',
      knowsVersion: true,
    },
    {
      what: 'that reports an error',
      task: call('reports_an_error'),
      outcome: 'tool_failed',
      says: 'the index is locked',
      knowsVersion: true,
    },
    {
      what: 'whose server answers with an error',
      task: call('answers_with_an_error'),
      outcome: 'tool_failed',
      says: 'the disk is full',
      knowsVersion: true,
    },
    {
      what: 'whose answer breaks its own schema',
      task: call('breaks_its_schema'),
      outcome: 'invalid_output',
      says: 'output schema',
      knowsVersion: true,
    },
    {
      what: 'whose server ends in the call',
      task: call('ends_in_the_call'),
      outcome: 'mcp_failed',
      says: 'Its last line on stderr: out of luck',
      knowsVersion: true,
    },
    {
      what: 'that is answered with 50 MB',
      task: call('answers_50_mb'),
      outcome: 'answer_too_large',
      says: 'Ask answers_50_mb for less',
      knowsVersion: true,
    },
    {
      what: 'whose server ends at once',
      task: call('echo', {}, { fault: 'ends-at-once' }),
      outcome: 'mcp_failed',
      says: 'no licence found',
    },
    {
      what: 'whose server speaks another version of the protocol',
      task: call('echo', {}, { fault: 'speaks-another-version' }),
      outcome: 'mcp_failed',
      says: '2031-01-01',
    },
    {
      what: 'whose server is not installed',
      task: {
        tool: { server: 'tools', name: 'echo' },
        mcp_servers: { tools: { command: 'no-such-program' } },
      },
      outcome: 'mcp_failed',
      says: 'no-such-program could not be started',
    },
    {
      what: 'whose server is a program that is not allowed',
      task: { tool: { server: 'tools', name: 'echo' }, mcp_servers: { tools: { command: 'curl' } } },
      outcome: 'not_allowed',
      says: '"curl" is not one of ALLOWED_COMMANDS',
    },
    {
      what: 'whose server cannot be reached',
      task: {
        tool: { server: 'tools', name: 'echo' },
        mcp_servers: { tools: { type: 'http', url: 'http://127.0.0.1:1/mcp' } },
      },
      outcome: 'mcp_failed',
      says: 'could not be used',
    },
    {
      what: 'that is silent for long',
      task: call('never_answers'),
      settings: { silenceTimeout: 5 },
      outcome: 'silent',
    },
    {
      what: 'that takes longer than its timeout, and reports progress',
      task: call('reports_progress', { until: 1e9, file: '/dev/null' }, { timeout: 18 }),
      settings: { silenceTimeout: 15 },
      outcome: 'timed_out',
    },
    {
      what: 'that is cancelled',
      task: call('never_answers'),
      meanwhile: async (playing) => {
        await called(playing);
        await cancel(playing.ports, playing.executionId);
        playing.ports.leases.recheck(playing.executionId);
      },
      outcome: 'cancelled',
    },
    {
      what: 'whose worker stops',
      task: call('never_answers'),
      meanwhile: async (playing) => {
        await called(playing);
        playing.ports.leases.drain();
      },
      outcome: 'drained',
    },
  ],
};
