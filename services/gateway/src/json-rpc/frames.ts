import { ERRORS, type CcError, type RpcId } from '@cc-executor/contracts';

export function resultFrame(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** The only place where an error becomes a JSON-RPC answer. */
export function errorFrame(id: RpcId, error: CcError): string {
  const { code, message, details } = error;
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code: ERRORS[code].rpc, message, data: { code, ...details } },
  });
}

export function notification(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}
