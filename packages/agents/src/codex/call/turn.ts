import { installCommand } from '@cc-executor/contracts/agent-programs';
import { capRaw } from '../../cap.ts';
import { fieldsOf, nameOr, wordsOf } from '../../lines/foreign.ts';
import { Connection, ConnectionLost, RequestRefused } from '../../turns/connection.ts';
import { conversationIn } from '../../turns/conversation-file.ts';
import { judgeAnswer } from '../../turns/judge-answer.ts';
import type { Peer } from '../../turns/peer.ts';
import { runToEnd } from '../../turns/run-to-end.ts';
import type { ProcessReport, TurnEnd, TurnOptions } from '../../turns/spec.ts';
import { TurnRecord } from '../../turns/turn-record.ts';
import { failureOf } from './failure.ts';
import { denialOf, endOfItem, startOf } from './items.ts';
import type { CodexTurn as CodexSpec } from './spec.ts';
import { TurnUsage } from './usage.ts';

/** How long Codex has to end by itself after its turn, in milliseconds. */
const EXIT_MS = 5000;
/** How often Codex may wait for the network; each time is longer. */
const MOST_WAITS = 1;

/**
 * The answer to each permission request of Codex. Nobody can approve it, and its sandbox already allows what the task may
 * do.
 */
const DECLINED: Readonly<Record<string, object>> = {
  'item/commandExecution/requestApproval': { decision: 'decline' },
  'item/fileChange/requestApproval': { decision: 'decline' },
  'item/permissions/requestApproval': { permissions: {}, scope: 'turn' },
  'item/tool/requestUserInput': { answers: {} },
  'mcpServer/elicitation/request': { action: 'decline', content: null, _meta: null },
  execCommandApproval: { decision: 'denied' },
  applyPatchApproval: { decision: 'denied' },
};

/** Runs one turn of Codex to its end. Codex itself has ended then. `start` starts it. Never rejects. */
export async function runTurn(
  spec: CodexSpec,
  options: TurnOptions,
  start: () => Promise<Peer>,
): Promise<TurnEnd> {
  return await runToEnd(new CodexTurn(spec, options, start));
}

class CodexTurn {
  readonly #spec: CodexSpec;
  readonly #options: TurnOptions;
  readonly #start: () => Promise<Peer>;
  readonly #record: TurnRecord;
  #connection: Connection | undefined;
  #threadId = '';
  #hasAnswered = false;
  #turnId: unknown;
  #version: string | null = null;
  #answer = '';
  #hasText = false;
  #waits = 0;
  #limits: Readonly<Record<string, unknown>> = {};
  readonly #usage = new TurnUsage();
  readonly #over = Promise.withResolvers<Readonly<Record<string, unknown>>>();

  constructor(spec: CodexSpec, options: TurnOptions, start: () => Promise<Peer>) {
    this.#spec = spec;
    this.#options = options;
    this.#start = start;
    this.#record = new TurnRecord(options, spec.conversationFile);
  }

  async run(): Promise<TurnEnd> {
    const { thread, prompt, outputSchema, sandbox } = this.#spec;
    const options = this.#options;
    this.#connection = new Connection({
      peer: await this.#start(),
      onNotification: (method, params) => this.#take(method, params),
      onRequest: (method, params) => {
        options.onMessage({ method, params });
        return DECLINED[method];
      },
      onGarbage: (line) => this.#record.note('garbage', line),
      drained: options.drained,
    });
    const connection = this.#connection;
    const clientInfo = { name: 'cc-executor', title: null, version: '1' };
    const { userAgent } = await connection.call('initialize', { clientInfo, capabilities: null });
    this.#hasAnswered = true;
    this.#version = nameOr(/\/(\S+)/.exec(wordsOf(userAgent))?.[1]);
    connection.notify('initialized');
    const opened = await this.#open(connection, thread);
    this.#threadId = wordsOf(fieldsOf(opened['thread'])['id']);
    const model = nameOr(opened['model']);
    this.#options.onNews({
      known: { ...(this.#version !== null && { version: this.#version }), ...(model !== null && { model }) },
      event: {
        type: 'agent.init',
        data: {
          session_id: this.#threadId,
          model: model ?? 'unknown',
          version: this.#version ?? 'unknown',
          tools: [],
          capabilities: [],
          raw: capRaw(opened),
        },
      },
    });
    await connection.call('turn/start', {
      threadId: this.#threadId,
      sandboxPolicy: sandbox,
      input: [{ type: 'text', text: prompt, text_elements: [] }],
      ...(outputSchema !== null && { outputSchema }),
    });
    const lost = connection.ended.then((error) => Promise.reject(error));
    return await this.#endOf(await Promise.race([this.#over.promise, lost]));
  }

  /** The end of an attempt in which Codex failed as a program. */
  failed(error: unknown): TurnEnd {
    if (error instanceof RequestRefused) {
      const version = this.#version ?? 'unknown';
      const message = `Codex (version ${version}) refused what it was asked: ${error.message}`;
      return this.#record.end('agent_error', message);
    }
    if (error instanceof ConnectionLost) {
      const remedy = `Install it: ${installCommand('codex')}`;
      return this.#record.lost('Codex', error, {
        notStarted: `Codex could not be started: ${error.message}. ${remedy}`,
        early: this.#hasAnswered ? null : remedy,
      });
    }
    return this.#record.end('agent_error', `What Codex answered cannot be used: ${String(error)}.`);
  }

  async close(): Promise<void> {
    await this.#connection?.close(EXIT_MS);
  }

  async #open(connection: Connection, thread: CodexSpec['thread']) {
    if (!this.#spec.isResumed) return await connection.call('thread/start', thread);
    const threadId = String(await conversationIn(this.#spec.conversationFile));
    // What the thread has used so far is reported together with the answer.
    this.#threadId = threadId;
    this.#record.resume();
    return await connection.call('thread/resume', { ...thread, threadId, excludeTurns: true });
  }

  #take(method: string, params: Readonly<Record<string, unknown>>): void {
    const { onNews, onText, onMessage, onLife } = this.#options;
    // What its sub-agents do is theirs.
    const isOwn = params['threadId'] === undefined || params['threadId'] === this.#threadId;
    if (!method.endsWith('elta')) onMessage({ method, params });
    onLife();
    if (!isOwn) return;
    const item = fieldsOf(params['item']);
    switch (method) {
      case 'item/agentMessage/delta': {
        const { delta: text } = params;
        if (typeof text !== 'string') return;
        this.#noteContent({ type: 'agentMessage', text });
        onText(text);
        return;
      }
      case 'turn/started':
        this.#turnId = fieldsOf(params['turn'])['id'];
        return;
      case 'item/started':
        this.#noteContent(item);
        if (item['type'] === 'agentMessage' && this.#hasText) onText('\n\n');
        this.#hasText ||= item['type'] === 'agentMessage';
        for (const event of startOf(item)) onNews({ event });
        return;
      case 'item/completed':
        return this.#complete(item);
      case 'turn/plan/updated':
        return this.#noteContent({ type: 'plan' });
      case 'thread/tokenUsage/updated': {
        const isOfTurn = this.#turnId !== undefined && params['turnId'] === this.#turnId;
        const usage = this.#usage.take(fieldsOf(params['tokenUsage']), isOfTurn);
        if (usage !== null) onNews({ known: { usage } });
        return;
      }
      case 'account/rateLimits/updated':
        this.#limits = fieldsOf(params['rateLimits']);
        return;
      case 'error':
        if (params['willRetry'] === true) this.#retry(fieldsOf(params['error']));
        return;
      case 'turn/completed':
        return this.#over.resolve(fieldsOf(params['turn']));
      case 'warning':
      case 'configWarning':
      case 'model/rerouted':
      case 'thread/compacted':
        return this.#record.note(method, params);
      default:
        return;
    }
  }

  #complete(item: Readonly<Record<string, unknown>>): void {
    if (item['type'] !== 'userMessage') this.#record.keep(this.#threadId);
    this.#noteContent(item);
    if (item['type'] === 'agentMessage' && item['phase'] !== 'commentary')
      this.#answer = typeof item['text'] === 'string' ? item['text'] : '';
    const denial = denialOf(item);
    if (denial !== null) this.#record.deny(denial);
    for (const event of endOfItem(item)) this.#options.onNews({ event });
  }

  #retry(error: Readonly<Record<string, unknown>>): void {
    this.#options.onNews({ event: retryOf(error) });
    // It would wait for ever; the queue does that without a process.
    if (/waiting for network/i.test(wordsOf(error['message'])) && ++this.#waits > MOST_WAITS)
      this.#over.resolve({ status: 'failed', error });
  }

  /** The model has produced something: Codex itself only adds what it was asked, and compacts. */
  #noteContent({ type, text }: Readonly<Record<string, unknown>>): void {
    const isOfCodex = type === 'userMessage' || type === 'contextCompaction';
    if (!isOfCodex && (type !== 'agentMessage' || text !== '')) this.#record.noteContent();
  }

  async #endOf(turn: Readonly<Record<string, unknown>>): Promise<TurnEnd> {
    const { status, error } = turn;
    if (status === 'failed') {
      const failure = failureOf({ error: fieldsOf(error), limits: this.#limits }, Date.now());
      return { ...this.#record.end(failure.outcome, failure.message), ...failure };
    }
    if (status !== 'completed')
      return this.#record.end('agent_error', 'Codex was interrupted, and not by its worker.');
    return await judgeAnswer(this.#spec, {
      answer: this.#answer,
      denials: this.#record.denials,
      agent: 'Codex',
    });
  }
}

/** Codex reports a retry only in its message: "Reconnecting... 1/5". */
function retryOf(error: Readonly<Record<string, unknown>>): NonNullable<ProcessReport['event']> {
  const [, attempt = '1', most = '1'] = /(\d{1,3})\/(\d{1,3})/.exec(wordsOf(error['message'])) ?? [];
  const [kind] = Object.values(fieldsOf(error['codexErrorInfo']));
  const { httpStatusCode: status } = fieldsOf(kind);
  return {
    type: 'agent.retry',
    data: {
      attempt: Number(attempt),
      max_retries: Number(most),
      delay: 0,
      status: Number.isInteger(status) ? Number(status) : null,
      raw: capRaw(error),
    },
  };
}
