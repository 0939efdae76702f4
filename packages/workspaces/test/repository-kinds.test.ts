import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isOutOfReach } from '../src/repository/out-of-reach.ts';
import { git, hasRun, imageWithout, userRepository } from './user-repository.ts';

const ask = (subject = 'a task') => ({ task: 1, subject, trailers: { Execution: 'one', Task: '1' } });

/** Serves a folder on loopback, as git clones from it by plain HTTP; below `/closed` it asks for a password. */
async function served(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '').split('?')[0] ?? ''));
    if (path.startsWith('/closed')) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="made up"' }).end();
      return;
    }
    try {
      response.end(readFileSync(join(folder, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

// Proves: users-repository-is-left
describe('work for a repository', () => {
  it('of an address is in a clone of it, at a ref or at what its HEAD is', async () => {
    const one = userRepository();
    git(one.user, 'tag', 'first');
    one.put('src/two.txt', 'two\n');
    git(one.user, 'add', '.');
    git(one.user, 'commit', '-q', '-m', 'second');
    git(one.root, 'clone', '-q', '--bare', 'user', 'bare.git');
    git(join(one.root, 'bare.git'), 'update-server-info');
    const url = `${await served(one.root)}/bare.git`;
    const remote = { path: null, url, commit: null, deliver: 'none' } as const;
    const work = one.work(remote);
    await work.prepare();
    expect(readdirSync(join(one.workspace, 'src'))).toEqual(['one.txt', 'two.txt']);
    writeFileSync(join(one.workspace, 'new'), '1');
    const committed = await work.commit(ask());
    expect(committed?.previous).toBe(git(one.user, 'rev-parse', 'main'));
    expect(await work.deliver()).toBeNull();
    rmSync(join(one.root, 'kept'), { recursive: true });
    await one.work({ ...remote, ref: 'first' }).prepare();
    expect(readdirSync(join(one.workspace, 'src'))).toEqual(['one.txt']);
  });

  it.each([
    ['/missing.git', null, /could not be cloned: .*not found/s],
    ['/closed/it.git', null, /could not be cloned: .*(terminal prompts disabled|could not read Username)/s],
    ['/bare.git', 'missing', /There is no missing in it/],
  ])('of the address %s with the ref %s is refused with the reason', async (path, ref, message) => {
    const one = userRepository();
    git(one.root, 'clone', '-q', '--bare', 'user', 'bare.git');
    git(join(one.root, 'bare.git'), 'update-server-info');
    const work = one.work({ path: null, url: (await served(one.root)) + path, commit: null, ref });
    await expect(work.prepare()).rejects.toThrow(message);
    expect(readdirSync(one.workspace)).toEqual([]);
  });

  it('of an address where nothing answers is refused for now, and leaves nothing', async () => {
    const one = userRepository();
    const address = new URL(await served(one.root));
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    address.port = String(port);
    const work = one.work({ path: null, url: `${address.href}it.git`, commit: null });
    await expect(work.prepare()).rejects.toMatchObject({ isForNow: true });
    expect(readdirSync(join(one.root, 'kept')).filter((name) => name.startsWith('clone-'))).toEqual([]);
  });

  it.each([
    ['fatal: unable to access X: Could not resolve host: example.org', true],
    [
      "fatal: unable to access X: Failed to connect to example.org port 443 after 2 ms: Couldn't connect",
      true,
    ],
    [
      'fatal: unable to access X: gnutls_handshake() failed: The TLS connection was non-properly terminated',
      true,
    ],
    ['error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502', true],
    [
      'error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF',
      true,
    ],
    ['fatal: unable to access X: CONNECT tunnel failed, response 503', true],
    ['ssh: Could not resolve hostname x: Temporary failure in name resolution', true],
    ['kex_exchange_identification: Connection closed by remote host', true],
    ['fatal: unable to look up x (port 9418) (Name or service not known)', true],
    ['fatal: unable to access X: The requested URL returned error: 403', false],
    ["fatal: Authentication failed for 'X'", false],
    ['git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.', false],
    [
      'remote: Repository not found.\nfatal: repository X not found\nfatal: the remote end hung up unexpectedly',
      false,
    ],
    ['Host key verification failed.', false],
    ['fatal: unable to access X: CONNECT tunnel failed, response 407', false],
    ['fatal: could not create work tree dir X: Read-only file system', false],
  ])('that git refuses with %j is out of reach: %s', (why, isAway) => {
    expect(isOutOfReach(why)).toBe(isAway);
  });

  it('with submodules keeps their commits, and takes new ones that a task has fetched', async () => {
    const one = userRepository();
    git(one.root, 'init', '-q', '-b', 'main', 'lib');
    const lib = join(one.root, 'lib');
    git(lib, 'commit', '-q', '--allow-empty', '-m', 'first');
    const url = `file://${lib}`;
    git(one.user, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', url, 'lib');
    git(one.user, 'commit', '-q', '-m', 'with a submodule');
    rmSync(join(one.root, 'ran'), { force: true });
    const commit = git(one.user, 'rev-parse', 'HEAD');
    const before = one.image();
    const work = one.work({ commit });
    await work.prepare();
    expect(readdirSync(join(one.workspace, 'lib'))).toEqual([]);
    writeFileSync(join(one.workspace, 'new'), '1');
    expect(await work.commit(ask())).toMatchObject({ warnings: [] });
    const entry = () => git(one.user, 'ls-tree', 'cc-executor/one', 'lib').split(/\s/)[2];
    await work.deliver();
    expect(entry()).toBe(git(lib, 'rev-parse', 'HEAD'));
    git(lib, 'commit', '-q', '--allow-empty', '-m', 'second');
    git(
      one.workspace,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'update',
      '--init',
      '--remote',
    );
    expect(await work.commit(ask())).toMatchObject({ warnings: [] });
    await work.deliver();
    expect(entry()).toBe(git(lib, 'rev-parse', 'HEAD'));
    expect(one.image()).toEqual(before);
    expect(hasRun(one)).toBe('');
  });

  it('with files of LFS has the pointers to them, and names those that it commits as they are', async () => {
    const one = userRepository();
    const pointerOf = (content: string) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(content).digest('hex')}\nsize ${String(content.length)}\n`;
    one.put('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
    one.put('one.bin', pointerOf('one'));
    one.put('two.bin', pointerOf('two'));
    git(one.user, '-c', 'filter.lfs.clean=cat', '-c', 'filter.lfs.required=true', 'add', '.');
    git(one.user, 'commit', '-q', '-m', 'with LFS');
    git(one.user, 'config', 'filter.lfs.smudge', `touch ${one.root}/ran; cat`);
    git(one.user, 'config', 'filter.lfs.clean', `touch ${one.root}/ran; cat`);
    rmSync(join(one.root, 'ran'), { force: true });
    const work = one.work({ commit: git(one.user, 'rev-parse', 'HEAD') });
    await work.prepare();
    expect(readFileSync(join(one.workspace, 'one.bin'), 'utf8')).toBe(pointerOf('one'));
    writeFileSync(join(one.workspace, 'two.bin'), pointerOf('another'));
    expect(await work.commit(ask())).toMatchObject({ warnings: [] });
    writeFileSync(join(one.workspace, 'one.bin'), 'the content itself');
    writeFileSync(join(one.workspace, 'three.bin'), Buffer.alloc(4096));
    const committed = await work.commit(ask());
    expect(committed?.warnings).toEqual([expect.stringMatching(/2 files .*Git LFS.*one\.bin, three\.bin/)]);
    await work.deliver();
    expect(git(one.user, 'cat-file', 'blob', 'cc-executor/one:one.bin')).toBe('the content itself');
    writeFileSync(join(one.workspace, 'other'), '1');
    expect(await work.commit(ask())).toMatchObject({ warnings: [] });
    expect(hasRun(one)).toBe('');
  });

  it('names what it commits without a filter of the user, such as one that encrypts', async () => {
    const one = userRepository();
    one.put('.gitattributes', 'keys/* filter=crypt diff=crypt\n*.nb filter=nowhere\n');
    git(one.user, 'add', '.');
    git(one.user, 'commit', '-q', '-m', 'with a filter');
    git(one.user, 'config', 'filter.crypt.clean', `touch ${one.root}/ran; cat`);
    rmSync(join(one.root, 'ran'), { force: true });
    const work = one.work({ commit: git(one.user, 'rev-parse', 'HEAD') });
    await work.prepare();
    mkdirSync(join(one.workspace, 'keys'));
    for (const name of ['keys/one', 'other', 'book.nb']) writeFileSync(join(one.workspace, name), name);
    expect((await work.commit(ask()))?.warnings).toEqual([
      '1 file has the filter "crypt", which does not run here, and its content is on the branch as it is: keys/one',
    ]);
    expect(hasRun(one)).toBe('');
  });

  it.each(['blob:none', 'tree:0'])(
    'comes into a partial clone (%s), which fetches nothing for it',
    async (filter) => {
      const one = userRepository();
      one.put('src/two.txt', 'two\n');
      git(one.user, 'add', '.');
      git(one.user, 'commit', '-q', '-m', 'second');
      git(one.user, 'rm', '-q', 'src/two.txt');
      git(one.user, 'commit', '-q', '-m', 'third');
      git(one.user, 'config', 'uploadpack.allowFilter', 'true');
      const partial = join(one.root, 'partial');
      git(one.root, 'clone', '-q', `--filter=${filter}`, `file://${one.user}`, partial);
      // Who has the rest is not there any more.
      git(partial, 'config', 'remote.origin.url', `ext::touch ${one.root}/ran`);
      rmSync(join(one.root, 'ran'), { force: true });
      const before = imageWithout(partial);
      const work = one.work({ path: partial, commit: git(partial, 'rev-parse', 'HEAD') });
      await work.prepare();
      expect(readdirSync(join(one.workspace, 'src'))).toEqual(['one.txt']);
      writeFileSync(join(one.workspace, 'src/three.txt'), '3');
      expect(await work.commit(ask())).toMatchObject({ warnings: [] });
      const delivered = await work.deliver();
      expect(git(partial, 'rev-parse', 'cc-executor/one')).toBe(delivered?.commit);
      expect(git(partial, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n')).toContain(
        'src/three.txt',
      );
      expect(imageWithout(partial)).toEqual(before);
      expect(hasRun(one)).toBe('');
    },
  );

  it('has names, links and modes as they are, also those that are not UTF-8 or differ in case alone', async () => {
    const one = userRepository();
    const raw = Buffer.concat([Buffer.from(`${one.user}/raw-`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(raw, 'raw');
    for (const name of ['Case', 'case', 'é', 'e\u0301', ' space ', '-dash', 'new\nline', '"quoted"', 'tab\t'])
      one.put(name, name);
    symlinkSync('nowhere', join(one.user, 'link'));
    one.put('run.sh', 'true');
    git(one.user, 'add', '-A');
    git(one.user, 'update-index', '--chmod=+x', 'run.sh');
    git(one.user, 'commit', '-q', '-m', 'odd names');
    rmSync(join(one.root, 'ran'), { force: true });
    const work = one.work({ commit: git(one.user, 'rev-parse', 'HEAD') });
    await work.prepare();
    const inClone = Buffer.concat([Buffer.from(`${one.workspace}/raw-`), Buffer.from([0xff, 0xfe])]);
    expect(readFileSync(inClone, 'utf8')).toBe('raw');
    expect(lstatSync(join(one.workspace, 'run.sh')).mode & 0o100).toBe(0o100);
    expect(await work.commit(ask())).toBeNull();
    writeFileSync(Buffer.concat([inClone, Buffer.from([0xfd])]), 'new');
    rmSync(join(one.workspace, 'Case'));
    symlinkSync('elsewhere', join(one.workspace, 'Case'));
    expect(await work.commit(ask())).toMatchObject({ warnings: [] });
    await work.deliver();
    expect(git(one.user, 'diff', '--raw', 'main', 'cc-executor/one').split('\n')).toEqual([
      expect.stringMatching(/^:100644 120000 .* T\tCase$/),
      expect.stringMatching(/^:000000 100644 .* A\t"raw-\\377\\376\\375"$/),
    ]);
  });

  it('is brought back also where a task has put a link in place of .git, and nothing behind it changes', async () => {
    const one = userRepository();
    const work = one.work();
    await work.prepare();
    writeFileSync(join(one.workspace, 'new'), '1');
    rmSync(join(one.workspace, '.git'), { recursive: true });
    symlinkSync(join(one.user, '.git'), join(one.workspace, '.git'));
    const before = one.image();
    const committed = await work.commit(ask());
    expect(committed?.warnings.join()).toContain('missing or damaged');
    await work.deliver();
    expect(git(one.user, 'cat-file', 'blob', 'cc-executor/one:new')).toBe('1');
    expect(one.image()).toEqual(before);
    expect(hasRun(one)).toBe('');
  });
});
