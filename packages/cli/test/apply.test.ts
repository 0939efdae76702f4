import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPatch } from '../src/apply/apply-patch.ts';
import { findTarget } from '../src/apply/find-target.ts';
import { findGit } from '../src/apply/run-git.ts';
import { MAIN, startCliUnderTest } from './cli-under-test.ts';

const START = "printf 'one\\ntwo\\nthree\\nfour\\nfive\\n' > text; echo old > gone; ";
const ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  under = await startCliUnderTest();
});
afterAll(async () => await under.stop());

async function executed(list: object): Promise<string> {
  const { stdout, stderr } = await under.piped(JSON.stringify(list), 'submit', '-', '--json');
  expect(stderr).toBe('');
  const { execution_id: id } = JSON.parse(stdout) as { execution_id: string };
  await under.cli('watch', id);
  return id;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: ENV, encoding: 'utf8' });
}

function folder(): string {
  return mkdtempSync(join(under.folder, 'folder-'));
}

/** Runs a line of a shell there. */
function make(cwd: string, line: string): void {
  execFileSync('sh', ['-c', line], { cwd });
}

/** A repository with what the tasks begin with, committed. */
function repository(line = START): string {
  const made = folder();
  git(made, 'init', '-q', '-b', 'main');
  make(made, line);
  git(made, 'add', '-A');
  git(made, 'commit', '-q', '-m', 'begin');
  return made;
}

/** Everything in a folder, with what it is. Names are in latin1. */
function contentOf(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const read = (name: string) => {
    const path = Buffer.concat([Buffer.from(root), Buffer.from(name, 'latin1')]);
    const stats = lstatSync(path);
    if (stats.isDirectory()) for (const below of readdirSync(path, 'latin1')) read(`${name}/${below}`);
    else {
      const what = stats.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'base64');
      found[name.slice(1)] = `${(stats.mode & 0o111).toString(8)} ${what}`;
    }
  };
  read('');
  return found;
}

// Proves: apply-all-or-nothing
describe('in a folder that is no repository', () => {
  let id: string;
  beforeAll(async () => {
    id = await executed({
      tasks: [
        { command: `${START} head -c 3000 /dev/urandom > binary; echo tool > tool; mkdir in; echo 1 > in/a` },
        {
          command: [
            "sed -i 's/^three$/3/' text",
            'rm gone',
            'head -c 3000 /dev/urandom > binary',
            'chmod +x tool',
            'git mv 2>/dev/null in/a b || mv in/a b; rmdir in; echo file > in',
            'ln -s text link',
            'printf x > "$(printf \' -a\\tb\\n\\"\\377\')"',
          ].join('; '),
        },
        { command: 'true' },
      ],
    });
  });

  it('brings everything: binary files, modes, links and any name', async () => {
    const here = folder();
    const all = await under.cliIn(here, 'apply', id);
    expect(all.stderr).toBe('');
    expect(all.code).toBe(0);
    expect(all.stdout).toContain(`paths changed in ${here}\n`);
    expect(contentOf(here)).toEqual(contentOf(join(under.folder, 'data/workspaces', id)));
    const again = await under.cliIn(here, 'apply', id);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('has all of it')]);
  });

  it('brings one task after the other', async () => {
    const here = folder();
    await under.cliIn(here, 'apply', id, '--task', '1');
    expect(readFileSync(join(here, 'gone'), 'utf8')).toBe('old\n');
    const { stdout } = await under.cliIn(here, 'apply', id, '--task', '2', '--json');
    const answer = JSON.parse(stdout) as { outcome: string; paths: { path: string }[] };
    expect(answer).toMatchObject({ outcome: 'applied', merged: false, folder: here });
    expect(answer.paths).toContainEqual({
      path: Buffer.from(' -a\tb\n\\"\u00ff', 'latin1').toString('base64'),
      encoding: 'base64',
    });
    expect(contentOf(here)).toEqual(contentOf(join(under.folder, 'data/workspaces', id)));
  });

  it('says that there is nothing', async () => {
    const here = folder();
    const { code, stdout } = await under.cliIn(here, 'apply', id, '--task', '3');
    expect([code, stdout]).toEqual([0, 'nothing to apply: no file was changed\n']);
  });

  it('changes nothing where one file is not as it was, and in a dry run', async () => {
    const here = folder();
    await under.cliIn(here, 'apply', id, '--task', '1');
    const before = contentOf(here);
    const dry = await under.cliIn(here, 'apply', id, '--task', '2', '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('nothing was changed')]);
    expect(contentOf(here)).toEqual(before);
    writeFileSync(join(here, 'gone'), 'mine\n');
    const refused = await under.cliIn(here, 'apply', id, '--task', '2');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/Nothing was changed: .*\n +.*gone/);
    expect(contentOf(here)).toEqual({ ...before, gone: `0 ${Buffer.from('mine\n').toString('base64')}` });
  });

  it('says that it needs git', async () => {
    const line = `cd '${folder()}'; PATH=/nowhere '${process.execPath}' '${MAIN}' apply ${id}`;
    const { stderr, code } = await under.shell(`version >/dev/null; ${line}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('needs git, and there is none')]);
  });

  it('refuses a task that is not there, and the inside of a .git folder', async () => {
    const here = folder();
    expect((await under.cliIn(here, 'apply', id, '--task', '9')).code).toBe(2);
    const inside = await under.cliIn(join(repository(), '.git'), 'apply', id);
    expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining('.git folder')]);
  });

  it('puts all files back where git is ended in the middle', async () => {
    const large = await executed({
      tasks: [
        { command: `${START} mkdir in; echo 1 > in/a; chmod 700 text; ln -s text link` },
        {
          command:
            'rm -r gone in link; mkdir gone; echo 1 > gone/new; echo 1 > in; echo 1 > link; echo 1 > text; truncate -s 300000 zeros',
        },
      ],
    });
    const here = folder();
    await under.cliIn(here, 'apply', large, '--task', '1');
    const before = contentOf(here);
    const line = `cd '${here}'; ulimit -f 100; '${process.execPath}' '${MAIN}' apply ${large} --task 2`;
    const { code, stderr } = await under.shell(`version >/dev/null; ${line}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
    expect(contentOf(here)).toEqual(before);
  });
});

// Proves: apply-all-or-nothing
describe('in a repository', () => {
  let mine: string;
  let id: string;
  beforeAll(async () => {
    mine = repository();
    id = await executed({
      repository: { path: mine, deliver: 'none' },
      tasks: [{ command: "sed -i 's/^three$/3/' text; rm gone; mkdir in; echo 1 > in/new" }],
    });
  });
  const copy = () => {
    const made = folder();
    git(made, 'clone', '-q', mine, 'it');
    return join(made, 'it');
  };

  it('brings it to the root, and stages nothing', async () => {
    const here = copy();
    mkdirSync(join(here, 'sub'));
    const { code, stdout } = await under.cliIn(join(here, 'sub'), 'apply', id);
    expect([code, stdout]).toEqual([0, `gone\nin/new\ntext\n3 paths changed in ${here}\n`]);
    expect(git(here, 'status', '--porcelain', '-uall')).toBe(' D gone\n M text\n?? in/new\n');
    expect((await under.cliIn(here, 'apply', id)).stdout).toContain('has all of it');
  });

  it('refuses files with uncommitted changes, by name, and leaves others alone', async () => {
    const here = copy();
    make(here, 'echo 6 >> text; echo other > other');
    const before = contentOf(here);
    const { code, stderr } = await under.cliIn(here, 'apply', id);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'cc-executor: Nothing was changed: the patch touches files with uncommitted changes; commit or stash them first:\n  text\n',
    );
    expect(contentOf(here)).toEqual(before);
    git(here, 'checkout', '-q', 'text');
    make(here, 'mkdir in; echo mine > in/new; echo in/ > .gitignore');
    expect((await under.cliIn(here, 'apply', id)).stderr).toContain('first:\n  in/new\n');
  });

  it('merges with what was committed meanwhile', async () => {
    const here = copy();
    // The context of the patch differs: only a merge takes it.
    make(here, "sed -i 's/^four$/4/; s/^one$/1/' text; rm gone");
    git(here, 'commit', '-q', '-a', '-m', 'mine');
    make(here, "sed -i 's/^4$/four/' text");
    git(here, 'commit', '-q', '-a', '-m', 'mine again');
    const { code, stdout, stderr } = await under.cliIn(here, 'apply', id);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('in/new\ntext\n2 paths changed');
    expect(stdout).toContain('merged with what has changed');
    expect(readFileSync(join(here, 'text'), 'utf8')).toBe('1\ntwo\n3\nfour\nfive\n');
    expect(git(here, 'status', '--porcelain', '-uall')).toBe(' M text\n?? in/new\n');
  });

  it('changes nothing at a conflict', async () => {
    const here = copy();
    make(here, "sed -i 's/^three$/III/' text");
    git(here, 'commit', '-q', '-a', '-m', 'mine');
    const before = contentOf(here);
    const { code, stderr } = await under.cliIn(here, 'apply', id);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/conflicts with what is here .*git apply --3way.*:\n  text\n$/),
    ]);
    expect(contentOf(here)).toEqual(before);
  });

  it('runs nothing that the repository names, and obeys no attribute', async () => {
    const here = copy();
    const seen = join(folder(), 'seen');
    const bad = `sh -c 'echo ran >> ${seen}; cat'`;
    for (const key of ['filter.bad.clean', 'filter.bad.smudge', 'filter.bad.process', 'merge.bad.driver'])
      git(here, 'config', key, bad);
    git(here, 'config', 'core.fsmonitor', bad);
    for (const hook of ['post-index-change', 'pre-applypatch', 'post-checkout', 'reference-transaction']) {
      writeFileSync(join(here, '.git/hooks', hook), `#!/bin/sh\necho ran >> ${seen}\n`);
      chmodSync(join(here, '.git/hooks', hook), 0o755);
    }
    writeFileSync(join(here, '.git/info/attributes'), '* filter=bad merge=bad eol=crlf\n');
    make(here, "sed -i 's/^one$/1/' text; rm gone");
    git(
      here,
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'core.fsmonitor=',
      '-c',
      'filter.bad.process=',
      'commit',
      '-qam',
      'mine',
    );
    make(here, `rm -f '${seen}'; touch text`);
    const { code, stderr } = await under.cliIn(here, 'apply', id);
    expect(existsSync(seen)).toBe(false);
    expect([code, stderr]).toEqual([0, '']);
    expect(readFileSync(join(here, 'text'), 'utf8')).toBe('1\ntwo\n3\nfour\nfive\n');
  });

  it('works in a folder of a repository too', async () => {
    const plain = await executed({
      tasks: [{ command: START }, { command: "sed -i 's/^three$/3/' text; rm gone; chmod +x text" }],
    });
    const top = repository('echo top > text');
    const here = join(top, 'sub');
    mkdirSync(here);
    expect((await under.cliIn(here, 'apply', plain, '--task', '1')).code).toBe(0);
    const early = await under.cliIn(here, 'apply', plain, '--task', '2');
    expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/first:\n  gone\n  text\n$/)]);
    git(top, 'add', '-A');
    git(top, 'commit', '-q', '-m', 'first task');
    make(here, "sed -i 's/^one$/1/' text; rm gone");
    git(top, 'commit', '-q', '-a', '-m', 'mine');
    const { code, stdout, stderr } = await under.cliIn(here, 'apply', plain, '--task', '2');
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^text\n1 path changed .*merged/)]);
    expect(contentOf(here)).toEqual({
      text: `111 ${Buffer.from('1\ntwo\n3\nfour\nfive\n').toString('base64')}`,
    });
    expect(readFileSync(join(top, 'text'), 'utf8')).toBe('top\n');
  });

  it('says where a merge is impossible, also before the first commit', async () => {
    const other = repository('echo other > text; echo other > gone');
    const refused = await under.cliIn(other, 'apply', id);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/nor has the repository[^]*\n  .*gone/),
    ]);
    const unborn = folder();
    git(unborn, 'init', '-q');
    expect((await under.cliIn(unborn, 'apply', id)).stderr).toContain('Nothing was changed');
    expect(readdirSync(unborn)).toEqual(['.git']);
  });

  it('takes a repository that ignores the folder for none', async () => {
    const here = copy();
    const plain = await executed({ tasks: [{ command: START }, { command: 'rm gone' }] });
    make(here, 'echo ignored/ > .gitignore; mkdir ignored');
    for (const task of ['1', '2'])
      expect((await under.cliIn(join(here, 'ignored'), 'apply', plain, '--task', task)).code).toBe(0);
    expect(readdirSync(join(here, 'ignored'))).toEqual(['text']);
  });
});

describe('a hostile patch', () => {
  const added = (path: string) =>
    `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+bad\n`;
  const linked = (path: string) =>
    `diff --git a/${path} b/${path}\nnew file mode 120000\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+..\n\\ No newline at end of file\n`;

  it.each([
    ['a path above', added('good') + added('../above')],
    ['a path in .git', added('good') + added('.git/hooks/pre-commit')],
    ['a path in the .git of a folder', added('good') + added('in/.git/config')],
    ['a path below a link', added('good') + added('link/bad')],
    ['a path below a link that it makes', linked('new') + added('new/bad')],
    ['a text that is none', 'no patch\n'],
  ])('is refused as a whole: %s', async (_, patch) => {
    const runGit = await findGit(ENV);
    for (const made of [folder, repository]) {
      const above = folder();
      const here = join(above, 'here');
      renameSync(made(), here);
      mkdirSync(join(here, 'in'));
      symlinkSync('..', join(here, 'link'));
      const before = contentOf(above);
      const scratch = folder();
      const file = join(scratch, 'patch');
      writeFileSync(file, patch);
      const target = await findTarget(runGit, here, false);
      await expect(applyPatch({ git: runGit, target, patch: file, scratch, dryRun: false })).rejects.toThrow(
        /^Nothing was changed: /,
      );
      expect(contentOf(above)).toEqual(before);
    }
  });
});
