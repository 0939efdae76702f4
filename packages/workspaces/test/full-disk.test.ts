import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git, userRepository } from './user-repository.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/fills-its-disk.ts');
/** A small disk that only the program sees which is run there. */
const OWN = ['--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...OWN, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

it.skipIf(!canMount)(
  'a full disk refuses snapshots, clones, commits and deliveries whole, and what was there stays',
  { timeout: 300_000 },
  () => {
    const one = userRepository();
    writeFileSync(join(one.user, 'large'), randomBytes(12 * 1024 * 1024));
    git(one.user, 'add', '.');
    git(one.user, 'commit', '-q', '-m', 'large');
    const [disk, elsewhere] = [join(one.root, 'disk'), join(one.root, 'elsewhere')];
    mkdirSync(disk);
    mkdirSync(elsewhere);
    const script = 'mount -t tmpfs -o size=8m none "$1" && exec "$0" "$2" "$1" "$3" "$4" "$5"';
    const program = [
      process.execPath,
      disk,
      FIXTURE,
      elsewhere,
      one.user,
      git(one.user, 'rev-parse', 'HEAD'),
    ];
    const printed = execFileSync('unshare', [...OWN, 'sh', '-c', script, ...program], { encoding: 'utf8' });
    const { refused, notCommitted, notDelivered, ...found } = JSON.parse(printed) as {
      refused: string;
      notCommitted: string;
      notDelivered: string;
    };
    expect(found).toEqual({
      outcomes: ['ENOSPC', 'taken'],
      isWhole: true,
      again: true,
      cloned: ['.git', '.gitignore', 'large', 'src'],
      isAsBefore: true,
      committed: 'done',
      delivered: 'done',
      found: ['', '', 'one'],
    });
    expect(notCommitted).toMatch(/No space left|could ?n.t write/);
    expect(notDelivered).toMatch(/could not be brought into .*(No space left|unpack)/s);
    expect(refused).toMatch(/could not be cloned: .*No space left|checked out: .*No space left/s);
  },
);
