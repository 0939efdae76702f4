import { describe, expect, it } from 'vitest';
import { CcError, ExecuteRequest, parseOrThrow } from '../src/index.ts';

const KIB = 1024;
const MIB = KIB * KIB;

function refusalOf(body: unknown): CcError {
  try {
    parseOrThrow(ExecuteRequest, body);
  } catch (error) {
    if (error instanceof CcError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));
const keys = (count: number) => Object.fromEntries(many(count, (index) => [`key${String(index)}`, 1]));
const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
const template = (prompt: string) => ({ prompt, template: true });
const server = { command: 'x', url: 'y' };

describe('what is wrong with a request is reported, and bounded, where', () => {
  it.each<[string, () => unknown]>([
    ['there are 1,000 unknown keys in each of 900 tasks', () => ({ tasks: many(900, () => keys(990)) })],
    ['there are 500,000 unknown keys', () => ({ tasks: ['x'], ...keys(500_000) })],
    ['an unknown key is long', () => ({ tasks: ['x'], ['x'.repeat(9 * MIB)]: 1 })],
    [
      'a task has 200,000 MCP servers',
      () => {
        const mcp_servers = Object.fromEntries(many(200_000, (index) => [`s ${String(index)}`, server]));
        return { tasks: [{ prompt: 'x', mcp_servers }] };
      },
    ],
    [
      '100 tasks have 900 faulty MCP servers each',
      () => {
        const mcp_servers = Object.fromEntries(many(900, (index) => [`s ${String(index)}`, server]));
        return { tasks: many(100, () => ({ prompt: 'x', mcp_servers })) };
      },
    ],
    [
      '9 MiB of references name no task',
      () => ({
        tasks: many(1000, (index) => ({
          ...template('{{tasks.nobody.result}}'.repeat(400)),
          name: `n${String(index)}`,
        })),
      }),
    ],
    ['9 MiB are no references', () => ({ tasks: many(9, () => template('{{x}}'.repeat(MIB / 5 - 1))) })],
    [
      '9 MiB of references name tasks that are not unique',
      () => ({
        tasks: [
          ...many(998, () => ({ prompt: 'x', name: 'same' })),
          template('{{tasks.same.result}}'.repeat(50_000)),
        ],
      }),
    ],
    [
      'a reference has a name of 1 MiB',
      () => ({ tasks: [template(`{{tasks.${'x'.repeat(MIB - 100)}.result}}`)] }),
    ],
    ['there are two million tasks', () => ({ tasks: many(2_000_000, () => 1) })],
    ['it is nested a million levels deep', () => ({ tasks: deep(1_000_000) })],
    [
      'a tool has a name of 9 MiB',
      () => ({ tasks: [{ prompt: 'x', allowed_tools: [' '.repeat(9 * MIB)] }] }),
    ],
    [
      'tools are disallowed too',
      () => {
        const tools = many(4000, (index) => `T${String(index)}`);
        return { tasks: many(100, () => ({ prompt: 'x', allowed_tools: tools, disallowed_tools: tools })) };
      },
    ],
  ])('%s', (_, bodyOf) => {
    const body = bodyOf();
    // What grows with the square of these sizes takes longer than a test may.
    const { code, message, details } = refusalOf(body);
    expect(code).toBe('INVALID_REQUEST');
    expect(details.errors?.length).toBeGreaterThan(0);
    expect(details.errors?.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify({ message, details }).length).toBeLessThan(100 * KIB);
    expect(JSON.stringify({ message, details })).not.toMatch(/x{201}| {201}/);
  });

  it('says how many faults there are in all', () => {
    expect(refusalOf({ tasks: ['x'], ...keys(500) }).message).toMatch(/\(and 499 more\)$/);
  });
});
