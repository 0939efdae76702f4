import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join, normalize } from 'node:path';

/** The files in which a version of Linux's control groups reports memory. */
interface Version {
  /** The line of /proc/self/cgroup that names the group. */
  line: RegExp;
  mount: string;
  limit: string;
  used: string;
  /** Cached files that were not used recently: they are evicted when memory is needed. */
  reclaimable: RegExp;
}

const VERSIONS: readonly Version[] = [
  {
    line: /^0::(\/.*)$/m,
    mount: '/sys/fs/cgroup',
    limit: 'memory.max',
    used: 'memory.current',
    reclaimable: /^inactive_file (\d+)$/m,
  },
  {
    line: /^\d+:(?=[^:\n]*(?<=[:,])memory[:,])[^:\n]*:(\/.*)$/m,
    mount: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    reclaimable: /^total_inactive_file (\d+)$/m,
  },
];

/**
 * Returns the bytes of available memory: of the machine, or of this process's control group
 * and those above it, whichever is least. The page cache counts as free, unlike in
 * `process.availableMemory()`. `root`: where the system's files are.
 */
export async function availableMemory(root = '/'): Promise<number> {
  const [ofMachine, groups] = await Promise.all([
    read(join(root, 'proc/meminfo')),
    read(join(root, 'proc/self/cgroup')),
  ]);
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(ofMachine ?? '')?.[1];
  const machine = kib === undefined ? freemem() : Number(kib) * 1024;
  const rooms = await Promise.all(VERSIONS.map((version) => roomIn(version, groups ?? '', root)));
  return Math.min(machine, ...rooms);
}

async function roomIn(version: Version, groups: string, root: string): Promise<number> {
  const path = version.line.exec(groups)?.[1];
  if (path === undefined) return Infinity;
  const mount = join(root, version.mount);
  const rooms: Promise<number>[] = [];
  // In a container the path may be the host's: missing folders are skipped, up to the container's own root.
  for (let folder = join(mount, normalize(path)); folder.startsWith(mount); folder = dirname(folder))
    rooms.push(roomOf(folder, version));
  return Math.min(Infinity, ...(await Promise.all(rooms)));
}

async function roomOf(folder: string, { limit, used, reclaimable }: Version): Promise<number> {
  const files = [limit, used, 'memory.stat'].map((name) => read(join(folder, name)));
  const [most, now, stat] = await Promise.all(files);
  const bytes = Number(most ?? NaN);
  // `max`, or none.
  if (!Number.isSafeInteger(bytes) || now === null || now === undefined) return Infinity;
  return Math.max(0, bytes - Number(now) + Number(reclaimable.exec(stat ?? '')?.[1] ?? 0));
}

async function read(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}
