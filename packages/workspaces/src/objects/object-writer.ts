import { LooseObjects, objectHash, type LargeBlob, type ObjectType } from './loose-objects.ts';
import { PackedIds } from './pack-index.ts';
import { PackWriter } from './pack-writer.ts';

/** The number of objects from which one pack is cheaper than a file for each. */
const PACKED_FROM = 200;
/** The amount that is buffered until it is written, in bytes. */
const HELD_BYTES = 8 * 1024 * 1024;

/**
 * Writes the objects of one snapshot: a few as files, many as one pack. They are there when it is finished. Not by git
 * itself: it opens each file by name, follows links, waits for pipes, and loses every later file when one can't be
 * read.
 */
export class ObjectWriter {
  readonly #repository: string;
  readonly #loose: LooseObjects;
  readonly #known = new Set<string>();
  #stored: PackedIds | null = null;
  #held: { type: ObjectType; id: string; content: Buffer }[] = [];
  #heldBytes = 0;
  #pack: PackWriter | null = null;

  /** `repository`: the path of a bare repository. */
  constructor(repository: string) {
    this.#repository = repository;
    this.#loose = new LooseObjects(repository);
  }

  /** Takes an object, and returns its id. `content` may be used again. */
  write(type: ObjectType, content: Buffer): string {
    const id = objectHash(type, content.length).update(content).digest('hex');
    if (this.#known.has(id)) return id;
    this.#known.add(id);
    this.#stored ??= new PackedIds(this.#repository);
    if (this.#stored.has(id)) return id;
    if (this.#pack) {
      this.#pack.add(type, id, content);
      return id;
    }
    this.#held.push({ type, id, content: Buffer.from(content) });
    this.#heldBytes += content.length;
    if (this.#held.length >= PACKED_FROM || this.#heldBytes >= HELD_BYTES) this.#beginPack();
    return id;
  }

  /** Starts a blob of `size` bytes that is too large to be held in memory. It is stored when it ends. */
  begin(size: number): LargeBlob {
    return this.#loose.begin(size);
  }

  /** Stores everything that was taken. */
  finish(): void {
    for (const { type, id, content } of this.#held) this.#loose.write(type, id, content);
    this.#held = [];
    this.#pack?.finish();
    this.#pack = null;
  }

  /** Removes what is not stored. */
  drop(): void {
    this.#pack?.drop();
    this.#pack = null;
  }

  #beginPack(): void {
    this.#pack = new PackWriter(this.#repository);
    for (const { type, id, content } of this.#held) this.#pack.add(type, id, content);
    this.#held = [];
  }
}
