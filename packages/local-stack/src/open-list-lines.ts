import { readConfig, Settings, type Env } from '@cc-executor/service-kit';
import { installationKeyOf, runningApiOf } from './installation-key.ts';
import { linesAtEnd, readOpenLists } from './terminal/open-lists.ts';

/** Returns what the end of the running stack has to say of lists that have not ended; empty if none runs or answers. */
export async function openListLines(env: Env): Promise<string[]> {
  const api = runningApiOf(env);
  if (api === null) return [];
  const [key] = readConfig(Settings.pick({ CC_EXECUTOR_API_KEY: true }), env).CC_EXECUTOR_API_KEY;
  const lists = await readOpenLists(api, key ?? installationKeyOf(env, api));
  return lists === null ? [] : linesAtEnd(lists);
}
