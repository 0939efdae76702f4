import { ArchiveSignature, type ArchiveStatement } from '@cc-executor/contracts';
import { createHash } from 'node:crypto';
import { lstat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { toDocument, type ManifestDocument } from '../document.ts';
import { LAYOUT } from '../layout.ts';
import { openPlain } from '../plain-files.ts';
import { isArchiveSigned } from '../signing/signer.ts';
import { isBase64 } from '../is-base64.ts';
import { readDocument } from './read-document.ts';

export interface ArchiveOptions {
  /** The trusted public keys, in base64. */
  trusted: readonly string[];
  /** True if the log is known to be still in Redis, so that there need not be an archive. */
  isInStore: boolean;
}

/**
 * Returns what is wrong with the archived log: every byte of it must be what was signed with the manifest. A missing
 * file is a fault, except while the log is in Redis.
 */
export async function verifyArchive(
  directory: string,
  manifest: Pick<ManifestDocument, 'value' | 'sha256'>,
  { trusted, isInStore }: ArchiveOptions,
): Promise<string[]> {
  const path = join(directory, LAYOUT.archive);
  const isThere = (await lstat(path).catch(() => null)) !== null;
  // Its signature is written before the archive appears.
  if (!isThere && isInStore) return [];
  const read = await readDocument(join(directory, LAYOUT.archiveSignature), ArchiveSignature);
  if (!isThere) return ['its archive is missing: it was removed, or this copy was made before there was one'];
  if (!read)
    return ['its archive is not signed: its signature was removed, or an earlier version archived it'];
  if (!read.value) return [`the signature of its archive is of no known form (${read.fault ?? ''})`];
  const { schema: _, key, signature, ...statement } = read.value;
  const isOfManifest =
    statement.execution_id === manifest.value.execution_id && statement.manifest === manifest.sha256;
  // Only the canonical form counts: base64 and JSON allow other encodings of the same value.
  const isExact = toDocument(read.value).sha256 === read.sha256 && isBase64(key) && isBase64(signature);
  if (!isOfManifest || !isExact || !isArchiveSigned(statement, { key, signature }))
    return ['the signature of its archive is not of this manifest'];
  if (!trusted.includes(key)) return ['its archive is signed by a key that is not trusted here'];
  try {
    const file = await openPlain(path);
    if (!file) return ['its archive is not a file'];
    return (await isAsSigned(file, statement)) ? [] : ['its archive is not the one that was signed'];
  } catch (error) {
    return [`its archive can't be read (${(error as Error).message})`];
  }
}

/** Reads and decompresses no more of a file than was signed; closes it. */
async function isAsSigned(file: FileHandle, signed: ArchiveStatement): Promise<boolean> {
  if ((await file.stat()).size !== signed.bytes) {
    await file.close();
    return false;
  }
  const [packed, text] = [new Measured(signed.bytes), new Measured(signed.text_bytes)];
  await pipeline(
    file.createReadStream(),
    (chunks: AsyncIterable<Buffer>) => packed.watch(chunks),
    createGunzip(),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const _ of text.watch(chunks));
    },
  );
  return packed.isOf(signed.bytes, signed.sha256) && text.isOf(signed.text_bytes, signed.text_sha256);
}

/** Hashes the bytes that pass, at most `most` of them. */
class Measured {
  readonly #hash = createHash('sha256');
  readonly #most: number;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#most)
        throw new Error(`it has more than the ${String(this.#most)} bytes signed`);
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  isOf(bytes: number, sha256: string): boolean {
    return this.#bytes === bytes && this.#hash.digest('hex') === sha256;
  }
}
