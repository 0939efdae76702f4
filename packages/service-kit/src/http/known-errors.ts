import { CcError, LIMITS, type ErrorCode } from '@cc-executor/contracts';

const MIB = 1024 * 1024;

/** Fastify's errors by code: our error, and a sentence if Fastify's own does not help a client. */
const BY_CODE: Record<string, { code: ErrorCode; detail?: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'BODY_TOO_LARGE',
    detail: `A body may have at most ${String(LIMITS.bodyBytes)} bytes (${String(LIMITS.bodyBytes / MIB)} MiB).`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'Send the body as JSON, with Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'BAD_HTTP' },
  FST_ERR_BAD_URL: { code: 'BAD_HTTP', detail: 'The address is not a valid URL.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'BAD_HTTP', detail: 'A part of the address is too long.' },
  FST_ERR_VALIDATION: { code: 'INVALID_REQUEST' },
};

/** Errors of plugins that carry an HTTP status for the client. */
const BY_STATUS: Record<number, ErrorCode> = {
  404: 'ROUTE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
};

/** Returns our error for anything that was thrown; null if it is unknown and not caused by the client. */
export function knownError(thrown: unknown): CcError | null {
  if (thrown instanceof CcError) return thrown;
  if (!(thrown instanceof Error)) return null;
  const { code, statusCode } = thrown as { code?: unknown; statusCode?: unknown };
  const row = typeof code === 'string' ? BY_CODE[code] : undefined;
  if (row !== undefined) return new CcError(row.code, row.detail ?? thrown.message, {}, { cause: thrown });
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return null;
  return new CcError(BY_STATUS[statusCode] ?? 'BAD_HTTP', thrown.message, {}, { cause: thrown });
}

/** Returns the message for an unknown error: where the log has the cause. */
export function internalError(thrown: unknown): CcError {
  const detail = 'This is a fault of the server; its log has the cause under the request_id.';
  return new CcError('INTERNAL', detail, {}, { cause: thrown });
}
