import type {
  InitializeRequest,
  NewSessionRequest,
  PromptRequest,
  ResumeSessionRequest,
  StopReason,
} from '@agentclientprotocol/sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import { within } from '@cc-executor/service-kit/within';
import { capRaw } from '../../cap.ts';
import { fieldsOf, nameOr, wordsOf } from '../../lines/foreign.ts';
import { socketPeer, spawnPeer, type Peer } from '../../turns/peer.ts';
import { Connection, ConnectionLost, RequestRefused } from '../../turns/connection.ts';
import { conversationIn } from '../../turns/conversation-file.ts';
import { bareTurnEnd, judgeAnswer, tooLarge } from '../../turns/judge-answer.ts';
import { runToEnd } from '../../turns/run-to-end.ts';
import type { TurnEnd, TurnOptions } from '../../turns/spec.ts';
import { TurnRecord } from '../../turns/turn-record.ts';
import { failureOf } from './failure.ts';
import { Requests } from './requests.ts';
import { Roots } from './roots.ts';
import { serversFor } from './servers.ts';
import { modelOf, modelSetting, planSetting, type Setting } from './settings.ts';
import type { AcpSpec } from './spec.ts';
import { Terminals } from './terminals.ts';
import { Updates } from './updates.ts';
import { usageOf } from './usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The most of a version that is reported, in UTF-16 units. */
const VERSION_UNITS = 100;
/** The version of the protocol that this speaks. */
const PROTOCOL = 1;
/** How long the agent has to end by itself after its turn, in milliseconds. */
const EXIT_MS = 5000;

/** The outcome of a turn by its stop reason; any other reason means that the agent reports the turn as done. */
const STOPS: Readonly<Partial<Record<StopReason, { outcome: OutcomeCode; message: string }>>> = {
  max_tokens: {
    outcome: 'output_token_limit',
    message: "The answer reached the model's limit of output tokens.",
  },
  max_turn_requests: {
    outcome: 'max_turns',
    message: 'The agent reached the number of requests that it makes in one turn.',
  },
  refusal: { outcome: 'refused', message: 'The agent refused to do it.' },
  cancelled: { outcome: 'agent_error', message: 'The agent was interrupted, and not by its worker.' },
};

/** An attempt that cannot continue, with its outcome. */
class Ended extends Error {
  readonly outcome: OutcomeCode;

  constructor(outcome: OutcomeCode, message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/** Runs one turn of an agent to its end. The agent itself has ended then. Never rejects. */
export async function runTurn(spec: AcpSpec, options: TurnOptions): Promise<TurnEnd> {
  return await runToEnd(new AcpTurn(spec, options));
}

/** A turn of an agent over the protocol: it is started, its session is opened and set up, and it gets the prompt. */
class AcpTurn {
  readonly #spec: AcpSpec;
  readonly #options: TurnOptions;
  readonly #record: TurnRecord;
  readonly #updates: Updates;
  #connection: Connection | undefined;
  #terminals: Terminals | undefined;
  #sessionId = '';
  #name = 'The agent';
  #canResume = false;
  /** Whether it has answered the first request, as only an agent of the protocol does. */
  #hasAnswered = false;
  readonly #doubt = 'Does it speak the Agent Client Protocol with these arguments?';

  constructor(spec: AcpSpec, options: TurnOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#record = new TurnRecord(options, spec.conversationFile);
    this.#updates = new Updates(options, this.#record, spec);
  }

  async run(): Promise<TurnEnd> {
    const { cwd, extraDirs, prompt, instructions, isProbe, leave } = this.#spec;
    const { env } = this.#options;
    const roots = await Roots.open(cwd, extraDirs);
    const terminals = new Terminals(roots, env, cwd);
    this.#terminals = terminals;
    const requests = new Requests({
      spec: this.#spec,
      options: this.#options,
      record: this.#record,
      updates: this.#updates,
      roots,
      terminals,
    });
    this.#connection = new Connection({
      peer: await this.#start(),
      isVersioned: true,
      onNotification: (method, params) => this.#take(method, params),
      onRequest: async (method, params) => await requests.answer(method, params),
      onGarbage: (line) => this.#record.note('garbage', line),
      drained: this.#options.drained,
    });
    const connection = this.#connection;
    const capabilities = await this.#initialize(connection);
    const session = await this.#open(connection, capabilities);
    if (isProbe) return bareTurnEnd('completed', null);
    if (leave === 'plan') await this.#set(connection, planSetting(session), 'agent_error');
    await this.#setModel(connection, session);
    this.#updates.begin({ id: this.#sessionId, canResume: this.#canResume });
    const lost = connection.ended.then((error) => Promise.reject(error));
    const request: PromptRequest = {
      sessionId: this.#sessionId,
      prompt: [prompt, instructions].flatMap((text) => (text === null ? [] : [{ type: 'text', text }])),
    };
    const tooLong = this.#updates.tooLarge.then(() => null);
    const answer = await Promise.race([connection.call('session/prompt', request), lost, tooLong]);
    if (answer === null) return this.#record.end('answer_too_large', tooLarge(this.#name));
    return await this.#endOf(answer);
  }

  async #start(): Promise<Peer> {
    const { program, args, env: own, socket } = this.#spec;
    return socket === undefined
      ? spawnPeer(program, args, { ...this.#options.env, ...own })
      : await socketPeer(socket);
  }

  /** The end of an attempt in which the agent failed as a program. */
  failed(error: unknown): TurnEnd {
    this.#updates.finishText();
    if (error instanceof Ended) return this.#record.end(error.outcome, error.message);
    if (error instanceof RequestRefused) {
      const failure = failureOf(error, Date.now());
      const hint = this.#hasAnswered || failure.outcome !== 'agent_error' ? '' : ` ${this.#doubt}`;
      const message = `${this.#name} reported: ${failure.message}${hint}`;
      return { ...this.#record.end(failure.outcome, message), resets_at: failure.resets_at };
    }
    if (error instanceof ConnectionLost) {
      return this.#record.lost(this.#hasAnswered ? this.#name : this.#spec.program, error, {
        notStarted: `${this.#spec.program} could not be started: ${error.message}. Check the command.`,
        early: this.#hasAnswered ? null : this.#doubt,
      });
    }
    return this.#record.end('agent_error', `What ${this.#name} answered cannot be used: ${String(error)}.`);
  }

  async close(): Promise<void> {
    await this.#connection?.close(EXIT_MS);
    this.#terminals?.close();
  }

  async #initialize(connection: Connection): Promise<Fields> {
    const { leave, files, socket } = this.#spec;
    const mayWrite = leave !== 'plan';
    // In a container it has its own: this process is outside.
    const isBeside = socket === undefined;
    const request: InitializeRequest = {
      protocolVersion: PROTOCOL,
      clientCapabilities: {
        fs: { readTextFile: files && isBeside, writeTextFile: files && isBeside && mayWrite },
        terminal: isBeside && mayWrite,
      },
      clientInfo: { name: 'cc-executor', version: '1' },
    };
    const answer = await this.#inTime(
      connection.call('initialize', request),
      `${this.#spec.program} did not answer its first request. ${this.#doubt}`,
    );
    this.#hasAnswered = true;
    const { name, title, version } = fieldsOf(answer['agentInfo']);
    this.#name = nameOr(title) ?? nameOr(name) ?? 'The agent';
    if (answer['protocolVersion'] !== PROTOCOL)
      throw new Ended(
        'agent_error',
        `${this.#name} speaks version ${wordsOf(answer['protocolVersion'], VERSION_UNITS)} of the Agent Client Protocol, and cc-executor speaks version ${String(PROTOCOL)}: install another version of it.`,
      );
    this.#options.onNews({
      known: { version: [name, version].map(nameOr).filter(Boolean).join(' ') || 'unknown' },
    });
    return fieldsOf(answer['agentCapabilities']);
  }

  /** Opens the session: a new one, or that of an interrupted attempt. */
  async #open(connection: Connection, capabilities: Fields): Promise<Fields> {
    const { cwd, extraDirs, servers, isResumed, conversationFile } = this.#spec;
    const mcpServers = serversFor(servers, capabilities);
    if (typeof mcpServers === 'string') throw new Ended('mcp_failed', mcpServers);
    const can = fieldsOf(capabilities['sessionCapabilities']);
    const has = (name: string) => can[name] !== undefined && can[name] !== null;
    const about: NewSessionRequest = {
      cwd,
      mcpServers,
      ...(has('additionalDirectories') && extraDirs.length > 0 && { additionalDirectories: [...extraDirs] }),
    };
    const way = has('resume')
      ? 'session/resume'
      : capabilities['loadSession'] === true
        ? 'session/load'
        : null;
    this.#canResume = way !== null;
    const earlier = isResumed ? await conversationIn(conversationFile) : null;
    let session: Fields;
    if (earlier !== null && way !== null) {
      this.#sessionId = earlier;
      this.#record.resume();
      const request: ResumeSessionRequest = { ...about, sessionId: earlier };
      const resumed = connection.call(way, request).catch((error: unknown) => {
        if (!(error instanceof RequestRefused)) throw error;
        throw new Ended('agent_error', `${this.#name} could not resume its session: ${error.message}`);
      });
      session = await this.#inTime(resumed, `${this.#name} did not resume its session.`);
    } else {
      session = await this.#inTime(connection.call('session/new', about), `${this.#name} opened no session.`);
      this.#sessionId = nameOr(session['sessionId']) ?? '';
      if (this.#sessionId === '')
        throw new Ended('agent_error', `${this.#name} opened a session without an id.`);
    }
    const model = modelOf(session);
    this.#options.onNews({
      ...(model !== null && { known: { model } }),
      event: {
        type: 'agent.init',
        data: {
          session_id: this.#sessionId,
          model: model ?? 'unknown',
          version: this.#name,
          tools: [],
          capabilities: Object.keys(can).filter(has),
          raw: capRaw(session),
        },
      },
    });
    return session;
  }

  /** Rejects if an answer does not come in the time that a start may take: the model has not been asked yet. */
  async #inTime(answered: Promise<Fields>, otherwise: string): Promise<Fields> {
    answered.catch(() => undefined);
    const { startMs } = this.#spec;
    const answer = await within(answered, startMs, null);
    if (answer === null) throw new Ended('agent_error', `${otherwise} It had ${String(startMs / 1000)} s.`);
    return answer;
  }

  async #setModel(connection: Connection, session: Fields): Promise<void> {
    const { model } = this.#spec;
    if (model === null) return;
    await this.#set(connection, modelSetting(session, model), 'model_not_found');
    this.#options.onNews({ known: { model } });
  }

  /** `outcome`: of an attempt in which the agent cannot do it. */
  async #set(connection: Connection, setting: Setting | null | string, outcome: OutcomeCode): Promise<void> {
    if (setting === null) return;
    if (typeof setting === 'string') throw new Ended(outcome, setting);
    const { method, params } = setting;
    await connection.call(method, { sessionId: this.#sessionId, ...params }).catch((error: unknown) => {
      if (!(error instanceof RequestRefused)) throw error;
      throw new Ended(outcome, `${this.#name} refused ${method}: ${error.message}`);
    });
  }

  #take(method: string, params: Fields): void {
    this.#options.onLife();
    if (method === 'session/update') this.#updates.take(params);
    else this.#options.onMessage({ method, params });
  }

  async #endOf(answer: Fields): Promise<TurnEnd> {
    this.#updates.finishText();
    const usage = usageOf(answer);
    const reason = wordsOf(answer['stopReason']);
    this.#options.onNews({
      ...(usage !== null && { known: { usage } }),
      event: {
        type: 'agent.result',
        data: { subtype: reason, is_error: reason !== 'end_turn', raw: capRaw(answer) },
      },
    });
    const stop = Object.hasOwn(STOPS, reason) ? STOPS[reason as StopReason] : undefined;
    if (stop !== undefined) return this.#record.end(stop.outcome, stop.message);
    if (reason !== 'end_turn')
      return this.#record.end(
        'agent_error',
        `${this.#name} stopped for a reason that the protocol does not have: ${reason}.`,
      );
    return await judgeAnswer(this.#spec, {
      answer: this.#updates.answer,
      denials: this.#record.denials,
      agent: this.#name,
    });
  }
}
