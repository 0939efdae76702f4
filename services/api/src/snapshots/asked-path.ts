import { invalidRequest } from '@cc-executor/contracts';
import { pathOfBytes } from '@cc-executor/workspaces';
import { z } from 'zod';

/** The path in a query. */
export const pathQuery = {
  path: z
    .string()
    .default('')
    .describe('relative to the workspace, with / between its parts; empty: the workspace itself'),
  encoding: z
    .enum(['base64'], 'must be "base64"')
    .optional()
    .describe('of the path, for one that is not UTF-8'),
};

/** Returns the snapshot store's path for one in a query. Throws INVALID_REQUEST if it is not a path. */
export function askedPath({ path, encoding }: { path: string; encoding?: 'base64' | undefined }): string {
  const bytes = Buffer.from(path, encoding ?? 'utf8');
  if (bytes.length === 0) return '';
  const parts = bytes.toString('latin1').replace(/\/$/, '').split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part) || part.includes('\0')))
    throw invalidRequest([{ path: 'path', message: 'must be a path in the workspace, like src/index.ts' }]);
  return pathOfBytes(Buffer.from(parts.join('/'), 'latin1'));
}
