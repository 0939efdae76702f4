import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import { readPlainSync } from '../plain-files.ts';
import { entryOf, mayDiffer, type Entry } from './entry.ts';
import { nameKey, pathOf } from './path-key.ts';
import type { Pace } from './pace.ts';
import { RULES_BYTES, RULES_FILE, type Chain, type Rules } from './rules.ts';

/** The number of files that are scanned. */
const MAX_FILES = 200_000;
/** The number of skipped paths that are kept; a whole folder counts as one. */
const MAX_LEFT_OUT = 10_000;

/** The result of one walk through a workspace. */
export interface Walked {
  files: Map<string, Entry>;
  /** The permissions of every folder in it, by path. */
  folders: Map<string, number>;
  /** Why the walk is incomplete; null: it is complete. */
  cut: string | null;
  /** The skipped paths; beyond the limit only their number. */
  leftOut: string[];
  leftOutTotal: number;
  /** The folders that were not scanned completely, by path; their content is unknown. */
  unseen: Set<string>;
  /** The parts that could not be scanned, for people. */
  faults: string[];
}

/**
 * Scans every file of a workspace by name and times: nothing is opened, no link is followed. `learns`: the
 * .gitignore files on the way count; else those that the rules have. `earlier`: a walk through the same workspace, with
 * which this one shares what has not changed.
 */
export async function walk(
  root: string,
  rules: Rules,
  { learns, pace, earlier = null }: { learns: boolean; pace: Pace; earlier?: Walked | null },
): Promise<Walked> {
  const now = Date.now();
  const walked: Walked = {
    files: new Map(),
    folders: new Map(),
    cut: null,
    leftOut: [],
    leftOutTotal: 0,
    unseen: new Set(),
    faults: [],
  };
  const folders: { folder: string; outer: Chain }[] = [{ folder: '', outer: [] }];
  const cut = (folder: string, why: string): Walked => {
    for (const one of [folder, ...folders.map((left) => left.folder)]) walked.unseen.add(one);
    walked.cut = `not every file was read: ${why}`;
    walked.faults.push(walked.cut);
    return walked;
  };
  for (let next = folders.pop(); next; next = folders.pop()) {
    const { folder, outer } = next;
    const names = namesIn(root, folder, walked);
    if (learns && names.some(({ name, entry }) => name === RULES_FILE && entry.isFile()))
      learn(root, folder, rules);
    const chain = rules.chainIn(folder, outer);
    for (const { name, entry } of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (rules.leavesOut(path, name, entry.isDirectory(), chain)) skip(path, walked);
      else if (entry.isDirectory()) {
        folders.push({ folder: path, outer: chain });
        lookAtFolder(root, path, walked);
      } else if (walked.files.size >= MAX_FILES) return cut(folder, `more than ${String(MAX_FILES)} files`);
      else visit(root, path, { now, walked, earlier });
      await pace.next();
      if (pace.isOver) return cut(folder, 'it took too long');
    }
  }
  return walked;
}

function skip(path: string, walked: Walked): void {
  walked.leftOutTotal += 1;
  if (walked.leftOut.length < MAX_LEFT_OUT) walked.leftOut.push(path);
}

interface Name {
  name: string;
  entry: Dirent | Dirent<Buffer>;
}

function namesIn(root: string, folder: string, { unseen, faults }: Walked): Name[] {
  const path = pathOf(root, folder);
  try {
    // A task can replace its workspace with a link, whose target does not count.
    if (folder === '' && !lstatSync(path).isDirectory())
      throw Object.assign(new Error('it is not a folder'), { code: 'ENOTDIR' });
    const names = readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, entry }));
    // A name that is not UTF-8 contains this character: the folder is read again as bytes.
    if (!names.some(({ name }) => name.includes('\uFFFD'))) return names;
    const raw = readdirSync(path, { withFileTypes: true, encoding: 'buffer' });
    return raw.map((entry) => ({ name: nameKey(entry.name), entry }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') unseen.add(folder);
    // The folder itself may have been removed; the workspace must not.
    if (code !== 'ENOENT' || folder === '') faults.push(`${shown(folder)} can't be read (${String(code)})`);
    return [];
  }
}

function lookAtFolder(root: string, path: string, { folders }: Walked): void {
  try {
    folders.set(path, lstatSync(pathOf(root, path)).mode);
  } catch {
    // It is gone by now, or can't be entered: to list it fails as well, and that is reported.
  }
}

function visit(
  root: string,
  path: string,
  { now, walked: { files, faults }, earlier }: { now: number; walked: Walked; earlier: Walked | null },
): void {
  try {
    const stats = lstatSync(pathOf(root, path), { throwIfNoEntry: false });
    if (!stats || stats.isDirectory()) return;
    const was = earlier?.files.get(path);
    const entry = entryOf(was?.path ?? path, stats, now);
    const kept = was && !mayDiffer(was, entry) ? was : entry;
    files.set(kept.path, kept);
  } catch (error) {
    faults.push(`${shown(path)} can't be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

function learn(root: string, folder: string, rules: Rules): void {
  const file = pathOf(root, folder === '' ? RULES_FILE : `${folder}/${RULES_FILE}`);
  try {
    const text = readPlainSync(file, RULES_BYTES);
    if (text) rules.learn(folder, text.toString());
  } catch {
    // An unreadable file excludes nothing.
  }
}

function shown(path: string): string {
  return path === '' ? 'the folder itself' : JSON.stringify(path);
}
