import type { z } from 'zod';
import { readPlain } from '../plain-files.ts';
import { sha256 } from '../sha256.ts';

/** The largest document, in bytes; a larger file is not one. */
const MAX_BYTES = 128 * 1024 * 1024;

/** A document as read; `value` null: it does not have the expected form, and `fault` says what is wrong. */
export interface Read<T> {
  sha256: string;
  value: T | null;
  fault: string | null;
}

/** Reads untrusted evidence; null: it does not exist, is not a file, or is too long. */
export async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<Read<T> | null> {
  const bytes = await readPlain(path, MAX_BYTES).catch(() => null);
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
