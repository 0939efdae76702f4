import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pidsIn, removed } from './cgroup.ts';
import { into } from './into.ts';

/** An empty cgroup that is older than this belongs to an attempt that is over. Milliseconds. */
const OVER_MS = 60_000;

/** The cgroups of an installation's attempts: one folder below the cgroup of the services. */
export class Cgroups {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Returns null if there is no cgroup v2 in which this process may create groups, or they cannot be killed as one
   * (Linux before 5.14): processes are then found by their group and their mark alone.
   */
  static open(installation: string): Cgroups | null {
    if (process.platform !== 'linux') return null;
    try {
      const own = ownCgroup();
      if (own === null) return null;
      const cgroups = new Cgroups(join(own, `cc-executor-${installation}`));
      mkdirSync(cgroups.#folder, { recursive: true });
      cgroups.#removeOld();
      return cgroups.#works() ? cgroups : null;
    } catch {
      return null; // read-only, or another user's
    }
  }

  /** Creates the cgroup of one process tree and returns its path; null: it cannot be created. */
  make(executionId: string, mark: string): string | null {
    const path = join(this.#folder, prefixOf(executionId) + mark);
    try {
      // Creates the folder as well: another worker may have removed it at its end, when nothing ran.
      mkdirSync(path, { recursive: true });
      return path;
    } catch {
      return null;
    }
  }

  /** Returns the existing cgroups of an execution. */
  of(executionId: string): string[] {
    const prefix = prefixOf(executionId);
    const isOf = (name: string) => name.startsWith(prefix) && !name.slice(prefix.length).includes(' ');
    return this.#names()
      .filter(isOf)
      .map((name) => join(this.#folder, name));
  }

  /** Removes the installation's folder, unless something runs in it; it is created again when it is needed. */
  close(): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // Something runs in it.
    }
  }

  /** Returns whether a process can be put into a new cgroup, and the cgroup killed as one. */
  #works(): boolean {
    const probe = this.make('', `probe-${String(process.pid)}`);
    if (probe === null) return false;
    try {
      const { command, args } = into(probe, '/bin/sh', ['-c', 'cat "$1/cgroup.procs"', 'sh', probe]);
      const { stdout } = spawnSync(command, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
      return stdout.trim() !== '' && existsSync(join(probe, 'cgroup.kill')) && pidsIn(probe).length === 0;
    } finally {
      removed(probe);
    }
  }

  #removeOld(): void {
    for (const name of this.#names()) {
      const path = join(this.#folder, name);
      const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
      if (Date.now() - mtimeMs > OVER_MS) removed(path);
    }
  }

  #names(): string[] {
    try {
      const entries = readdirSync(this.#folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    } catch {
      return []; // removed by another worker, when nothing ran
    }
  }
}

/** The name of a cgroup never starts like one of the kernel's files. */
function prefixOf(executionId: string): string {
  return `of ${encodeURIComponent(executionId)} `;
}

/** Returns the folder of this process' own cgroup; null if it is not visible. */
function ownCgroup(): string | null {
  const mounts = readFileSync('/proc/self/mounts', 'latin1').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  const path = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
  if (mount === undefined || path === undefined || path.startsWith('/..')) return null;
  // White space is written as octal numbers there.
  const decoded = mount.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
  const own = join(decoded, path);
  return existsSync(join(own, 'cgroup.procs')) ? own : null;
}
