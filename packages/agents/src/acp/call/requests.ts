import type { TurnOptions } from '../../turns/spec.ts';
import type { TurnRecord } from '../../turns/turn-record.ts';
import { readTextFile, writeTextFile } from './files.ts';
import { answerTo, mayDo } from './leave.ts';
import type { Roots } from './roots.ts';
import type { AcpSpec } from './spec.ts';
import type { Terminals } from './terminals.ts';
import type { Updates } from './updates.ts';

type Fields = Readonly<Record<string, unknown>>;

interface RequestContext {
  spec: Pick<AcpSpec, 'leave' | 'servers' | 'socket'>;
  options: TurnOptions;
  record: TurnRecord;
  updates: Updates;
  roots: Roots;
  terminals: Terminals;
}

/** Answers the requests of an agent: for permissions, files and terminals. */
export class Requests {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  /** Returns the answer to a request; undefined: it is rejected. Rejects with a reason for the agent. */
  async answer(method: string, params: Fields): Promise<object | undefined> {
    const { spec, options, roots, terminals } = this.#context;
    options.onLife();
    // One in a container was offered nothing outside of it.
    if (spec.socket !== undefined && method !== 'session/request_permission') {
      options.onMessage({ method, params });
      return undefined;
    }
    const mayWrite = spec.leave !== 'plan';
    switch (method) {
      case 'session/request_permission':
        return await this.#decide(params);
      case 'fs/read_text_file':
        return await readTextFile(roots, params);
      case 'fs/write_text_file':
        return mayWrite ? await writeTextFile(roots, params) : undefined;
      case 'terminal/create':
        return mayWrite ? await terminals.create(params) : undefined;
      case 'terminal/output':
        return terminals.output(params);
      case 'terminal/wait_for_exit':
        return await terminals.wait(params);
      case 'terminal/kill':
        return terminals.kill(params);
      case 'terminal/release':
        return terminals.release(params);
      default:
        options.onMessage({ method, params });
        return undefined;
    }
  }

  async #decide(params: Fields): Promise<object> {
    const { spec, options, record, updates, roots } = this.#context;
    options.onMessage({ method: 'session/request_permission', params });
    const call = updates.callToPermit(params);
    const isAllowed = await mayDo(call, { leave: spec.leave, roots, servers: Object.keys(spec.servers) });
    if (!isAllowed) record.deny(call.denial);
    return answerTo(params['options'], isAllowed);
  }
}
