import { z } from 'zod';
import { AGENTS, AgentName, type AgentName as Name } from '../language/agents.ts';
import { LIMITS } from '../language/limits.ts';
import { AcpAgent } from './acp.ts';
import { ModelUrl } from './model-url.ts';

/** The roles of helping agents: they judge an answer, rewrite a prompt, fix failed checks, or review changes. */
export const HELPER_ROLES = ['validation', 'amendment', 'fix', 'review'] as const;
export type HelperRole = (typeof HELPER_ROLES)[number];

/** The helpers that work in the workspace; the others only answer. */
const WORKS: ReadonlySet<HelperRole> = new Set(['fix', 'review']);

const NAMED = 'must be the name of an agent, or an object with an agent';

/** Another agent than that of a task, for something beside it. */
export const HelperAgent = z.strictObject(
  {
    agent: AgentName.describe('Which agent it is, of those that run prompts.'),
    model: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .max(200)
      .optional()
      .describe("Its model; default: the agent's own."),
    model_url: ModelUrl.optional().describe('Of the agent "model": the address of its API.'),
    acp: AcpAgent.optional().describe('Of the agent "acp": its program.'),
    pass_env: z
      .array(z.string('must be a string').regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable'))
      .max(LIMITS.listItems)
      .optional()
      .describe('Names of variables of the worker that it gets; for the agent "model" the first is its key.'),
  },
  NAMED,
);

export type HelperAgent = z.output<typeof HelperAgent>;

const NEEDS: Readonly<Partial<Record<Name, 'model' | 'acp'>>> = { model: 'model', acp: 'acp' };
const ONLY: readonly (readonly ['model_url' | 'acp', Name])[] = [
  ['model_url', 'model'],
  ['acp', 'acp'],
];

/** Returns the schema of the option that says which agent has a role beside that of a task. */
export function helperAgent(role: HelperRole) {
  return z
    .union([AgentName, HelperAgent], NAMED)
    .superRefine((given, context) => {
      const helper = helperOf(given);
      const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      const { agent } = helper;
      const at = typeof given === 'string' ? [] : ['agent'];
      if (AGENTS[agent].runs !== 'prompt') return fault(at, `is "${agent}", which runs no prompts`);
      if (agent === 'model' && WORKS.has(role))
        return fault(at, 'is "model", which has no tools and sees no files');
      const needed = NEEDS[agent];
      if (needed !== undefined && helper[needed] === undefined)
        fault([needed], `must be given for the agent "${agent}"`);
      for (const [name, owner] of ONLY)
        if (helper[name] !== undefined && agent !== owner) fault([name], `is for the agent "${owner}" only`);
    })
    .optional();
}

/** Returns a helper as an object. */
export function helperOf(given: Name | HelperAgent): HelperAgent {
  return typeof given === 'string' ? { agent: given } : given;
}
