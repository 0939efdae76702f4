import { CcServerError, type CcExecutor } from '@cc-executor/sdk';
import { runningStack } from '@cc-executor/local-stack';
import { createServer } from 'node:net';
import type { Context } from '../context.ts';
import { version } from '../version.ts';
import { fault, ok, warning, type Diagnosis } from './diagnosis.ts';

/** How long a program at a port of this machine has to answer, in milliseconds. */
const ANSWER_MS = 2000;

/** Checks the server, its version and its credential, if it answers; else whether its ports are free. */
export async function diagnoseServer(
  open: () => Promise<CcExecutor>,
  env: Context['env'],
): Promise<Diagnosis[]> {
  try {
    return await diagnoseAnswers(await open(), env);
  } catch (error) {
    // A wrong setting is reported with the others; its consequence is reported here.
    return [fault(`No server can be asked: ${(error as Error).message}`)];
  }
}

async function diagnoseAnswers(client: CcExecutor, env: Context['env']): Promise<Diagnosis[]> {
  try {
    const health = await client.health();
    const diagnoses = [ok(`The server at ${client.url} is ${health.status}`)];
    for (const [name, check] of Object.entries(health.checks))
      if (check.status === 'failed') diagnoses.push(fault(`${name}: ${check.message}`));
    if (health.version !== version)
      diagnoses.push(
        warning(
          `The server is version ${health.version}, this command ${version}`,
          'Use the command that came with the server.',
        ),
      );
    return [...diagnoses, await diagnoseCredential(client), ...(await diagnoseAgents(client))];
  } catch (error) {
    if (error instanceof CcServerError)
      return [fault(`The server at ${client.url} refuses: ${error.message}`, ...error.instructions)];
    const none = warning(`No server answers at ${client.url}`, 'Start one: cc-executor server start');
    return [none, ...(await diagnosePorts(env))];
  }
}

async function diagnoseCredential(client: CcExecutor): Promise<Diagnosis> {
  try {
    const { status, message, instructions = [] } = await client.authStatus();
    if (status === 'authenticated') return ok(`Claude: ${message}`);
    return warning(`Claude is not authenticated: ${message}`, ...instructions);
  } catch (error) {
    return fault(
      `The server refuses: ${(error as Error).message}`,
      'Set CC_EXECUTOR_API_KEY to a key of the server.',
    );
  }
}

/** Agents with their own program. A program that is not installed is not a problem. */
async function diagnoseAgents(client: CcExecutor): Promise<Diagnosis[]> {
  // An earlier server does not know of them; what is wrong beside is reported with the credential.
  const { agents } = await client.agents().catch(() => ({ agents: [] }));
  const programs = agents.flatMap(({ name: agent, programs: known = [] }) =>
    known.map((one) => ({ ...one, name: `${agent}: ${one.name}`, install: null })),
  );
  const withProgram = [...agents.filter(({ tested_version: tested }) => tested !== null), ...programs];
  const usable = withProgram.flatMap(({ name, status, version: installed, message, install }) => {
    const cure = [message, install].filter((step) => step !== null).slice(0, 1);
    if (status === 'unknown') return [];
    if (status === 'not_installed')
      return [ok(`The agent ${name} is not installed; only tasks that name it need it`)];
    const what = `The agent ${name} ${installed ?? ''}`.trim();
    return status === 'ready' && message === null
      ? [ok(`${what} is ready`)]
      : [warning(`${what} is ${status.replace('_', ' ')}`, ...cure)];
  });
  const servers = [...agents, ...programs].flatMap(({ name, model_server: server = null }) => {
    if (server === null) return [];
    const what = `The server of the model of ${name}, ${server.origin ?? 'without an address'},`;
    return server.status === 'answers'
      ? [ok(`${what} answers; neither a credential nor a model was tried`)]
      : [warning(`${what} ${server.status === 'fails' ? 'fails' : 'is unreachable'}`, server.message)];
  });
  return [...usable, ...servers];
}

async function diagnosePorts(env: Context['env']): Promise<Diagnosis[]> {
  const ports = ['CC_EXECUTOR_API_PORT', 'CC_EXECUTOR_WS_PORT'] as const;
  const own = await ownPorts(env);
  const diagnoses = ports.map(async (name, index) => {
    const port = Number(env[name] || [8001, 8004][index]);
    // 0 is any free port; an invalid one is reported with the settings.
    if (!(port >= 1 && port <= 65_535)) return [];
    if (await isFree(port)) return [ok(`Port ${String(port)} is free`)];
    if (own.has(port)) return [ok(`Port ${String(port)} is used by the server of this installation`)];
    const other = await versionAt(port);
    if (other === null)
      return [
        fault(
          `Port ${String(port)} is taken by another program`,
          `End that program, or set ${name} to another port.`,
        ),
      ];
    const what = `Port ${String(port)} is used by a cc-executor ${other} that is not of this installation`;
    return [
      warning(
        what,
        `To use that one, set CC_EXECUTOR_URL; to start another beside it, set ${name} to another port.`,
      ),
    ];
  });
  return (await Promise.all(diagnoses)).flat();
}

/** The ports of the stack that uses the data directory, also while it starts or does not answer. */
async function ownPorts(env: Context['env']): Promise<ReadonlySet<number>> {
  const running = await runningStack(env).catch(() => null);
  const urls = [running?.api, running?.ws].filter((url) => typeof url === 'string');
  return new Set(urls.map((url) => Number(new URL(url).port)));
}

/** Returns the version of the cc-executor that answers at a port of this machine; null if none does. */
async function versionAt(port: number): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/health`, { signal });
    const health = (await answer.json()) as { version?: unknown; checks?: unknown };
    return typeof health.version === 'string' && health.checks !== undefined ? health.version : null;
  } catch {
    return null;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
