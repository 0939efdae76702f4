import { CcExecutor } from './cc-executor.ts';

let client: CcExecutor | undefined;

/** The client of the short forms. */
export function defaultClient(): CcExecutor {
  return (client ??= new CcExecutor());
}

/** Sets the server of the short forms; undefined: http://127.0.0.1:8001 again. */
export function setDefaultClient(given: CcExecutor | undefined): void {
  client = given;
}
