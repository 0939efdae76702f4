import { entriesOf } from '@cc-executor/evidence/plain-files';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitProgram } from '../git/git.ts';
import { NO_CONFIGURATION, runGit, type GitAnswer, type GitCall } from '../git/user-git.ts';
import { BASE, OWN_REPOSITORY, TASKS, type TakenCommits } from './earlier-clone.ts';
import { patternFor } from './included-paths.ts';
import type { RepositoryRecord } from '@cc-executor/contracts';
import { RepositoryError } from './repository-error.ts';

/** What was brought to where it was asked for, at last. */
export const DELIVERED = 'refs/cc-executor/delivered';
const PERSON = { NAME: 'cc-executor', EMAIL: 'cc-executor@localhost' };

/** Where the work of one execution for a repository is. */
export interface WorkPlaces {
  git: GitProgram;
  /** What is kept beside the clone: below the data directory, for this execution alone. */
  folder: string;
  /** The execution's own workspace, which becomes the clone. */
  workspace: string;
  of: RepositoryRecord;
  /** The user's own variables: for addresses and pushes alone. */
  userEnv: Readonly<Record<string, string>>;
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
    await this.make(included);
    await copyFile(join(workspace, '.git', 'index'), this.index);
    await this.ask(['update-ref', this.ref, head]);
    await this.ask(['update-ref', BASE, before?.base ?? head]);
    for (const [task, commit] of before?.tasks ?? [])
      await this.run(['update-ref', `${TASKS}/${String(task)}`, commit]);
  }

  /** Makes it, without a commit. It finds the objects of the clone. */
  async make(included: readonly string[]): Promise<void> {
    const { git, workspace } = this.places;
    const clone = { env: { ...NO_CONFIGURATION, GIT_DIR: join(workspace, '.git') } };
    const format = await runGit(git, ['rev-parse', '--show-object-format'], clone);
    const options = ['--quiet', '--bare', '--template=', `--object-format=${format.stdout.trim()}`];
    const made = await runGit(git, ['init', ...options, this.path]);
    if (made.code !== 0) throw new RepositoryError('', `git init failed: ${made.stderr}`);
    mkdirSync(join(this.path, 'info'), { recursive: true });
    const lines = included.map((path) => `${patternFor(path)}\n`);
    writeFileSync(join(this.path, 'info', 'exclude'), lines.join(''));
    await mkdir(join(this.path, 'objects', 'info'), { recursive: true });
    writeFileSync(join(this.path, 'objects', 'info', 'alternates'), `${workspace}/.git/objects\n`);
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

  async tip(): Promise<string> {
    return await this.ask(['rev-parse', '--verify', this.ref]);
  }

  async base(): Promise<string> {
    return await this.ask(['rev-parse', '--verify', BASE]);
  }

  /** The commit that was delivered last; null: none was. */
  async delivered(): Promise<string | null> {
    const { code, stdout } = await this.run(['rev-parse', '--verify', '--quiet', DELIVERED]);
    return code === 0 ? stdout.trim() : null;
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
      ...Object.fromEntries(people),
    };
    return await runGit(git, args, { cwd: workspace, env, ...call });
  }

  /** The same; what it prints. Rejects with a RepositoryError where git fails. */
  async ask(args: readonly string[], call: GitCall = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, call);
    if (code !== 0) throw new RepositoryError('', `git ${args[0] ?? ''} failed: ${stderr || String(code)}`);
    return stdout.trim();
  }
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
    GIT_ALLOW_PROTOCOL: of.path === null ? 'https:http:ssh:git' : 'https:http:ssh:git:file',
    GIT_SSH_COMMAND: userEnv['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
  };
}
