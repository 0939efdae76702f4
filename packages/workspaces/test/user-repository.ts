import type { RepositoryRecord } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { RepositoryWork, type RepositoryWorkOptions } from '../src/index.ts';
import { imageOf, type Image } from './walked.ts';

export const GIT = { program: 'git', path: process.env['PATH'] };

const ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A User',
  GIT_AUTHOR_EMAIL: 'user@example.org',
  GIT_COMMITTER_NAME: 'A User',
  GIT_COMMITTER_EMAIL: 'user@example.org',
};

/** Runs git as a user does, and returns what it prints. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: ENV,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export interface UserRepository {
  root: string;
  /** The user's repository. */
  user: string;
  workspace: string;
  put: (path: string, content: string) => void;
  /** Everything in the user's repository, but what a delivery adds: objects, and the ref of its branch. */
  image: () => Image;
  work: (of?: Partial<RepositoryRecord>) => RepositoryWork;
  /** What `work` is made with. */
  places: (of?: Partial<RepositoryRecord>) => RepositoryWorkOptions;
}

/** A repository with one commit, and hooks that leave a trace when they run. */
export function userRepository(): UserRepository {
  const root = mkdtempSync(join(tmpdir(), 'cc-repository-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [user, workspace] = [join(root, 'user'), join(root, 'workspace')];
  mkdirSync(user);
  mkdirSync(workspace);
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(user, path)), { recursive: true });
    writeFileSync(join(user, path), content);
  };
  git(user, 'init', '-q', '-b', 'main');
  put('src/one.txt', 'one\n');
  put('.gitignore', 'ignored\n.env\n');
  git(user, 'add', '.');
  git(user, 'commit', '-q', '-m', 'first');
  for (const hook of [
    'post-checkout',
    'post-commit',
    'pre-commit',
    'pre-push',
    'reference-transaction',
    'post-merge',
  ]) {
    const file = join(user, '.git/hooks', hook);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho ${hook} >> ${root}/ran\n`);
    chmodSync(file, 0o755);
  }
  const head = git(user, 'rev-parse', 'HEAD');
  const places = (of: Partial<RepositoryRecord> = {}): RepositoryWorkOptions => ({
    git: GIT,
    folder: join(root, 'kept'),
    workspace,
    userEnv: { PATH: process.env['PATH'] ?? '' },
    fileBytes: 64 * 1024 * 1024,
    of: {
      path: user,
      url: null,
      commit: head,
      ref: null,
      branch: 'cc-executor/one',
      commits: 'per_task',
      deliver: 'branch',
      include: [],
      ...of,
    },
  });
  return {
    root,
    user,
    workspace,
    put,
    image: () => imageWithout(user),
    places,
    work: (of) => new RepositoryWork(places(of)),
  };
}

/** Returns everything in a repository of a user, but what a delivery adds: objects, and the ref of its branch. */
export function imageWithout(user: string): Image {
  const all = [...imageOf(user, { all: true })];
  const isAdded = (path: string) =>
    path.startsWith('.git/objects/') || path.startsWith('.git/refs/heads/cc-executor');
  return new Map(all.filter(([path]) => !isAdded(path)));
}

/** Makes a repository what users' repositories are like, by a seed: its index, its files, its state. */
export function messUp({ user, put, root }: UserRepository, seed: string): void {
  const steps: ((number: number) => void)[] = [
    (n) => put(`untracked-${n}`, 'x'),
    (n) => put(`ignored`, String(n)),
    (n) => {
      put(`staged-${n}`, 'staged');
      git(user, 'add', `staged-${n}`);
    },
    (n) => put('src/one.txt', `changed ${n}\n`),
    () => git(user, 'checkout', '-q', '--detach'),
    (n) => git(user, 'branch', `other-${n}`),
    (n) => git(user, 'tag', `tag-${n}`),
    () => git(user, 'stash', '-q', '-u'),
    () => git(user, 'pack-refs', '--all'),
    () => git(user, 'gc', '-q'),
    (n) => {
      mkdirSync(join(user, `inner-${n}`));
      git(join(user, `inner-${n}`), 'init', '-q');
    },
    (n) => symlinkSync('src/one.txt', join(user, `link-${n}`)),
    (n) => {
      put(`run-${n}.sh`, 'true');
      chmodSync(join(user, `run-${n}.sh`), n % 2 === 0 ? 0o755 : 0o600);
    },
    (n) => put(`odd "name"\n${n}`, 'odd'),
    () => put('.gitattributes', '* text=auto eol=crlf filter=trace ident\n'),
    () => {
      git(user, 'config', 'filter.trace.clean', `touch ${root}/ran; cat`);
      git(user, 'config', 'filter.trace.smudge', `touch ${root}/ran; cat`);
    },
    () => git(user, 'config', 'core.fsmonitor', `touch ${root}/ran`),
    (n) => git(user, 'worktree', 'add', '-q', '--detach', join(root, `tree-${n}`)),
  ];
  const bytes = createHash('sha256').update(seed).digest();
  for (let at = 0; at < 10; at += 1) {
    const step = steps[(bytes[at * 2] ?? 0) % steps.length];
    try {
      step?.((bytes[at * 2 + 1] ?? 0) + at * 256);
    } catch {
      // A step that git refuses in this state changes nothing that matters here.
    }
  }
}

export function hasRun({ root }: Pick<UserRepository, 'root'>): string {
  try {
    return readFileSync(join(root, 'ran'), 'utf8');
  } catch {
    return '';
  }
}
