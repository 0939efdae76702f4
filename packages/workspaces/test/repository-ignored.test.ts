import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RepositoryWork } from '../src/index.ts';
import { git, userRepository, type UserRepository } from './user-repository.ts';

const ask = (task = 1) => ({ task, subject: 'a task', trailers: { Task: String(task) } });
const onBranch = ({ user }: UserRepository) =>
  git(user, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n');

/** A repository whose user ignores files by what is in no commit. `HOME` of the user: its `home`. */
function ignoring(): UserRepository & { home: string; own: () => RepositoryWork } {
  const one = userRepository();
  const home = join(one.root, 'home');
  mkdirSync(join(home, '.config/git'), { recursive: true });
  mkdirSync(join(one.user, '.git/info'), { recursive: true });
  writeFileSync(join(one.user, '.git/info/exclude'), '*.secret\n!*.log');
  const places = one.places({ include: ['mine.secret'] });
  const own = () => new RepositoryWork({ ...places, userEnv: { ...places.userEnv, HOME: home } });
  one.put('mine.secret', 'made up');
  return { ...one, home, own };
}

// Proves: users-repository-is-left
describe('what the user ignores by files that no clone has', () => {
  it('is committed neither by cc-executor nor by an agent', async () => {
    const one = ignoring();
    writeFileSync(join(one.root, 'ignore'), '*.own\n*.log\n');
    symlinkSync(join(one.root, 'ignore'), join(one.home, '.config/git/ignore'));
    const before = one.image();
    const work = one.own();
    await work.prepare();
    for (const name of ['a.secret', 'b.own', 'c.log', 'd']) writeFileSync(join(one.workspace, name), name);
    await work.commit(ask());
    await work.deliver();
    expect(onBranch(one)).toEqual(['.gitignore', 'c.log', 'd', 'src/one.txt']);
    writeFileSync(join(one.workspace, 'e.own'), 'e');
    writeFileSync(join(one.workspace, 'f'), 'f');
    git(one.workspace, 'add', '--all');
    git(one.workspace, 'commit', '-q', '-m', 'by the agent');
    await work.commit(ask(2));
    await work.deliver();
    expect(onBranch(one)).toEqual(['.gitignore', 'c.log', 'd', 'f', 'src/one.txt']);
    expect(one.image()).toEqual(before);
  });

  it('is committed nowhere in a copy of the clone, also where the configuration names the file', async () => {
    const one = ignoring();
    writeFileSync(join(one.root, 'named'), '*.own\n');
    writeFileSync(join(one.home, '.gitconfig'), `[core]\n\texcludesFile = ${one.root}/named\n`);
    const work = one.own();
    await work.prepare();
    await work.keepRoot();
    const folder = join(one.root, 'copy');
    cpSync(one.workspace, folder, { recursive: true });
    await work.beginCopy({ task: 1, folder }, []);
    for (const name of ['a.secret', 'b.own', 'd']) writeFileSync(join(folder, name), name);
    const committed = await work.commitCopy({ task: 1, folder }, { subject: 'a task', trailers: {} });
    expect(git(folder, 'show', '--name-only', '--format=', committed?.commit ?? '')).toBe('d');
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });
});

it('a clone of a repository that borrows its objects has all of them itself', async () => {
  const one = userRepository();
  git(one.root, 'clone', '-q', '--shared', 'user', 'borrowing');
  const path = join(one.root, 'borrowing');
  const lender = join(one.user, '.git/objects');
  expect(readFileSync(join(path, '.git/objects/info/alternates'), 'utf8').trim()).toBe(lender);
  await one.work({ path }).prepare();
  expect(existsSync(join(one.workspace, '.git/objects/info/alternates'))).toBe(false);
  expect(git(one.workspace, 'fsck', '--full')).toBe('');
  expect(git(one.workspace, 'cat-file', 'blob', 'HEAD:src/one.txt')).toBe('one');
});

it('the work of a clone is committed also where the folders of the installation were moved meanwhile', async () => {
  const one = userRepository();
  const [before, now] = [join(one.root, 'data'), join(one.root, 'moved')];
  const placesIn = (data: string) => {
    const folder = join(data, 'kept');
    return { ...one.places({ path: join(one.root, 'gone') }), folder, workspace: join(data, 'workspace') };
  };
  mkdirSync(join(before, 'workspace'), { recursive: true });
  const begun = new RepositoryWork({ ...placesIn(before), of: one.places().of });
  await begun.prepare();
  writeFileSync(join(before, 'workspace/first'), '1');
  await begun.commit(ask());
  renameSync(before, now);
  const work = new RepositoryWork(placesIn(now));
  await work.prepare();
  writeFileSync(join(now, 'workspace/second'), '2');
  expect(await work.commit(ask(2))).toMatchObject({ warnings: [] });
  expect(git(join(now, 'workspace'), 'show', '--name-only', '--format=%P', 'HEAD').split('\n').at(-1)).toBe(
    'second',
  );
});
