import { ExecuteRequest, parseOrThrow, type CcError, type Fault } from '../src/index.ts';

/** Every fault that a body of POST /execute is told. */
export function faultsOfBody(body: unknown): readonly Fault[] {
  try {
    parseOrThrow(ExecuteRequest, body);
    return [];
  } catch (error) {
    return (error as CcError).details.errors ?? [];
  }
}
