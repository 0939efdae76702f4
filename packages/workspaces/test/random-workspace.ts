import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

/** Returns numbers from 0 to 1 that depend on the seed alone. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = [
  'a',
  'b',
  'A',
  'src',
  'a b',
  '-rf',
  '--stdin',
  '"quoted"',
  'new\nline',
  'tab\there',
  'back\\slash',
  ':x',
  '*',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  'git~1',
  '.git ',
  '...',
  'e\u0301',
  '\u00e9',
  '\ufffd',
  'return\r',
  'n'.repeat(255),
].map((name) => Buffer.from(name));
const BYTES = [Buffer.from([0xff, 0xfe]), Buffer.from([0x61, 0x80])];
const TEXTS = [
  '',
  'one\n',
  'one\r\ntwo',
  '* text=auto eol=crlf filter=evil\n',
  '*\n',
  '\0binary\0',
  'x'.repeat(70_000),
];
const PERMISSIONS = [0o644, 0o755, 0o600, 0o664, 0o700, 0o444, 0o4755];
const FOLDER_PERMISSIONS = [0o755, 0o700, 0o775, 0o555, 0o2755];
const TARGETS = ['a', '../outside', '/etc/passwd', 'nowhere', 'a b', '.'];

/** Makes one random change in a workspace. */
export function changeAtRandom(root: string, random: () => number): void {
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const inside = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name]);
  let folder = Buffer.from(root);
  for (let depth = Math.floor(random() * 4); depth > 0; depth -= 1) {
    const below = readdirSync(folder, { encoding: 'buffer' })
      .filter((name) => !['.git', 'node_modules'].includes(name.toString('latin1')))
      .filter((name) => lstatSync(inside(folder, name)).isDirectory());
    if (below.length === 0) break;
    folder = inside(folder, one(below));
  }
  const there = readdirSync(folder, { encoding: 'buffer' }).filter(
    (name) => !['.git', 'node_modules'].includes(name.toString('latin1')),
  );
  const name = random() < 0.1 ? one(BYTES) : one(NAMES);
  const at = inside(folder, name);
  const isFolder = lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
  const kind = random();
  if (kind < 0.45) {
    if (isFolder) rmSync(at, { recursive: true });
    else rmSync(at, { force: true });
    writeFileSync(at, one(TEXTS) + (random() < 0.5 ? String(random()) : ''));
    chmodSync(at, one(PERMISSIONS));
  } else if (kind < 0.6) {
    if (!isFolder) rmSync(at, { force: true });
    mkdirSync(at, { recursive: true });
    chmodSync(at, one(FOLDER_PERMISSIONS));
  } else if (kind < 0.7) {
    rmSync(at, { recursive: true, force: true });
    symlinkSync(one(TARGETS), at);
  } else if (there.length > 0) {
    const other = inside(folder, one(there));
    const stats = lstatSync(other);
    if (kind < 0.8) rmSync(other, { recursive: true });
    else if (kind < 0.9) {
      if (!other.equals(at)) {
        rmSync(at, { recursive: true, force: true });
        renameSync(other, at);
      }
    } else if (stats.isFile() && kind < 0.95 && !other.equals(at)) {
      rmSync(at, { recursive: true, force: true });
      linkSync(other, at);
    } else if (!stats.isSymbolicLink())
      chmodSync(other, one(stats.isDirectory() ? FOLDER_PERMISSIONS : PERMISSIONS));
  }
}
