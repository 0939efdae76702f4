import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import {
  NOTHING_SPENT,
  spentSince,
  type ExecutionRecord,
  type Note,
  type Recorder,
  type TaskRecord,
} from '@cc-executor/executions';
import type { AttemptFiles } from '@cc-executor/executions-files';
import { amendPrompt, withSpent } from './amend-prompt.ts';
import { AttemptSink, type AttemptSinkOptions } from './attempt-sink.ts';
import type { AttemptLimits } from './attempt-limits.ts';
import { AttemptWatch, type Lived } from './attempt-watch.ts';
import type { Hold } from './holds.ts';
import { preparePrompt } from './prepare-prompt.ts';
import { ResultsSoFar } from './results-so-far.ts';
import type { AttemptEvidence } from '../evidence/attempt-evidence.ts';
import type { RunPorts } from './run-ports.ts';
import { afterVerdict, limitOf, validatorTask, verdictOf } from './validation.ts';

interface Run {
  record: ExecutionRecord;
  recorder: Recorder;
  hold: Hold;
  files: AttemptFiles;
  limits: AttemptLimits;
  evidence: AttemptEvidence;
  /** Is told, when the agents have ended, what they have lived through. */
  onLived: (lived: Lived) => void;
}

type Where = Omit<AgentTask, 'text' | 'options' | 'variables'>;

/** Runs what one attempt at a task needs: its agent, and where that is asked for another one that judges the answer. */
export async function runAgents(
  ports: RunPorts,
  run: Run,
  where: Where,
  task: TaskRecord,
): Promise<AgentEnd> {
  const { record, recorder, hold, files } = run;
  const index = where.task - 1;
  const place = { task: where.task, attempt: where.attempt };
  const results = new ResultsSoFar(ports, record, recorder.state);
  let text = task.text;
  let options = task.options;
  if (task.kind === 'prompt') {
    const isShorter = recorder.state.tasks[index]?.hit_output_limit ?? false;
    const maxTokens = ports.maxPromptTokens;
    const prepared = await preparePrompt(task, { index, record, results, maxTokens, isShorter });
    if ('outcome' in prepared) return prepared;
    ({ text, options } = prepared);
    if (prepared.warning && !where.session?.resumed)
      await recorder.note({ type: 'task.warning', ...place, data: prepared.warning });
  }
  const agentTask: AgentTask = { ...where, text, options, variables: results.variables(index) };

  const sinkOf = (role: AttemptSinkOptions['role']) =>
    new AttemptSink({
      place,
      kind: task.kind,
      role,
      files,
      recorder,
      toolCalls: run.evidence.toolCalls,
      onLife: () => watch.alive(),
    });
  let sink = sinkOf('agent');
  const about = { task, pauseHold: ports.pauseHold };
  const watch = new AttemptWatch(run.limits, hold, about, {
    isBusy: () => sink.toolIsOpen,
    onNotice: (seconds) => task.kind === 'prompt' && void recorder.note(silenceWarning(place, seconds)),
    onStalled: (what, seconds) => void recorder.note(stalled(place, what, seconds)),
  });
  try {
    const agent = ports.agents[task.agent];
    let beside = NOTHING_SPENT;
    if (task.options.amend_prompt === true && !where.session?.resumed) {
      sink = sinkOf('amendment');
      const { maxPromptTokens } = ports;
      const by = { agent, sink, recorder, watch, hold, limits: run.limits, maxPromptTokens };
      const amended = await amendPrompt(by, agentTask);
      if ('end' in amended) return amended.end;
      [agentTask.text, beside] = [amended.text, amended.spent];
      sink = sinkOf('agent');
    }
    run.evidence.gives(agentTask);
    const own = ownEnd(await watch.over(agent.start(agentTask, sink)), where, recorder);
    const end = withSpent(own, beside);
    await sink.finish();
    const { validation_prompt, on_invalid = 'warn' } = task.options;
    if (validation_prompt === undefined || end.outcome !== 'completed') return end;
    await recorder.note({ type: 'task.validating', ...place, data: { on_invalid } });
    sink = sinkOf('validation');
    const asked = validatorTask(agentTask, validation_prompt, end.result ?? '');
    const validator = await watch.over(agent.start(asked, sink));
    const validation = verdictOf(validator);
    await recorder.note({ type: 'task.validated', ...place, data: validation });
    const judged = afterVerdict(end, validation, on_invalid, limitOf(validator));
    if (judged.warning) await recorder.note({ type: 'task.warning', ...place, data: judged.warning });
    return judged.end;
  } finally {
    run.onLived(watch.lived);
    watch.close();
  }
}

function silenceWarning(place: { task: number; attempt: number }, seconds: number): Note {
  const message = `The agent has given no sign of life for ${String(seconds)} s: the model may be stuck.`;
  return { type: 'task.warning', ...place, data: { code: 'silent', message } };
}

function stalled(place: { task: number; attempt: number }, what: 'time' | 'silence', seconds: number): Note {
  const does = what === 'time' ? 'has run' : 'has been silent';
  const message = `It ${does} for ${String(seconds)} s, which such tasks hardly ever do; it runs on.`;
  return { type: 'task.stalled', ...place, data: { what, seconds, message } };
}

/** What this attempt alone spent: a conversation that is gone on with counts from its own beginning. */
function ownEnd(end: AgentEnd, { task, session }: Where, { state }: Recorder): AgentEnd {
  const before = session?.resumed ? state.tasks[task - 1]?.session : null;
  return before ? { ...end, ...spentSince(end, before) } : end;
}
