import type { z } from 'zod';
import { openPlain } from '../open-plain.ts';
import { sha256 } from '../sha256.ts';

/** No document is as large; what is larger is none. */
export const MAX_BYTES = 128 * 1024 * 1024;

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

/** The bytes of a file; null: it is not there, can't be read, or is too large. */
async function readPlain(path: string): Promise<Buffer | null> {
  const file = await openPlain(path).catch(() => null);
  if (!file) return null;
  try {
    return (await file.stat()).size <= MAX_BYTES ? await file.readFile() : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
