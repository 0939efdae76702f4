import { z } from 'zod';
import { AGENT_NAMES, TaskKind } from '../language/agents.ts';

/** A worker's last try to reach the server of an agent's model. */
export const ServerCheck = z
  .strictObject({
    origin: z
      .string()
      .nullable()
      .describe('the server, as scheme, host and port; null: its address is not an HTTP URL'),
    status: z
      .enum(['answers', 'fails', 'unreachable'])
      .describe(
        'answers: it answered a request without a credential; fails: it, or a proxy before it, answered that it cannot serve; unreachable: there was no answer',
      ),
    message: z.string().describe('what was seen and what that proves, or what to do'),
    checked_at: z.iso.datetime({ precision: 3 }).describe('when it was tried'),
  })
  .meta({ id: 'ServerCheck' });
export type ServerCheck = z.output<typeof ServerCheck>;

const modelServer = ServerCheck.nullable().describe(
  "whether a worker reaches the server of its model; null: it is not known, as the task or the agent itself chooses the server, it cannot be used here, or it is the worker's first look",
);

/** A worker's report about a program for the agent "acp". */
export const AcpProbe = z.strictObject({
  name: z.string().describe('the name that a task gives in `acp`'),
  version: z.string().nullable().describe('as it reports it; null: it is not known'),
  status: z
    .enum(['ready', 'not_installed', 'no_credential', 'broken', 'unknown'])
    .describe(
      'ready: it opened a session; no_credential: it requires a login; broken: it is installed and does not work; unknown: it is being tried, or could not be tried',
    ),
  message: z.string().nullable().describe('what to know, or to do; null: nothing'),
  model_server: modelServer.optional(),
});
export type AcpProbe = z.output<typeof AcpProbe>;

/** A worker's report about an agent. */
export const AgentProbe = z.strictObject({
  name: z.enum(AGENT_NAMES).describe('the name of the agent'),
  version: z.string().nullable().describe('of its program; null: it has none, or it does not say'),
  credential: z
    .enum(['found', 'login', 'none', 'task'])
    .describe(
      'login: its own login, which containers cannot use; none: it needs one and the worker has none; task: each task names its own, or it needs none',
    ),
  status: z
    .enum(['ready', 'not_installed', 'no_credential', 'broken'])
    .describe('broken: its program is there and does not run'),
  message: z.string().nullable().describe('what to know, or to do; null: nothing'),
  model_server: modelServer.optional(),
  programs: z.array(AcpProbe).optional().describe('of the agent "acp": what it can run'),
});
export type AgentProbe = z.output<typeof AgentProbe>;

/** An agent that a task can name, with what it can do and what the workers found out about it. */
export const AgentView = z
  .strictObject({
    name: z.enum(AGENT_NAMES).describe('the name of the agent'),
    runs: TaskKind.describe('what kind of task it runs'),
    status: z
      .enum(['ready', 'not_installed', 'no_credential', 'broken', 'unknown'])
      .describe('the best of the workers; unknown: no worker is alive, or it is an earlier version'),
    version: z.string().nullable().describe('of its program; null: it has none, or it does not say'),
    tested_version: z
      .string()
      .nullable()
      .describe('null: its program comes with cc-executor, or it has none'),
    message: z.string().nullable().describe('what to know, or to do; null: nothing'),
    model_server: modelServer,
    install: z
      .string()
      .nullable()
      .describe('the command that installs it; null: it is there, or it has no program'),
    programs: z
      .array(AcpProbe)
      .optional()
      .describe(
        'of the agent "acp": the programs that a task can name, each as the best of the workers has it',
      ),
    resumes: z.boolean().describe('whether an interrupted attempt can resume its conversation'),
    isolation: z.array(z.enum(['process', 'container'])).describe('what its attempts can run in'),
    options: z.array(z.string()).describe('the options that it honours; a task with another one is refused'),
  })
  .meta({ id: 'AgentView' });
export type AgentView = z.output<typeof AgentView>;

export const AgentsView = z
  .strictObject({ agents: z.array(AgentView).describe('all agents that a task can name') })
  .meta({ id: 'AgentsView' });
export type AgentsView = z.output<typeof AgentsView>;
