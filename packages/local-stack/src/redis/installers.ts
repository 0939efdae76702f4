import { findProgram } from '@cc-executor/service-kit';

interface Step {
  command: readonly string[];
  /** If it succeeds, no further step is needed. */
  enough?: true;
  /** It cleans up; its failure is ignored. */
  tidies?: true;
}

/** A package manager, and how it installs a Redis. */
export interface Installer {
  name: string;
  /** The rights that its steps need: those of this process, those of sudo, or rights that are not available here. */
  rights: 'own' | 'sudo' | 'none';
  steps: readonly Step[];
  /** The equivalent command of a user. */
  byHand: string;
}

interface Recipe extends Pick<Installer, 'name' | 'byHand'> {
  /** Its steps, with the absolute path of the program. */
  steps: (program: string) => readonly Step[];
  asUser?: true;
}

// In runlevel 1, Debian's packages do not start their services.
const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
const WAIT = ['-o', 'DPkg::Lock::Timeout=120'];

const RECIPES: readonly Recipe[] = [
  {
    name: 'apt-get',
    steps: (apt) => [
      { command: [...APT, apt, ...WAIT, 'update'] },
      { command: [...APT, apt, ...WAIT, 'install', '-y', '--no-install-recommends', 'redis-server'] },
      // The stack runs its own Redis: the packaged service must not run, neither now (if systemd started it) nor at boot.
      { command: ['systemctl', 'disable', '--now', 'redis-server'], tidies: true },
      { command: ['update-rc.d', 'redis-server', 'disable'], tidies: true },
    ],
    byHand: 'sudo apt-get install -y --no-install-recommends redis-server',
  },
  {
    name: 'dnf',
    steps: (dnf) => [
      { command: [dnf, 'install', '-y', 'redis'], enough: true },
      { command: [dnf, 'install', '-y', 'valkey'] },
    ],
    byHand: 'sudo dnf install -y redis (or valkey)',
  },
  {
    name: 'apk',
    steps: (apk) => [{ command: [apk, 'add', 'redis'], enough: true }, { command: [apk, 'add', 'valkey'] }],
    byHand: 'sudo apk add redis',
  },
  {
    name: 'pacman',
    steps: (pacman) => [{ command: [pacman, '-Sy', '--noconfirm', '--needed', 'valkey'] }],
    byHand: 'sudo pacman -S valkey',
  },
  {
    name: 'brew',
    steps: (brew) => [{ command: [brew, 'install', 'redis'] }],
    byHand: 'brew install redis',
    asUser: true,
  },
];

/** Returns the first package manager that is found in `searchPath`; null if none is known. */
export function findInstaller(searchPath: string, isRoot: boolean): Installer | null {
  for (const { name, steps, byHand, asUser } of RECIPES) {
    const program = findProgram([name], searchPath);
    if (program === null) continue;
    const others = findProgram(['sudo'], searchPath) === null ? 'none' : 'sudo';
    return { name, byHand, rights: asUser === true || isRoot ? 'own' : others, steps: steps(program) };
  }
  return null;
}
