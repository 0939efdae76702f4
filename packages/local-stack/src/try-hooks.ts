import { LocalLauncher } from '@cc-executor/agents';
import type { HookContext, HookStage } from '@cc-executor/contracts';
import { readHooks, runHook, sampleContext, type HookRun } from '@cc-executor/hooks';
import {
  commandEnvironment,
  inheritedEnvironment,
  readConfig,
  Settings,
  StartFailure,
  type Env,
} from '@cc-executor/service-kit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GRACE_MS = 2000;

export interface TriedHook extends HookRun {
  hook: string;
  source: string;
}

/**
 * Runs the configured hooks of a stage once, on this machine. `given` overrides fields of a sample context.
 * Throws a ConfigError or a StartFailure if there is none to run.
 */
export async function tryHooks(
  env: Env,
  { stage, name, given = {} }: { stage: HookStage; name?: string | undefined; given?: object },
): Promise<TriedHook[]> {
  const config = readConfig(
    Settings.pick({
      CC_EXECUTOR_HOOKS_DIR: true,
      CC_EXECUTOR_WORKSPACES_DIR: true,
      CC_EXECUTOR_COMMAND_CREDENTIALS: true,
    }),
    env,
  );
  const { CC_EXECUTOR_HOOKS_DIR: directory, CC_EXECUTOR_WORKSPACES_DIR: workspaces } = config;
  if (directory === undefined)
    throw new StartFailure('There are no hooks: CC_EXECUTOR_HOOKS_DIR is not set.');
  const inherited = inheritedEnvironment(env, workspaces);
  const hooks = readHooks({ directory, workspaces, searchPath: inherited['PATH'] }).filter(
    (hook) => hook.stage === stage && (name === undefined || hook.name === name),
  );
  if (hooks.length === 0)
    throw new StartFailure(
      `${directory} has no hook of ${stage}${name === undefined ? '' : ` named "${name}"`}.`,
    );
  const workspace = await mkdtemp(join(tmpdir(), 'cc-executor-hooks-'));
  const ports = {
    launch: new LocalLauncher().launch,
    env: commandEnvironment(inherited, config.CC_EXECUTOR_COMMAND_CREDENTIALS),
    directory,
    graceMs: GRACE_MS,
  };
  try {
    const tried: TriedHook[] = [];
    for (const hook of hooks) {
      const context = { ...sampleContext(stage, workspace), ...given, stage, hook: hook.name } as HookContext;
      tried.push({ hook: hook.name, source: hook.source, ...(await runHook(ports, hook, context)) });
    }
    return tried;
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
