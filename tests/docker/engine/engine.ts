import { say } from '../say.ts';
import { installPackages } from './install-packages.ts';
import { startOwnEngine } from './own-engine.ts';
import { findCompose, findDockerClients, type EngineTools } from './tools.ts';

export interface Engine {
  /** For clients: the value of DOCKER_HOST. */
  host: string;
  tools: EngineTools;
  /** Started for this run alone, on data that nobody else uses. */
  isOwn: boolean;
  /** Which network a build's commands get: an own engine has no bridge for them. */
  buildNetwork: 'default' | 'host';
  stop: () => Promise<void>;
}

const USUAL_HOST = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';

/** The machine's engine when it answers; else Debian's, installed if need be and started for this run alone. */
export async function bringEngine(): Promise<Engine> {
  let found = await usualEngine();
  if (found) return found;
  await installPackages();
  // Installing it starts it where systemd runs.
  found = await usualEngine();
  if (found) return found;
  say('starting our own engine');
  const { host, stop } = await startOwnEngine();
  const tools = await toolsFor(host);
  if (!tools) throw new Error('No docker client and compose command work with the engine that was started.');
  return { host, tools, isOwn: true, buildNetwork: 'host', stop };
}

async function usualEngine(): Promise<Engine | undefined> {
  const tools = await toolsFor(USUAL_HOST);
  if (!tools) return undefined;
  say(`using the engine at ${USUAL_HOST}`);
  return { host: USUAL_HOST, tools, isOwn: false, buildNetwork: 'default', stop: async () => {} };
}

async function toolsFor(host: string): Promise<EngineTools | undefined> {
  const clients = await findDockerClients(host);
  const compose = await findCompose(host, clients.any);
  return clients.withBuildKit && compose ? { docker: clients.withBuildKit, compose } : undefined;
}
