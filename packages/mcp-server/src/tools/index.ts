import type { Tool } from '../tool.ts';
import { getTaskComplexity, validateTaskList } from './analyze.ts';
import { executeTask, executeTaskList } from './execute.ts';
import { controlExecution, getExecution, waitForExecution } from './executions.ts';
import { verifyExecution } from './evidence.ts';
import { getExecutionHistory } from './history.ts';
import { getHookStatus } from './hooks.ts';
import { monitorExecution } from './monitor.ts';
import { getOutput } from './output.ts';
import { getResults } from './results.ts';
import { checkStatus, checkWebsocketStatus } from './status.ts';
import { suggestExecutionStrategy } from './strategy.ts';

/** Every tool, in the order of the list. */
export const TOOLS: readonly Tool[] = [
  executeTask,
  executeTaskList,
  getExecution,
  waitForExecution,
  monitorExecution,
  controlExecution,
  getResults,
  getOutput,
  verifyExecution,
  getExecutionHistory,
  validateTaskList,
  suggestExecutionStrategy,
  getTaskComplexity,
  checkStatus,
  checkWebsocketStatus,
  getHookStatus,
];
