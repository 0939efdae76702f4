import type { CcExecutor } from '@cc-executor/sdk';
import { join } from 'node:path';

/** Returns where the workspace of that name is, on the machine of the server. */
export async function workspacePath(client: CcExecutor, workspace: string): Promise<string> {
  const { settings } = await client.configuration();
  return join(String(settings['CC_EXECUTOR_WORKSPACES_DIR']), workspace);
}
