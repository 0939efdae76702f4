import { PATCH_FOR_PEOPLE } from './diff.ts';
import { outcomeOf, type Git, type GitProcess } from './git/git.ts';
import { ObjectReader } from './objects/object-reader.ts';
import { checkId } from './refs.ts';
import { SnapshotError } from './snapshot-error.ts';

/** git prints such a line as it is, once it has printed what came before. No line of a patch begins so. */
const END = 'end of patch\n';
/** Of a longer patch git is ended rather than read to its end, in bytes. */
const READ_ON = 4 * 1024 * 1024;

/** Reads many patches for people from one store, one after the other, through two processes of git. Close it. */
export class Patches {
  readonly #git: Git;
  readonly #objects: ObjectReader;
  #process: { child: GitProcess; pieces: AsyncIterator<Buffer>; ended: Promise<unknown> } | null = null;
  #isClosed = false;

  constructor(git: Git) {
    this.#git = git;
    this.#objects = new ObjectReader(git);
  }

  /** Returns at most so many bytes of the patch between two snapshots. Rejects with a SnapshotError. Ask once at a time. */
  async read(before: string, after: string, most: number): Promise<Buffer> {
    const [one, other] = [await this.#treeOf(before), await this.#treeOf(after)];
    if (one === other) return Buffer.alloc(0);
    const { child, pieces } = (this.#process ??= this.#start());
    child.stdin.write(`${one} ${other}\n${END}`);
    const kept: Buffer[] = [];
    // Before the patch there is a line with the two ids.
    const header = one.length + other.length + 2;
    let [bytes, last] = [0, Buffer.alloc(0)];
    while (!last.toString('latin1').endsWith(`\n${END}`)) {
      const { value, done } = await pieces.next();
      if (done === true) {
        await this.#endProcess();
        throw this.#git.failure('git diff-tree ended.');
      }
      if (bytes < header + most + END.length) kept.push(value);
      bytes += value.length;
      last = Buffer.concat([last, value]).subarray(-END.length - 1);
      if (bytes > header + most + READ_ON) {
        await this.#endProcess();
        bytes = Infinity;
        break;
      }
    }
    const end = Math.min(bytes - END.length, header + most);
    return Buffer.concat(kept).subarray(header, end);
  }

  /** Ends its processes; a read that is under way rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#objects.close(), this.#endProcess()]);
  }

  async #treeOf(snapshot: string): Promise<string> {
    const files = (await this.#objects.tree(checkId(snapshot))).get('files');
    if (files) return files.id;
    throw new SnapshotError('unknown_snapshot', `${snapshot} is not a snapshot.`);
  }

  #start() {
    if (this.#isClosed) throw this.#git.failure('git has ended.');
    const child = this.#git.start(['diff-tree', '--stdin', '-r', '-p', ...PATCH_FOR_PEOPLE]);
    const ended = outcomeOf(child);
    ended.catch(() => undefined);
    const pieces = (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    return { child, pieces, ended };
  }

  async #endProcess(): Promise<void> {
    const { child, ended } = this.#process ?? {};
    this.#process = null;
    child?.kill('SIGKILL');
    // Nobody reads on: it would not count as closed before everything is read.
    child?.stdout.destroy();
    await ended?.catch(() => undefined);
  }
}
