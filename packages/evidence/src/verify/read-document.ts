import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { z } from 'zod';
import { sha256 } from '../sha256.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
/** No evidence is as large; what is larger is none. */
const MAX_BYTES = 128 * 1024 * 1024;

/** A document as it lies there; `value` null: it is not of the form that was asked for, and `fault` says what is wrong. */
export interface Read<T> {
  sha256: string;
  value: T | null;
  fault: string | null;
}

/** Reads evidence that anybody may have changed; null: it is not there, or is no file. */
export async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<Read<T> | null> {
  const bytes = await readPlain(path);
  if (!bytes) return null;
  const hash = sha256(bytes);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const { data, error } = schema.safeParse(JSON.parse(text));
    if (data !== undefined) return { sha256: hash, value: data, fault: null };
    const [issue] = error?.issues ?? [];
    return {
      sha256: hash,
      value: null,
      fault: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    };
  } catch (error) {
    return { sha256: hash, value: null, fault: (error as Error).message };
  }
}

/** The bytes of a file, which is neither a link nor a device; null: it is not there, or is too large. */
async function readPlain(path: string): Promise<Buffer | null> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY).catch(() => null);
  if (!file) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= MAX_BYTES ? await file.readFile() : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
