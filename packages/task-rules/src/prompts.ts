import { taskPath } from '@cc-executor/contracts/task-numbers';
import {
  AGENTS,
  CcError,
  LIMITS,
  type AgentName,
  type Fault,
  type PromptOptions,
} from '@cc-executor/contracts';
import { judging, schemaFaults } from './judging/judging.ts';
import { sliceByTokens } from 'tokenx';
import { sizeFault } from './prompt-size.ts';

export { sizeFault } from './prompt-size.ts';

/** A prompt of a list, with the number of its task from 1. */
export interface SubmittedPrompt {
  task: number;
  text: string;
  options: PromptOptions;
  /** True: it runs in a container, as an ordinary user whatever the worker is. */
  boxed?: boolean;
  /** Default: Claude Code. */
  agent?: AgentName;
}

/**
 * Returns a check of prompts before they are stored: of their size, if it is known by then, of their schemas, and of
 * what no worker may or can do (`isRoot` and `whyNoBox` are called only then). It throws with all faults: TOKEN_LIMIT if
 * all of them are about size, else INVALID_REQUEST.
 */
export function promptCheck({
  maxTokens,
  isRoot,
  whyNoBox,
}: {
  maxTokens: number;
  isRoot: () => Promise<boolean>;
  /** Returns why no prompt of Claude Code can run in a container here; null: it can. */
  whyNoBox: () => Promise<string | null>;
}) {
  return async (prompts: readonly SubmittedPrompt[]): Promise<void> => {
    const sizes: Fault[] = [];
    for (const { task, text, options } of prompts) {
      const waits = options.template === true || options.on_too_long === 'truncate';
      const message = waits ? null : await sizeFaultOf(text, maxTokens);
      if (message !== null) sizes.push({ path: `${taskPath(task)}.prompt`, message });
    }
    const needsKey = prompts.some(
      ({ boxed, agent = 'claude' }) => boxed === true && AGENTS[agent].sharesCredential,
    );
    const noBox = needsKey ? await whyNoBox() : null;
    const errors = [
      ...sizes,
      ...(await faultsOfSchemas(prompts)),
      ...(await rootFaults(prompts, isRoot)),
      ...writingFaults(prompts),
      ...(noBox === null ? [] : [{ path: 'isolation', message: noBox }]),
    ];
    const [first] = errors;
    if (first === undefined) return;
    const code = errors.length === sizes.length ? 'TOKEN_LIMIT' : 'INVALID_REQUEST';
    throw new CcError(code, `${first.path} ${first.message}`, { errors });
  };
}

/** Returns a prompt cut to the allowed size, with a sentence on what was removed; null if it fits. */
export function truncatePrompt(text: string, maxTokens: number): { text: string; leftOut: string } | null {
  const fault = sizeFault(text, maxTokens);
  if (fault === null) return null;
  const byTokens = sliceByTokens(text, 0, maxTokens);
  const bytes = Buffer.from(byTokens).subarray(0, LIMITS.promptBytes);
  // A character that the limit cuts is removed.
  const kept = new TextDecoder().decode(bytes, { stream: true }).replace(/[\uD800-\uDBFF]$/, '');
  const missing = Buffer.byteLength(text) - Buffer.byteLength(kept);
  return { text: kept, leftOut: `The prompt ${fault}: its last ${String(missing)} bytes were left out.` };
}

/** Like `sizeFault`, with slow work in a thread. */
async function sizeFaultOf(text: string, maxTokens: number): Promise<string | null> {
  if (text.length <= maxTokens) return sizeFault(text, maxTokens);
  return await judging
    .call('size', { text, maxTokens })
    .catch((error: Error) => `can't be counted: ${error.message}`);
}

/** In a container the sandbox of Codex has no namespaces, and nothing else there keeps Codex from writing. */
function writingFaults(prompts: readonly SubmittedPrompt[]): Fault[] {
  return prompts
    .filter(
      ({ boxed, agent, options }) =>
        boxed === true && agent === 'codex' && options.permission_mode === 'plan',
    )
    .map(({ task }) => ({
      path: `${taskPath(task)}.permission_mode`,
      message: 'is "plan", and Codex can\'t be kept from writing in a container',
    }));
}

async function rootFaults(
  prompts: readonly SubmittedPrompt[],
  isRoot: () => Promise<boolean>,
): Promise<Fault[]> {
  const bypassing = prompts.filter(
    ({ options, boxed }) => options.permission_mode === 'bypassPermissions' && boxed !== true,
  );
  if (bypassing.length === 0 || !(await isRoot())) return [];
  const message = 'is never used as root, and all workers run as root: run them as an ordinary user';
  return bypassing.map(({ task }) => ({ path: `${taskPath(task)}.permission_mode`, message }));
}

async function faultsOfSchemas(prompts: readonly SubmittedPrompt[]): Promise<Fault[]> {
  const asked = prompts.filter(({ options }) => options.json_schema !== undefined);
  const faults = await schemaFaults(asked.map(({ options }) => JSON.stringify(options.json_schema)));
  return asked.flatMap(({ task }, index) => {
    const fault = faults[index] ?? null;
    const message = `cannot be used as a schema: ${fault ?? ''}`;
    return fault === null ? [] : [{ path: `${taskPath(task)}.json_schema`, message }];
  });
}
