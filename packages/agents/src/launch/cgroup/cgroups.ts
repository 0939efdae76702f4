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
   * Null where there is no cgroup v2 in which this process may make groups, or where these can't be killed as one
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

  /** Makes the cgroup of one process tree and returns its path; null: it can't be made. */
  make(executionId: string, mark: string): string | null {
    const path = join(this.#folder, prefixOf(executionId) + mark);
    try {
      // The folder as well: another worker may have removed it at its end, when nothing ran.
      mkdirSync(path, { recursive: true });
      return path;
    } catch {
      return null;
    }
  }

  /** The cgroups of an execution that there are. */
  of(executionId: string): string[] {
    const prefix = prefixOf(executionId);
    const isOf = (name: string) => name.startsWith(prefix) && !name.slice(prefix.length).includes(' ');
    return this.#names()
      .filter(isOf)
      .map((name) => join(this.#folder, name));
  }

  /** Removes the installation's folder, unless something runs in it; whoever needs it again makes it. */
  close(): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // There is something in it.
    }
  }

  /** Whether a process gets into a new one, and it can be killed as one. */
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

/** The name of a cgroup never begins as a file of the kernel does. */
function prefixOf(executionId: string): string {
  return `of ${encodeURIComponent(executionId)} `;
}

/** The folder of this process' own cgroup; null where it can't be seen. */
function ownCgroup(): string | null {
  const mounts = readFileSync('/proc/self/mounts', 'latin1').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  const path = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
  if (mount === undefined || path === undefined || path.startsWith('/..')) return null;
  // Spaces and their kind are written as octal numbers there.
  const decoded = mount.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
  const own = join(decoded, path);
  return existsSync(join(own, 'cgroup.procs')) ? own : null;
}
