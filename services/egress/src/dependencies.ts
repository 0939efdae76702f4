import { hostPattern } from '@cc-executor/contracts';
import { makeOwnFolder, type StartContext } from '@cc-executor/service-kit';
import { dirname } from 'node:path';
import type { EgressConfig } from './config.ts';
import { Hosts } from './hosts/hosts.ts';
import { Ways } from './ways/ways.ts';

export type EgressDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Makes the folder of the sockets. */
export async function openDependencies({ config, logger, onClose }: StartContext<EgressConfig>) {
  const socket = config.CC_EXECUTOR_EGRESS_SOCKET;
  await makeOwnFolder(dirname(socket), { mode: 0o700 });
  const proxy = config.CC_EXECUTOR_SANDBOX_PROXY;
  const hosts = new Hosts({
    allowed: config.CC_EXECUTOR_SANDBOX_HOSTS.flatMap((text) => hostPattern(text) ?? []),
    private: config.CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS,
    refused: config.CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS,
    byProxy: proxy !== undefined,
  });
  const ways = new Ways({
    socket,
    hosts,
    proxy: proxy === undefined ? null : new URL(proxy),
    bytes: config.CC_EXECUTOR_SANDBOX_TRAFFIC,
    logger,
  });
  onClose('ways', () => ways.close());
  return { socket, ways };
}
