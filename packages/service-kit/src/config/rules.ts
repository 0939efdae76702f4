import { isLoopback } from './hosts.ts';
import type { Settings } from './settings.ts';

/** Returns the faults of settings that are valid one by one. Settings that were not requested are not checked. */
export function crossFaults(values: Partial<Settings>): string[] {
  return [openDoor(values), samePort(values), sameFolder(values)].filter((fault) => fault !== null);
}

function openDoor(values: Partial<Settings>): string | null {
  const { CC_EXECUTOR_HOST: host, CC_EXECUTOR_API_KEY: keys, CC_EXECUTOR_KEYLESS: keyless } = values;
  if (host === undefined || keys === undefined || keyless === undefined) return null;
  if (isLoopback(host) || keys.length > 0 || keyless) return null;
  return `CC_EXECUTOR_HOST: got "${host}"; an address that others can reach needs a key: set CC_EXECUTOR_API_KEY, or use 127.0.0.1 (CC_EXECUTOR_KEYLESS=true only where something else keeps others out)`;
}

function samePort(values: Partial<Settings>): string | null {
  const { CC_EXECUTOR_API_PORT: api, CC_EXECUTOR_WS_PORT: ws } = values;
  if (api === undefined || api === 0 || api !== ws) return null;
  return `CC_EXECUTOR_WS_PORT: got "${String(ws)}"; must be another port than CC_EXECUTOR_API_PORT`;
}

function sameFolder(values: Partial<Settings>): string | null {
  const { CC_EXECUTOR_DATA_DIR: data, CC_EXECUTOR_WORKSPACES_DIR: workspaces } = values;
  if (workspaces === undefined || workspaces !== data) return null;
  return `CC_EXECUTOR_WORKSPACES_DIR: got "${workspaces}"; must be another folder than CC_EXECUTOR_DATA_DIR, or tasks could work in what is stored there`;
}
