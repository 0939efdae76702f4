import { entriesOf, readPlainSync } from '@cc-executor/evidence/plain-files';
import { rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitProgram } from '../git/git.ts';
import { looseObjectsIn } from '../git/repository.ts';
import { NO_CONFIGURATION, runGit, type GitAnswer, type GitCall } from '../git/user-git.ts';
import { hasOwnObjects } from './checked-out.ts';
import { BASE, OWN_REPOSITORY, TASKS, type TakenCommits } from './earlier-clone.ts';
import { excludeLine } from './included-paths.ts';
import type { RepositoryRecord } from '@cc-executor/contracts';
import { RepositoryError } from '../repository-error.ts';
import { usersExcludes } from './users-configuration.ts';

/** The ref of the last delivered commit. */
export const DELIVERED = 'refs/cc-executor/delivered';
/** Of an object, by SHA-1 or SHA-256. */
const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** The file of a repository with what it ignores beside what commits say. */
const EXCLUDES = 'info/exclude';
/** That of the user, all included paths, and more, in bytes. */
const EXCLUDES_BYTES = 16 * 1024 * 1024;
const MANY_OBJECTS = 2000;
/** Of a few paths. */
const ALTERNATES_BYTES = 64 * 1024;
const PERSON = { NAME: 'cc-executor', EMAIL: 'cc-executor@localhost' };

/** The folders of one execution's work for a repository. */
export interface WorkPlaces {
  git: GitProgram;
  /** The folder of this execution's data about its clone, below the data directory. */
  folder: string;
  /** The execution's own workspace, which becomes the clone. */
  workspace: string;
  of: RepositoryRecord;
  /** The user's own variables: for addresses and pushes alone. */
  userEnv: Readonly<Record<string, string>>;
  /** The largest file that is committed, in bytes; larger ones are named. What an agent commits itself has no bound. */
  fileBytes: number;
}

/**
 * A repository of ours beside a clone: it has the branch, and finds the objects of the clone. Nothing that the clone
 * configures is obeyed in it.
 */
export class OwnRepository {
  readonly places: WorkPlaces;

  constructor(places: WorkPlaces) {
    this.places = places;
  }

  /** Its own folder. */
  get path(): string {
    return join(this.places.folder, OWN_REPOSITORY);
  }

  /** The branch that gets the work. */
  get ref(): string {
    return `refs/heads/${this.places.of.branch}`;
  }

  /** Makes it, with the index and the commit of the clone. `before`: what it takes over; null: nothing. */
  async open(included: readonly string[], before: TakenCommits | null): Promise<void> {
    const { git, workspace } = this.places;
    const head = (await runGit(git, ['rev-parse', 'HEAD'], { cwd: workspace })).stdout.trim();
    const excludes = (await usersExcludes(this.places)) + included.map(excludeLine).join('');
    await this.make(excludes);
    // An agent that commits itself leaves out the same: nothing has run in the clone yet.
    await writeExcludes(join(workspace, '.git'), excludes);
    await copyFile(join(workspace, '.git', 'index'), this.index);
    await this.set([this.ref, head], [BASE, before?.base ?? head], ...taskRefs(before));
  }

  /** The lines of its exclude file: bytes, one character each. */
  get excludes(): string {
    return readPlainSync(join(this.path, EXCLUDES), EXCLUDES_BYTES)?.toString('latin1') ?? '';
  }

  /** Makes it, without a commit. It finds the objects of the clone. `excludes`: the lines of its exclude file. */
  async make(excludes: string): Promise<void> {
    const { git, workspace, of } = this.places;
    const clone = { env: { ...NO_CONFIGURATION, GIT_DIR: join(workspace, '.git') } };
    const format = await runGit(git, ['rev-parse', '--show-object-format'], clone);
    const options = ['--quiet', '--bare', '--template=', `--object-format=${format.stdout.trim()}`];
    const made = await runGit(git, ['init', ...options, `--initial-branch=${of.branch}`, this.path]);
    if (made.code !== 0) throw new RepositoryError('', `git init failed: ${made.stderr}`);
    await writeExcludes(this.path, excludes);
    await mkdir(join(this.path, 'objects', 'info'), { recursive: true });
    writeFileSync(this.#alternates, `${join(workspace, '.git', 'objects')}\n`);
  }

  /**
   * Lets it find the objects of the clone, also where the folders of both were moved since. Returns false, and lets it find
   * none of them, where they are not all in the clone: a task can lead git to any folder of this machine.
   */
  async relink(): Promise<boolean> {
    const { workspace } = this.places;
    const isOwn = await hasOwnObjects(workspace);
    const objects = join(workspace, '.git', 'objects');
    const before = readPlainSync(this.#alternates, ALTERNATES_BYTES)?.toString() ?? '';
    // The first line is that of the clone. Git skips one that begins so.
    const others = before.slice(before.indexOf('\n') + 1);
    const now = `${isOwn ? '' : '#'}${objects}\n${others}`;
    if (now !== before) writeFileSync(this.#alternates, now);
    return isOwn;
  }

  /**
   * Lets it find the objects of the user's repository too, which has what was delivered and what the work began with: those
   * of the clone are gone. Returns whether there is such a repository on this machine. Nothing in it changes.
   */
  async borrow(): Promise<boolean> {
    const { git, of } = this.places;
    if (of.path === null) return false;
    const ask = ['rev-parse', '--path-format=absolute', '--git-path', 'objects'];
    const env = readerEnv(this.places);
    const found = await runGit(git, ask, { cwd: of.path, env }).catch(() => null);
    if (found?.code !== 0) return false;
    const line = `${found.stdout.trim()}\n`;
    const lines = readPlainSync(this.#alternates, ALTERNATES_BYTES)?.toString() ?? '';
    if (!lines.endsWith(line)) writeFileSync(this.#alternates, lines + line);
    return true;
  }

  /** Packs its objects once there are many: each is checked when the clone gets them. */
  async pack(): Promise<void> {
    if (looseObjectsIn(this.path) >= MANY_OBJECTS) await this.run(['repack', '-d', '-l', '-q']);
  }

  get #alternates(): string {
    return join(this.path, 'objects', 'info', 'alternates');
  }

  /** Removes the locks of a git that was ended: nobody else works here. */
  async unlock(): Promise<void> {
    for (const name of ['index', 'HEAD', 'packed-refs'])
      rmSync(join(this.path, `${name}.lock`), { force: true });
    await removeLocks(join(this.path, 'refs'));
  }

  get index(): string {
    return join(this.path, 'index');
  }

  /** Returns the ids of some objects by their names, in one question; null: there is none, or it is not there any more. */
  async look(...names: readonly string[]): Promise<(string | null)[]> {
    const options = ['--batch-check=%(objectname)', '--buffer'];
    const printed = await this.ask(['cat-file', ...options], { input: names.join('\n') });
    return printed.split('\n').map((line) => (ID.test(line) ? line : null));
  }

  /** Sets some refs, all or none. A third entry is what one has to be before. */
  async set(...refs: readonly (readonly [ref: string, id: string, before?: string])[]): Promise<void> {
    const lines = refs.map((words) => `update ${words.join(' ')}\n`);
    await this.ask(['update-ref', '--stdin'], { input: lines.join('') });
  }

  /** Makes the index what a commit has, whatever the files are. What it knows of files that stay the same is kept. */
  async setIndex(commit: string): Promise<void> {
    await this.ask(['read-tree', '--reset', '-i', commit]);
  }

  /** The last commit of the branch. */
  async tip(): Promise<string> {
    return await this.ask(['rev-parse', '--verify', this.ref]);
  }

  async base(): Promise<string> {
    return await this.ask(['rev-parse', '--verify', BASE]);
  }

  async isAncestor(one: string, other: string): Promise<boolean> {
    return one === other || (await this.run(['merge-base', '--is-ancestor', one, other])).code === 0;
  }

  /** Runs git in it, on the files of the workspace. */
  async run(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const { git, workspace } = this.places;
    const people = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(PERSON).map(([name, value]) => [`GIT_${role}_${name}`, value] as const),
    );
    const env = {
      ...NO_CONFIGURATION,
      GIT_DIR: this.path,
      GIT_WORK_TREE: workspace,
      GIT_INDEX_FILE: this.index,
      // What was found the same is not read again the next time.
      GIT_OPTIONAL_LOCKS: '1',
      ...Object.fromEntries(people),
    };
    try {
      const answer = await runGit(git, args, { cwd: workspace, env, pipesIn: workspace, ...call });
      if (answer.code === null) await this.unlock();
      return answer;
    } catch (error) {
      await this.unlock();
      throw error;
    }
  }

  /** The same; what it prints. Rejects with a RepositoryError where git fails. */
  async ask(args: readonly string[], call: GitCall = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, call);
    if (code !== 0) throw new RepositoryError('', `git ${args[0] ?? ''} failed: ${stderr || String(code)}`);
    return stdout.trim();
  }
}

async function writeExcludes(repository: string, excludes: string): Promise<void> {
  await mkdir(join(repository, dirname(EXCLUDES)), { recursive: true });
  await writeFile(join(repository, EXCLUDES), excludes, 'latin1');
}

function taskRefs(before: TakenCommits | null): [string, string][] {
  return [...(before?.tasks ?? [])].map(([task, commit]) => [taskRef(task), commit]);
}

/** Returns the ref of a task's last commit on the branch. */
export function taskRef(task: number): string {
  return `${TASKS}/${String(task)}`;
}

async function removeLocks(folder: string): Promise<void> {
  for await (const entry of entriesOf(folder)) {
    if (entry.isDirectory()) await removeLocks(join(folder, entry.name));
    else if (entry.name.endsWith('.lock')) rmSync(join(folder, entry.name), { force: true });
  }
}

/** The variables for git in the user's repository: one of another owner may be read, as was decided before. */
export function readerEnv({ folder }: Pick<WorkPlaces, 'folder'>): Record<string, string> {
  return { ...NO_CONFIGURATION, GIT_CONFIG_GLOBAL: join(folder, 'gitconfig') };
}

/** The variables for git on the network. */
export function networkEnv({ userEnv, of }: Pick<WorkPlaces, 'userEnv' | 'of'>): Record<string, string> {
  return {
    ...userEnv,
    // Its messages say whether the network is away.
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: of.path === null ? 'https:http:ssh:git' : 'https:http:ssh:git:file',
    GIT_SSH_COMMAND: userEnv['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes -oServerAliveInterval=60',
  };
}
