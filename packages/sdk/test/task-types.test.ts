import { expect, expectTypeOf, it } from 'vitest';
import type { CcExecutor, PromptTask, ResultsView, StatusView, Task, Verification } from '../src/index.ts';

type Submitted = Parameters<CcExecutor['execute']>[0][number];

it('takes a prompt, a command or a tool, each with its own options, and nothing else', () => {
  expectTypeOf<string>().toExtend<Submitted>();
  expectTypeOf<{ prompt: string; model: string; retries: number }>().toExtend<Submitted>();
  expectTypeOf<{ command: string; timeout: 'auto'; checks: string[] }>().toExtend<Submitted>();
  expectTypeOf<{ prompt: string; command: string }>().not.toExtend<Submitted>();
  expectTypeOf<{ command: string; model: string }>().not.toExtend<Submitted>();
  expectTypeOf<{ name: string }>().not.toExtend<Submitted>();
  expectTypeOf<{ prompt: number }>().not.toExtend<Submitted>();
  expectTypeOf<{ tool: { server: string; name: string }; template: true }>().toExtend<Submitted>();
  expectTypeOf<{ tool: { server: string; name: string }; model: string }>().not.toExtend<Submitted>();
  expectTypeOf<{ tool: { name: string } }>().not.toExtend<Submitted>();
  const tasks: Task[] = ['x', { prompt: 'x' }, { command: 'x' }];
  // @ts-expect-error: a misspelt option.
  const misspelt: PromptTask = { prompt: 'x', modell: 'x' };
  expect([...tasks, misspelt]).toHaveLength(4);
});

it('gives answers that have a name', () => {
  expectTypeOf<
    Awaited<ReturnType<Awaited<ReturnType<CcExecutor['execute']>>['result']>>
  >().toEqualTypeOf<ResultsView>();
  expectTypeOf<
    Awaited<ReturnType<Awaited<ReturnType<CcExecutor['execute']>>['status']>>
  >().toEqualTypeOf<StatusView>();
  expectTypeOf<
    Awaited<ReturnType<Awaited<ReturnType<CcExecutor['execute']>>['verification']>>
  >().toEqualTypeOf<Verification>();
});
