import { findProgram } from '@cc-executor/service-kit';
import { runQuietly } from '../children/run-quietly.ts';

interface Step {
  command: readonly string[];
  /** When it succeeds, no further step is needed. */
  enough?: true;
  /** It tidies up; its failing means nothing. */
  tidies?: true;
}

/** A package manager, and how it brings a Redis. */
export interface Installer {
  name: string;
  /** What goes before each command so that it has the rights; null: they can't be had without a question. */
  prefix: readonly string[] | null;
  steps: readonly Step[];
  /** What a user types in its place. */
  byHand: string;
}

type Recipe = Omit<Installer, 'prefix'> & { asUser?: true };

// In runlevel 1, Debian's packages don't start the services that they bring.
const APT = [
  'env',
  'DEBIAN_FRONTEND=noninteractive',
  'RUNLEVEL=1',
  'apt-get',
  '-o',
  'DPkg::Lock::Timeout=120',
];

const RECIPES: readonly Recipe[] = [
  {
    name: 'apt-get',
    steps: [
      { command: [...APT, 'update'] },
      { command: [...APT, 'install', '-y', '--no-install-recommends', 'redis-server'] },
      // Where systemd runs, it has started and enabled the service all the same; an own one is used.
      { command: ['systemctl', 'disable', '--now', 'redis-server'], tidies: true },
    ],
    byHand: 'sudo apt-get install -y --no-install-recommends redis-server',
  },
  {
    name: 'dnf',
    steps: [
      { command: ['dnf', 'install', '-y', 'redis'], enough: true },
      { command: ['dnf', 'install', '-y', 'valkey'] },
    ],
    byHand: 'sudo dnf install -y redis (or valkey)',
  },
  {
    name: 'apk',
    steps: [{ command: ['apk', 'add', 'redis'], enough: true }, { command: ['apk', 'add', 'valkey'] }],
    byHand: 'sudo apk add redis',
  },
  {
    name: 'pacman',
    steps: [{ command: ['pacman', '-Sy', '--noconfirm', '--needed', 'valkey'] }],
    byHand: 'sudo pacman -S valkey',
  },
  {
    name: 'brew',
    steps: [{ command: ['brew', 'install', 'redis'] }],
    byHand: 'brew install redis',
    asUser: true,
  },
];

/** The first package manager that is found in `searchPath`; null when there is none that we know. */
export async function findInstaller(searchPath: string): Promise<Installer | null> {
  const recipe = RECIPES.find(({ name }) => findProgram([name], searchPath) !== null);
  if (recipe === undefined) return null;
  const { asUser, ...installer } = recipe;
  return { ...installer, prefix: asUser === true ? [] : await rootPrefix(searchPath) };
}

async function rootPrefix(searchPath: string): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  if (findProgram(['sudo'], searchPath) === null) return null;
  const { code } = await runQuietly(['sudo', '-n', 'true']);
  return code === 0 ? ['sudo', '-n'] : null;
}
