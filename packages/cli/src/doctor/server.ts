import { CcServerError, type CcExecutor } from '@cc-executor/sdk';
import { createServer } from 'node:net';
import type { Context } from '../context.ts';
import { version } from '../version.ts';
import { fault, ok, warning, type Finding } from './finding.ts';

/** Checks the server, its version and its credential, if it answers; else whether its ports are free. */
export async function lookAtServer(open: () => Promise<CcExecutor>, env: Context['env']): Promise<Finding[]> {
  try {
    return await lookAtAnswers(await open(), env);
  } catch (error) {
    // A wrong setting is reported with the others; its consequence is reported here.
    return [fault(`No server can be asked: ${(error as Error).message}`)];
  }
}

async function lookAtAnswers(client: CcExecutor, env: Context['env']): Promise<Finding[]> {
  try {
    const health = await client.health();
    const findings = [ok(`The server at ${client.url} is ${health.status}`)];
    for (const [name, check] of Object.entries(health.checks))
      if (check.status === 'failed') findings.push(fault(`${name}: ${check.message}`));
    if (health.version !== version)
      findings.push(
        warning(
          `The server is version ${health.version}, this command ${version}`,
          'Use the command that came with the server.',
        ),
      );
    return [...findings, await lookAtCredential(client)];
  } catch (error) {
    if (error instanceof CcServerError)
      return [fault(`The server at ${client.url} refuses: ${error.message}`, ...error.instructions)];
    const none = warning(`No server answers at ${client.url}`, 'Start one: cc-executor server start');
    return [none, ...(await lookAtPorts(env))];
  }
}

async function lookAtCredential(client: CcExecutor): Promise<Finding> {
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

async function lookAtPorts(env: Context['env']): Promise<Finding[]> {
  const ports = ['CC_EXECUTOR_API_PORT', 'CC_EXECUTOR_WS_PORT'] as const;
  const findings = ports.map(async (name, index) => {
    const port = Number(env[name] || [8001, 8004][index]);
    // 0 is any free port; an invalid one is reported with the settings.
    if (!(port >= 1 && port <= 65_535)) return [];
    if (await isFree(port)) return [ok(`Port ${String(port)} is free`)];
    const cure = `End that program, or set ${name} to another port.`;
    return [fault(`Port ${String(port)} is taken by another program`, cure)];
  });
  return (await Promise.all(findings)).flat();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
