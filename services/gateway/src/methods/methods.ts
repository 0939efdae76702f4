import { RPC_METHODS, type RpcMethod } from '@cc-executor/contracts';
import { readHookStatus } from '@cc-executor/executions';
import type { Method } from '../json-rpc/dispatch.ts';
import { attach } from './attach.ts';
import type { Context, MethodOf } from './context.ts';
import { control } from './control.ts';
import { execute } from './execute.ts';
import { status } from './status.ts';

const HANDLERS: { [M in RpcMethod]: MethodOf<M> } = {
  execute,
  control,
  status,
  attach,
  subscribe: async ({ subscriptions }, params) => {
    const { result, begin } = await subscriptions.subscribe(params);
    return { result, afterwards: begin };
  },
  unsubscribe: async ({ subscriptions }, { execution_id }) => {
    subscriptions.unsubscribe(execution_id);
    return { result: {} };
  },
  hook_status: async ({ ports }) => ({ result: await readHookStatus(ports.directory) }),
};

/** Returns the methods of one session. */
export function methodsOf(context: Context): Record<string, Method> {
  const names = Object.keys(RPC_METHODS) as RpcMethod[];
  return Object.fromEntries(
    names.map((name): [string, Method] => {
      const handler = HANDLERS[name] as MethodOf<never>;
      return [name, { params: RPC_METHODS[name].params, call: (params) => handler(context, params) }];
    }),
  );
}
