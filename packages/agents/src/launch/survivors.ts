import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The variable that every process of an attempt inherits, so that one that left its group is still found. */
export const MARK = 'CC_EXECUTOR_MARK';

/**
 * The live processes of the group `leader`, and those that left it but carry `mark` in their environment (Linux) or
 * descend from it (elsewhere). Zombies don't count: they run nothing, and only their parent can remove them.
 * `ageMs`: how long ago the leader was started, in milliseconds.
 */
export async function survivors(leader: number, mark: string, ageMs: number): Promise<number[]> {
  return process.platform === 'linux' ? fromProc(leader, mark, ageMs) : await fromPs(leader);
}

/** In less time not even a small pid space (32,768) is used up once; a fork takes some 0.1 ms. */
const YOUNG_MS = 1000;

function fromProc(leader: number, mark: string, ageMs: number): number[] {
  // What a process starts has a higher pid than itself, unless the numbers have begun anew since. The last field of
  // loadavg is the newest pid (proc(5)).
  const newest = Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[4]);
  const lowest = ageMs < YOUNG_MS && newest >= leader ? leader : 2;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid >= lowest)
    .filter((pid) => isOurs(pid, leader, `${MARK}=${mark}`));
}

function isOurs(pid: number, leader: number, marked: string): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return false;
    if (Number(group) === leader) return true;
    return readFileSync(`/proc/${String(pid)}/environ`, 'latin1')
      .split('\0')
      .includes(marked);
  } catch {
    return false; // gone meanwhile, or another user's
  }
}

async function fromPs(leader: number): Promise<number[]> {
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
  return rows.filter((row) => family.has(row.pid) && !row.dead).map((row) => row.pid);
}
