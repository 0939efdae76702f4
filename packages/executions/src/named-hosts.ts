import {
  coversHost,
  HELPER_ROLES,
  helperOf,
  hostPattern,
  hostsOf,
  toolOf,
  type Fault,
  type Network,
} from '@cc-executor/contracts';
import type { TaskRecord } from './record.ts';

/** The ports of addresses that name none. */
const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

type Named = Pick<TaskRecord, 'kind' | 'text' | 'agent' | 'options' | 'network'>;

/**
 * Returns the faults of addresses that a task in a container names and its `network` does not: requests to them are made for it,
 * and reach what its container would. `network`: that of its list.
 */
export function unnamedHosts(task: Named, network: Network | undefined): Fault[] {
  const allowed = hostsOf(task.network ?? network).flatMap((text) => hostPattern(text) ?? []);
  return addressesOf(task).flatMap(({ path, url }) => {
    const { hostname, port, protocol } = new URL(url);
    const host = `${hostname}:${port || (USUAL_PORTS[protocol] ?? '')}`;
    const pattern = hostPattern(host);
    return pattern !== null && allowed.some((one) => coversHost(one, pattern))
      ? []
      : [{ path, message: `is at ${host}, and its list runs in containers: name that host in network` }];
  });
}

function addressesOf({ kind, text, agent, options }: Named): { path: string; url: string }[] {
  const { mcp_servers: servers = {}, model_url: own } = options;
  if (kind === 'tool') {
    const { server } = toolOf(text);
    const url = servers[server]?.url;
    return url === undefined ? [] : [{ path: `mcp_servers.${server}.url`, url }];
  }
  const helpers = HELPER_ROLES.flatMap((role) => {
    const name = `${role}_agent` as const;
    const given = options[name];
    const url = given === undefined ? undefined : helperOf(given).model_url;
    return url === undefined ? [] : [{ path: `${name}.model_url`, url }];
  });
  return [...(agent === 'model' && own !== undefined ? [{ path: 'model_url', url: own }] : []), ...helpers];
}
