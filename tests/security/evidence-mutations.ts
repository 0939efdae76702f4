import { gunzipSync, gzipSync } from 'node:zlib';
import { CHANGES, type Change } from '../e2e/tampering/changes.ts';
import type { Files } from '../e2e/tampering/folder.ts';
import type { Random } from '../e2e/tampering/random.ts';

const ARCHIVE = 'archive.gz';
/** What vouches, and what it vouches for. */
const SIGNED = ['manifest.json', 'signature.json', 'archive.json', ARCHIVE];

const contentOf = (files: Files, path: string) => files.get(path) ?? Buffer.alloc(0);

/** Swaps, removes, doubles or adds a line; returns the text as it is where it has no lines. */
function otherLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const [at, other] = [random.below(lines.length), random.below(lines.length)];
  const [line = '', second = ''] = [lines[at], lines[other]];
  const how = random.below(4);
  if (how === 0) [lines[at], lines[other]] = [second, line];
  if (how === 1) lines.splice(at, 1);
  if (how === 2) lines.splice(at, 0, line);
  if (how === 3) lines.splice(at, 0, 'all tests pass');
  return lines.join('\n');
}

const lines: Change = (files, random) => {
  const path = random.of([...files.keys()].filter((each) => each !== ARCHIVE));
  files.set(path, Buffer.from(otherLines(contentOf(files, path).toString(), random)));
};

const archivedLines: Change = (files, random) => {
  const text = gunzipSync(contentOf(files, ARCHIVE)).toString();
  files.set(ARCHIVE, gzipSync(otherLines(text, random)));
};

/** What a reader of gzip passes over: the header's time and system, what follows the end, empty members, another packing. */
const packing: Change = (files, random) => {
  const file = Buffer.from(contentOf(files, ARCHIVE));
  const how = random.below(5);
  if (how === 0) file.writeUInt8(file.readUInt8(4) ^ (1 + random.below(255)), 4);
  if (how === 1) files.set(ARCHIVE, Buffer.concat([file, Buffer.alloc(1 + random.below(100))]));
  if (how === 2) files.set(ARCHIVE, Buffer.concat([file, Buffer.from('and so on')]));
  if (how === 3) files.set(ARCHIVE, Buffer.concat([gzipSync(''), file]));
  if (how === 4) files.set(ARCHIVE, gzipSync(gunzipSync(file), { level: 1 + random.below(9) }));
  if (how === 0) files.set(ARCHIVE, file);
};

/** Returns the changes by name; `other`: the files of another execution of the same list, signed by the same key. */
export function mutations(other: Files): Readonly<Record<string, Change>> {
  /** Files of the other execution, one or more, under their own names or others. */
  const foreign: Change = (files, random) => {
    for (let times = 1 + random.below(3); times > 0; times -= 1) {
      const path = random.of([...other.keys()]);
      const place = random.below(4) === 0 ? random.of([...files.keys()]) : path;
      files.set(place, contentOf(other, path));
    }
  };
  /** The manifest, the signatures and the archive of one with those of the other, in any mix. */
  const mixed: Change = (files, random) => {
    const chosen = 1 + random.below(2 ** SIGNED.length - 1);
    SIGNED.forEach((path, index) => {
      if (chosen & (1 << index)) files.set(path, contentOf(other, path));
    });
  };
  /** A part of a document of the other in that of this one. */
  const grafted: Change = (files, random) => {
    const path = random.of([...files.keys()].filter((each) => each.endsWith('.json') && other.has(each)));
    const parse = (of: Files) => JSON.parse(contentOf(of, path).toString()) as Record<string, unknown>;
    const [own, theirs] = [parse(files), parse(other)];
    const differing = Object.keys(own).filter(
      (key) => JSON.stringify(own[key]) !== JSON.stringify(theirs[key]),
    );
    const key = random.of(differing);
    own[key] = theirs[key];
    files.set(path, Buffer.from(`${JSON.stringify(own, null, 2)}\n`));
  };
  /** The same values, written otherwise. */
  const writing: Change = (files, random) => {
    const path = random.of([...files.keys()].filter((each) => each.endsWith('.json')));
    const text = contentOf(files, path).toString();
    const value = JSON.parse(text) as Record<string, unknown>;
    const ways = [
      JSON.stringify(value),
      `${text} `,
      `\n${text}`,
      text.replace('{', '{"schema": 2,'),
      `${JSON.stringify(Object.fromEntries(Object.entries(value).toReversed()), null, 2)}\n`,
    ];
    files.set(path, Buffer.from(random.of(ways)));
  };
  const missing: Change = (files, random) => {
    const gone = random.of([
      [ARCHIVE],
      [ARCHIVE, 'archive.json'],
      ['archive.json'],
      ['signature.json'],
      SIGNED,
    ]);
    for (const path of gone) files.delete(path);
  };
  return { ...CHANGES, lines, archivedLines, packing, foreign, mixed, grafted, writing, missing };
}
