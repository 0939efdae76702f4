import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { pidsIn } from './cgroup/cgroup.ts';

/** The variable that every process of an attempt inherits, so that a process that left its group is still found. */
export const MARK = 'CC_EXECUTOR_MARK';
/** The variable that names the execution of a process. */
export const EXECUTION = 'CC_EXECUTOR_EXECUTION_ID';

/**
 * A process that is being forked or is in the middle of its exec can escape a look: if there were some, or may
 * be some, this many looks in a row must find none.
 */
export const SURE_AFTER = 3;

export interface Survivors {
  pids: number[];
  /** True if a process was in the middle of its exec, when its environment cannot be read: look again. */
  unsure: boolean;
}

/** A process tree that was started together. */
export interface Family {
  /** The first process, which is also the id of its group. */
  leader: number;
  mark: string;
  /** The path of its cgroup; null: none. */
  cgroup: string | null;
}

/**
 * Returns the live processes of the group `leader`, of its cgroup, and those that left the group but carry `mark` in their
 * environment (Linux) or descend from it (elsewhere). Zombies don't count: they run nothing, and only their parent can remove them.
 * `born`: when the leader was started; null: it is not known.
 */
export async function survivors(
  { leader, mark, cgroup }: Family,
  born: MachineTime | null,
): Promise<Survivors> {
  if (process.platform !== 'linux') return await fromPs(leader);
  const found = fromProc(leader, mark, born);
  const pids = new Set([...found.pids, ...(cgroup === null ? [] : pidsIn(cgroup))]);
  return { pids: [...pids], unsure: found.unsure };
}

/** A moment in the life of this machine. */
export interface MachineTime {
  /** By `performance.now()`. */
  at: number;
  /** How many processes the machine has started before; 0: it is not known. */
  forks: number;
}

/** In less time, not even a small pid space (32,768) wraps around; a fork takes some 0.1 ms. */
const YOUNG_MS = 1000;
/** With fewer new processes it does not either. */
const FEW_FORKS = 10_000;

/** Returns this moment. */
export function thisMoment(): MachineTime {
  return { at: performance.now(), forks: forksSoFar() };
}

/** Of all namespaces of pids, so it is never less than what one of them has given out. */
function forksSoFar(): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function isYoung(born: MachineTime): boolean {
  const isNew = performance.now() - born.at < YOUNG_MS;
  return isNew || (born.forks > 0 && forksSoFar() - born.forks < FEW_FORKS);
}

function fromProc(leader: number, mark: string, born: MachineTime | null): Survivors {
  const pids = readdirSync('/proc').map(Number);
  // A child has a higher pid than its parent, unless the pids have wrapped around since. The last field of
  // loadavg is the newest pid (proc(5)); no process that is newer than the leader has a higher one.
  const newest = Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[4]);
  const [lowest, highest] =
    born !== null && isYoung(born) && newest >= leader ? [leader, newest] : [2, Infinity];
  const found = pids
    .filter((pid) => pid >= lowest && pid <= highest)
    .map((pid) => ({ pid, is: whose(pid, leader, `${MARK}=${mark}`) }));
  return {
    pids: found.filter(({ is }) => is === 'ours').map(({ pid }) => pid),
    unsure: found.some(({ is }) => is === 'unknown'),
  };
}

function whose(pid: number, leader: number, marked: string): 'ours' | 'unknown' | 'not ours' {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return 'not ours';
    if (Number(group) === leader) return 'ours';
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'latin1');
    // Kernel threads, children of 2, never have one.
    if (environment === '' && parent !== '2') return 'unknown';
    return environment.split('\0').includes(marked) ? 'ours' : 'not ours';
  } catch {
    return 'not ours'; // gone meanwhile, or another user's
  }
}

async function fromPs(leader: number): Promise<Survivors> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,state=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, group, state]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      dead: state?.startsWith('Z') ?? false,
    }));
  const family = new Set([leader]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const row of rows) if (row.group === leader || family.has(row.parent)) family.add(row.pid);
  }
  const pids = rows.filter((row) => family.has(row.pid) && !row.dead).map((row) => row.pid);
  return { pids, unsure: false };
}
