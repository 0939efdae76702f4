import { CcExecutor } from './cc-executor.ts';

let client: CcExecutor | undefined;

/** Returns the client of the short forms. */
export function defaultClient(): CcExecutor {
  return (client ??= new CcExecutor());
}

/** Sets the server of the short forms; undefined: that of CC_EXECUTOR_URL again, else http://127.0.0.1:8001. */
export function setDefaultClient(given: CcExecutor | undefined): void {
  client = given;
}
