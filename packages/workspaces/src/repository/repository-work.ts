import { readPlain } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { constants, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitProgram } from '../git/git.ts';
import { NO_CONFIGURATION, runGit, type GitAnswer, type GitCall } from '../git/user-git.ts';
import { beginOnce, hasBegun, markBegun } from './begin-once.ts';
import {
  BASE,
  commitsBefore,
  fetchCommit,
  OWN_REPOSITORY,
  TASKS,
  type CommitsBefore,
  type EarlierClone,
} from './earlier-clone.ts';
import { copyIncluded } from './include.ts';
import { CLONED, includedPaths, patternFor } from './included-paths.ts';
import { RepositoryError, type RepositoryRecord } from './repository-record.ts';

export interface RepositoryWorkOptions {
  git: GitProgram;
  /** What is kept beside the clone: below the data directory, for this execution alone. */
  folder: string;
  /** The execution's own workspace, which becomes the clone. */
  workspace: string;
  of: RepositoryRecord;
  /** The execution that this one reruns; absent: none. */
  earlier?: EarlierClone | undefined;
  /** The user's own variables: for addresses and pushes alone. */
  userEnv: Readonly<Record<string, string>>;
}

export interface CommitRequest {
  /** The number of the task, from 1. */
  task: number;
  /** The first line of the message. */
  subject: string;
  trailers: Readonly<Record<string, string>>;
}

export interface Committed {
  commit: string;
  previous: string;
  by: 'cc-executor' | 'agent';
  /** What should be known of it, for people. */
  warnings: string[];
}

/** How long git may take to say what is checked out, in milliseconds. */
const LOOK_MS = 30_000;
/** HEAD names a branch, or a commit, in bytes. */
const HEAD_BYTES = 4096;
const PERSON = { NAME: 'cc-executor', EMAIL: 'cc-executor@localhost' };

/**
 * The work of one execution for a repository of the user: its clone, the commits on its branch, and how they come back.
 * What the tasks can change, the clone's own configuration, hooks and attributes with programs, is never obeyed: commits
 * are made in a repository of ours beside it.
 */
export class RepositoryWork {
  readonly #git: GitProgram;
  readonly #folder: string;
  readonly #workspace: string;
  readonly #of: RepositoryRecord;
  readonly #earlier: EarlierClone | null;
  readonly #userEnv: Readonly<Record<string, string>>;

  constructor({ git, folder, workspace, of, earlier, userEnv }: RepositoryWorkOptions) {
    this.#git = git;
    this.#folder = folder;
    this.#workspace = workspace;
    this.#of = of;
    this.#earlier = earlier ?? null;
    this.#userEnv = userEnv;
  }

  /**
   * Makes the workspace a clone at the commit, with what it includes, whole or not at all: what is left of a clone that was
   * cut off is removed first. Does nothing where it is one already. `fill` changes the new clone before it counts as whole.
   * Rejects with a RepositoryError.
   */
  async prepare(fill?: (included: readonly string[]) => Promise<void>): Promise<void> {
    const places = { folder: this.#folder, workspace: this.#workspace };
    if (hasBegun(places)) return await this.#unlock();
    if (this.#earlier?.keeps) return await this.#adopt(this.#earlier.folder);
    await beginOnce(places, async () => {
      writeFileSync(join(this.#folder, 'gitconfig'), '[safe]\n\tdirectory = *\n');
      const before = this.#earlier && (await commitsBefore(this.#git, this.#earlier));
      await this.#clone(before);
      const included = this.#of.path === null ? [] : await copyIncluded(this.#of, this.#workspace);
      await this.#openOwn(included, before);
      await fill?.(included);
      return included;
    });
  }

  /** Continues in the clone of another execution, which has ended. */
  async #adopt(from: string): Promise<void> {
    const included = includedPaths(from);
    if (included === null)
      throw new RepositoryError(
        '',
        'What was kept of the clone is gone: it can be rerun in a new one, or submitted again.',
      );
    await rm(this.#folder, { recursive: true, force: true });
    const isNoMark = (path: string) => path !== join(from, CLONED);
    await cp(from, this.#folder, { recursive: true, filter: isNoMark });
    markBegun(this.#folder, included);
    await this.#unlock();
  }

  /** Returns the paths that were copied into the clone and belong in no commit, snapshot or list of changes. */
  async included(): Promise<string[]> {
    return JSON.parse(await readFile(join(this.#folder, CLONED), 'utf8')) as string[];
  }

  /**
   * Commits what is in the workspace on the branch, on top of what the agent committed itself. Null: nothing has changed.
   * Rejects with a RepositoryError; nothing is lost then, and the next one tries again.
   */
  async commit(request: CommitRequest): Promise<Committed | null> {
    const committed = await this.#commit(request);
    // The work of this task is on the branch up to here, also where it left nothing.
    await this.#ask(['update-ref', `${TASKS}/${String(request.task)}`, await this.#tip()]);
    return committed;
  }

  async #commit({ subject, trailers }: CommitRequest): Promise<Committed | null> {
    const warnings: string[] = [];
    const previous = await this.#tip();
    const head = await this.#head();
    if (head === null && (await this.#own(['cat-file', '-e', `${previous}^{tree}`])).code !== 0)
      throw new RepositoryError(
        '',
        'Nothing can be committed: its .git was removed or damaged. What it changed is in the workspace and in its snapshots.',
      );
    if (head === null) warnings.push('its .git is gone or damaged: commits of its own are not on the branch');
    const isOnTop = head !== null && (await this.#isAncestor(previous, head));
    // An earlier commit was cut off before the clone had it; or the agent went back, which is a change as others are.
    const isBehind = head !== null && !isOnTop && (await this.#isAncestor(head, previous));
    if (head !== null && !isOnTop && !isBehind)
      warnings.push(
        `it has left the branch ${this.#of.branch}: what it changed is on it as one commit, and its own commits are only in its clone`,
      );
    const parent = isOnTop ? head : previous;
    if (parent !== previous) await this.#own(['read-tree', '-m', parent]);
    const added = await this.#own(['add', '--all', '--ignore-errors', '--', '.']);
    if (added.code !== 0) warnings.push(`not every file could be committed: ${firstLine(added.stderr)}`);
    const tree = await this.#ask(['write-tree']);
    let commit = parent;
    if (tree !== (await this.#ask(['rev-parse', `${parent}^{tree}`]))) {
      const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
      const input = `${firstLine(subject)}\n\n${lines.join('\n')}\n`;
      commit = await this.#ask(['commit-tree', tree, '-p', parent], { input });
    }
    if (commit !== previous) await this.#ask(['update-ref', this.#ref, commit, previous]);
    else if (!isBehind) return null;
    if (isOnTop || isBehind) await this.#bringToClone(commit);
    if (commit === previous) return null;
    return { commit, previous, by: commit === parent ? 'agent' : 'cc-executor', warnings };
  }

  /**
   * Brings the branch to where it was asked for. Null: it is there already, or nothing was committed. Rejects with a
   * RepositoryError when that can't be: the branch was moved there, or is checked out.
   */
  async deliver(): Promise<{ commit: string } | null> {
    const { deliver } = this.#of;
    if (deliver === 'none') return null;
    const [tip, base, delivered] = [await this.#tip(), await this.#base(), await this.#delivered()];
    if (tip === base || tip === delivered) return null;
    if (deliver === 'push') await this.#push(tip);
    else if (this.#of.path !== null) await this.#fetchInto(this.#of.path, tip, delivered);
    await this.#ask(['update-ref', 'refs/cc-executor/delivered', tip]);
    return { commit: tip };
  }

  /** In a folder of its own first: a git that outlives this process changes nothing in the workspace. */
  async #clone(before: CommitsBefore | null): Promise<void> {
    const { path, url, ref, commit, branch } = this.#of;
    const clone = join(this.#folder, `clone-${randomUUID()}`);
    const from = path === null ? ['--', url ?? ''] : ['--local', '--no-hardlinks', '--', path];
    const env = path === null ? this.#networkEnv() : this.#readerEnv();
    const options = ['--quiet', '--template=', '--no-checkout', '--no-recurse-submodules'];
    const cloned = await runGit(this.#git, ['clone', ...options, ...from, clone], { env });
    if (cloned.code !== 0)
      throw new RepositoryError('', `The repository could not be cloned: ${cloned.stderr}`);
    const inClone = async (...args: string[]) => await runGit(this.#git, args, { cwd: clone });
    const wanted = before ? before.commit : (commit ?? (await this.#wantedOf(ref, inClone)));
    if (before) await fetchCommit(before, inClone);
    const out = await inClone('checkout', '--quiet', '--no-track', '-b', branch, wanted);
    if (out.code !== 0) throw new RepositoryError('', `${wanted} could not be checked out: ${out.stderr}`);
    // Nothing in the clone leads an agent to the user's own folder.
    if (path !== null) await inClone('config', '--remove-section', 'remote.origin');
    for (const name of await readdir(clone)) await moveInto(join(clone, name), join(this.#workspace, name));
    await rm(clone, { recursive: true });
  }

  /** Removes the locks of a git that was ended: nobody else works in our repository. */
  async #unlock(): Promise<void> {
    for (const name of ['index', 'HEAD', 'packed-refs', this.#ref, 'refs/cc-executor/delivered'])
      await rm(join(this.#ownRepository, `${name}.lock`), { force: true });
  }

  async #wantedOf(ref: string | null, inClone: (...args: string[]) => Promise<GitAnswer>): Promise<string> {
    for (const name of ref === null ? ['HEAD', 'origin/HEAD'] : [`origin/${ref}`, ref]) {
      const { code, stdout } = await inClone(
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${name}^{commit}`,
      );
      if (code === 0) return stdout.trim();
    }
    throw new RepositoryError(
      'ref',
      ref === null ? 'The repository has no commit.' : `There is no ${ref} in it.`,
    );
  }

  /** A repository of our own, which finds the objects of the clone, and has its index. */
  async #openOwn(included: readonly string[], before: CommitsBefore | null): Promise<void> {
    const inClone = { cwd: this.#workspace };
    const format = await runGit(this.#git, ['rev-parse', '--show-object-format'], inClone);
    const head = (await runGit(this.#git, ['rev-parse', 'HEAD'], inClone)).stdout.trim();
    const made = await runGit(this.#git, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--object-format=${format.stdout.trim()}`,
      this.#ownRepository,
    ]);
    if (made.code !== 0) throw new RepositoryError('', `git init failed: ${made.stderr}`);
    await mkdir(join(this.#ownRepository, 'info'), { recursive: true });
    const lines = included.map((path) => `${patternFor(path)}\n`);
    writeFileSync(join(this.#ownRepository, 'info', 'exclude'), lines.join(''));
    writeFileSync(
      join(this.#ownRepository, 'objects', 'info', 'alternates'),
      `${this.#workspace}/.git/objects\n`,
    );
    await copyFile(join(this.#workspace, '.git', 'index'), join(this.#ownRepository, 'index'));
    await this.#ask(['update-ref', this.#ref, head]);
    await this.#ask(['update-ref', BASE, before?.base ?? head]);
    for (const [task, commit] of before?.tasks ?? [])
      await this.#own(['update-ref', `${TASKS}/${String(task)}`, commit]);
  }

  async #tip(): Promise<string> {
    return await this.#ask(['rev-parse', '--verify', this.#ref]);
  }

  async #base(): Promise<string> {
    return await this.#ask(['rev-parse', '--verify', BASE]);
  }

  async #delivered(): Promise<string | null> {
    const { code, stdout } = await this.#own([
      'rev-parse',
      '--verify',
      '--quiet',
      'refs/cc-executor/delivered',
    ]);
    return code === 0 ? stdout.trim() : null;
  }

  /** The commit that is checked out in the clone, if it is whole there; null: its .git is gone, or no folder. */
  async #head(): Promise<string | null> {
    const git = join(this.#workspace, '.git');
    if (!isFolder(git) || !isFolder(join(git, 'objects'))) return null;
    const env = { ...NO_CONFIGURATION, GIT_DIR: git };
    const { code, stdout } = await runGit(this.#git, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], {
      env,
      timeoutMs: LOOK_MS,
    });
    const head = stdout.trim();
    return code === 0 && (await this.#own(['cat-file', '-e', head])).code === 0 ? head : null;
  }

  async #isAncestor(one: string, other: string): Promise<boolean> {
    return one === other || (await this.#own(['merge-base', '--is-ancestor', one, other])).code === 0;
  }

  /** Gives the clone the commit, where its branch is the one that is checked out. No program of it is run. */
  async #bringToClone(commit: string): Promise<void> {
    const git = join(this.#workspace, '.git');
    const head = (await readPlain(join(git, 'HEAD'), HEAD_BYTES).catch(() => null))?.toString() ?? '';
    const ref = this.#ref;
    if (head.trim() !== `ref: ${ref}`) return;
    await this.#copyObjects(join(git, 'objects'));
    const folders = ref.split('/').slice(0, -1);
    // A link in the place of one of them would lead elsewhere.
    for (let depth = 1; depth <= folders.length; depth += 1) {
      const folder = join(git, ...folders.slice(0, depth));
      if (!isThere(folder)) mkdirSync(folder);
      if (!isFolder(folder)) return;
    }
    replaceFile(join(git, ref), `${commit}\n`);
    const index = join(git, 'index.cc-executor');
    rmSync(index, { force: true, recursive: true });
    await copyFile(join(this.#ownRepository, 'index'), index, constants.COPYFILE_EXCL);
    await rename(index, join(git, 'index'));
  }

  /** Objects never change: what is there already stays. */
  async #copyObjects(to: string): Promise<void> {
    const from = join(this.#ownRepository, 'objects');
    for (const folder of await readdir(from)) {
      if (folder === 'info' || !isFolder(join(to, folder))) {
        if (folder === 'info' || isThere(join(to, folder))) continue;
        await mkdir(join(to, folder));
      }
      for (const name of await readdir(join(from, folder))) {
        const [own, target] = [join(from, folder, name), join(to, folder, name)];
        if (isThere(target)) continue;
        rmSync(`${target}.cc-executor`, { force: true, recursive: true });
        await copyFile(own, `${target}.cc-executor`, constants.COPYFILE_EXCL);
        await rename(`${target}.cc-executor`, target);
      }
    }
  }

  async #fetchInto(path: string, tip: string, delivered: string | null): Promise<void> {
    const { branch } = this.#of;
    const ref = this.#ref;
    const call = { cwd: path, env: this.#readerEnv() };
    const there = await runGit(this.#git, ['rev-parse', '--verify', '--quiet', ref], call);
    const now = there.code === 0 ? there.stdout.trim() : null;
    // An earlier delivery may have been cut off after its last step.
    if (now === tip) return;
    if (now !== delivered && !(now !== null && delivered === null && (await this.#isOurs(now))))
      throw new RepositoryError(
        'branch',
        now === null
          ? `The branch ${branch} was removed from ${path}; it is not made again. The work is in the workspace.`
          : `The branch ${branch} of ${path} was moved by somebody else, and is not overwritten. The work is in the workspace.`,
      );
    const fetched = await runGit(
      this.#git,
      [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        '--no-write-commit-graph',
        '--atomic',
        this.#ownRepository,
        `${ref}:${ref}`,
      ],
      call,
    );
    if (fetched.code !== 0)
      throw new RepositoryError(
        'branch',
        `The branch ${branch} could not be brought into ${path}: ${fetched.stderr}`,
      );
  }

  /** Whether a commit is on our branch, so that nobody else has put it where it was found. */
  async #isOurs(commit: string): Promise<boolean> {
    return commit !== (await this.#base()) && (await this.#isAncestor(commit, await this.#tip()));
  }

  async #push(tip: string): Promise<void> {
    const { path, url, branch } = this.#of;
    const found =
      path === null
        ? { code: 0, stdout: url ?? '' }
        : await runGit(this.#git, ['config', '--get', 'remote.origin.url'], {
            cwd: path,
            env: this.#readerEnv(),
          });
    const to = found.stdout.trim();
    if (found.code !== 0 || to === '')
      throw new RepositoryError('deliver', `${path ?? ''} has no remote "origin".`);
    const pushed = await runGit(
      this.#git,
      ['push', '--quiet', '--no-verify', '--end-of-options', to, `${tip}:refs/heads/${branch}`],
      { env: { ...this.#networkEnv(), GIT_DIR: this.#ownRepository } },
    );
    if (pushed.code !== 0) throw new RepositoryError('deliver', `git push to ${to} failed: ${pushed.stderr}`);
  }

  get #ref(): string {
    return `refs/heads/${this.#of.branch}`;
  }

  get #ownRepository(): string {
    return join(this.#folder, OWN_REPOSITORY);
  }

  /** Runs git in our repository, on the files of the workspace. */
  async #own(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const env = {
      ...NO_CONFIGURATION,
      GIT_DIR: this.#ownRepository,
      GIT_WORK_TREE: this.#workspace,
      GIT_INDEX_FILE: join(this.#ownRepository, 'index'),
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((role) =>
          Object.entries(PERSON).map(([name, value]) => [`GIT_${role}_${name}`, value]),
        ),
      ),
    };
    return await runGit(this.#git, args, { cwd: this.#workspace, env, ...call });
  }

  async #ask(args: readonly string[], call: GitCall = {}): Promise<string> {
    const { code, stdout, stderr } = await this.#own(args, call);
    if (code !== 0) throw new RepositoryError('', `git ${args[0] ?? ''} failed: ${stderr || String(code)}`);
    return stdout.trim();
  }

  /** A repository of another owner may be read: whether it may be named was decided before. */
  #readerEnv(): Record<string, string> {
    return { ...NO_CONFIGURATION, GIT_CONFIG_GLOBAL: join(this.#folder, 'gitconfig') };
  }

  #networkEnv(): Record<string, string> {
    return {
      ...this.#userEnv,
      GIT_ALLOW_PROTOCOL: this.#of.path === null ? 'https:http:ssh:git' : 'https:http:ssh:git:file',
      GIT_SSH_COMMAND: this.#userEnv['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    };
  }
}

/** On another disk, by a copy. */
async function moveInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.cc-executor`;
  rmSync(draft, { force: true, recursive: true });
  writeFileSync(draft, text, { flag: 'wx', flush: true });
  renameSync(draft, path);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** No link to one. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
