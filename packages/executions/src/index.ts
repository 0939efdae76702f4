export { agentCheck, readAgents } from './agents.ts';
export { allAreRoot } from './all-are-root.ts';
export { noKeyForContainers } from './no-key-for-containers.ts';
export { fromLine, toLine } from './event-line.ts';
export { analyze } from './analyze.ts';
export { AttemptRows } from './attempt-rows.ts';
export { archiveEnded, pruneEnded, type ArchivePorts } from './archive-ended.ts';
export { cancel } from './cancel.ts';
export * from './credentials.ts';
export { illegal, mayBecome, type ControlPorts } from './change-state.ts';
export { searchExecution, searchNight } from './search.ts';
export { followFeed, type FeedCursor, type FollowedFeed } from './follow-feed.ts';
export { cursorHolds, FIRST_PAGE, follow, inOrder, nextLimit, type Cursor, type Followed } from './follow.ts';
export { readHookStatus } from './hook-status.ts';
export { readWorkers } from './read-workers.ts';
export { epochOf, newEpoch } from './epoch.ts';
export { executionLinks, taskOutputHint } from './links.ts';
export * from './nesting.ts';
export { logPages } from './log-pages.ts';
export { whyNotRun } from './why-not-run.ts';
export { manifestOf } from './manifest.ts';
export { addMissingRows } from './missing-rows.ts';
export { predictTasks, type PredictedTask } from './predict-tasks.ts';
export { fewAtATime } from './few-at-a-time.ts';
export { findingsOf } from './findings.ts';
export type { IsolationRule } from './isolation.ts';
export { endTimes, MAX_PARALLEL } from './end-times.ts';
export {
  graphOf,
  isTaken,
  missedTasks,
  needsOf,
  runsApart,
  runsBeside,
  sharesWorkspace,
  workBefore,
  workCounts,
} from './needs.ts';
export { nextSteps, progressAfter, type NextSteps, type TaskProgress } from './next-steps.ts';
export type { Note } from './note-queue.ts';
export { currentExecution, currentSummary } from './older-shapes.ts';
export type * from './outages.ts';
export { pause, resume, resumeFrom } from './pause.ts';
export type * from './ports/archive.ts';
export type * from './ports/history.ts';
export type * from './ports/log.ts';
export type * from './ports/outputs.ts';
export type * from './ports/store.ts';
export type * from './ports/workers.ts';
export type * from './ports/workspaces.ts';
export { noteDelivered } from './note-delivered.ts';
export { noteRestored } from './note-restored.ts';
export { listExecutions, readExecution, readStatus } from './read-execution.ts';
export { notFound, recordOfTask, stateOfTask } from './stored-execution.ts';
export { readResults } from './read-results.ts';
export { makeRecord, tasksOf } from './make-record.ts';
export {
  carriedTasks,
  describeTask,
  RECORD_SCHEMA,
  titleOf,
  type ExecutionRecord,
  type Lane,
  type RerunOf,
  type TaskJoin,
  type TaskRecord,
} from './record.ts';
export { Recorder, type CommitOptions, type Committed } from './recorder.ts';
export { EARLY_LOSS_SECONDS, applyEvent, isEarlyLoss, taskStatusAfter } from './apply-event.ts';
export { initialState, type ExecutionState, type Summary, type TaskState } from './state.ts';
export { addSpent, NOTHING_SPENT, spentSince, type Spent } from './spent.ts';
export { mermaidOf, readGraph } from './read-graph.ts';
export { remove } from './remove.ts';
export { readReport, type ChangeFacts, type ReportPorts } from './report/read-report.ts';
export { withPaths } from './refuse-request.ts';
export { rerun, type RerunPorts } from './rerun/rerun.ts';
export { submit, type SubmitPorts } from './submit.ts';
export { readSubmission, submissionOf } from './submission-of.ts';
export { toStore } from './to-store.ts';
export { endTotals } from './totals.ts';
