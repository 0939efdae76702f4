import { join } from 'node:path';
import {
  makeOwnFolder,
  messageOf,
  StartFailure,
  type Env,
  type Settings,
  type StartContext,
} from '@cc-executor/service-kit';
import { reachable } from './addresses.ts';
import { identityOf } from './children/process-identity.ts';
import { launchService, type ServiceDetails, type ServiceEntry } from './children/service.ts';
import { Supervised } from './children/supervised.ts';
import { environmentOf, samePort } from './environments.ts';
import { endLeftovers } from './leftovers.ts';
import { openRedis } from './redis/open-redis.ts';
import type { Ask } from './redis/redis-server.ts';
import { StackFile } from './stack-file.ts';
import { startWarnings } from './start-warnings.ts';
import { LineSink } from './terminal/line-sink.ts';

export interface OpenStackContext extends Pick<StartContext<Settings>, 'config' | 'onClose' | 'onForcedEnd'> {
  /** The environment of the services. */
  env: Env;
  /** Shows a line to the user. */
  say: (line: string) => void;
  /** Asks a person at a terminal; null: nobody is there. */
  ask: Ask | null;
  services: readonly ServiceEntry[];
}

export interface OpenStack {
  /** Like `http://127.0.0.1:8001`. */
  apiUrl: string;
  /** Like `ws://127.0.0.1:8004`. */
  wsUrl: string;
  /** The processes that run now, by name. */
  pids: () => Record<string, number>;
}

/** Starts Redis and the services; each is registered for shutdown on the line that starts it. */
export async function openStack(context: OpenStackContext): Promise<OpenStack> {
  const { config, say, services, onClose, onForcedEnd } = context;
  const dataDir = config.CC_EXECUTOR_DATA_DIR;
  const logs = join(dataDir, 'logs');
  await makeFolder(dataDir);
  await makeFolder(logs);
  for (const { what, cure } of startWarnings(context.env, config)) say(`Warning: ${what} ${cure}`);
  const { file, left } = await StackFile.take(dataDir);
  onClose('stack.json', () => file.release());
  if (left !== null) await endLeftovers(left, say);

  const running: Supervised<ServiceDetails>[] = [];
  const pids = () => Object.fromEntries(running.flatMap((child) => pidOf(child)));
  const onChange = () => {
    file.write({ processes: identities(pids()) }).catch((error: unknown) => {
      say(`stack.json can't be written (${messageOf(error)}); running tasks continue.`);
    });
  };
  const supervise = (child: Supervised<ServiceDetails>) => {
    running.push(child);
    onClose(child.name, () => child.stop());
    onForcedEnd(() => child.hurry());
    return child.start();
  };

  const redisUrl = await openRedis({ ...context, logs, onChange, supervise });
  const starts = services.map((service) => {
    const lines = new LineSink(service.name, join(logs, `${service.name}.log`), say);
    onClose(`${service.name}.log`, () => lines.close());
    const env = environmentOf(service, context.env, config, redisUrl);
    return supervise(
      new Supervised({
        name: service.name,
        launch: async (last) => launchService(service, { ...env, ...samePort(service, last) }, lines),
        say,
        onChange,
      }),
    );
  });
  const details = await allOrSentences(starts);
  const addressOf = (name: string) => {
    const index = services.findIndex((service) => service.name === name);
    return reachable(String(details[index]?.['address']));
  };
  const [apiUrl, wsUrl] = [addressOf('api'), addressOf('gateway').replace(/^http/, 'ws')];
  await file.write({ api: apiUrl, ws: wsUrl });
  return { apiUrl, wsUrl, pids };
}

/** Waits for all, so that every service that cannot start is reported, and not only the first. */
async function allOrSentences<T>(starts: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(starts);
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length === 0) return await Promise.all(starts);
  const sentences = failed.map(({ reason }) => (reason as Error).message);
  throw new StartFailure(sentences.join('\n'), { cause: failed[0]?.reason });
}

async function makeFolder(folder: string): Promise<void> {
  await makeOwnFolder(folder, { mode: 0o700, sign: 'id' }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartFailure(
      `${folder} can't be made (${String(code)}): set CC_EXECUTOR_DATA_DIR to a directory that you may write to.`,
    );
  });
}

/** For Redis, its own process and not the one that supervises it. */
function pidOf(child: Supervised<ServiceDetails>): [string, number][] {
  const told = child.details?.['serverPid'];
  const pid = typeof told === 'number' ? told : child.pid;
  return pid === null ? [] : [[child.name, pid]];
}

function identities(pids: Record<string, number>) {
  return Object.entries(pids).flatMap(([name, pid]) => {
    const identity = identityOf(pid);
    return identity === null ? [] : [{ name, ...identity }];
  });
}
