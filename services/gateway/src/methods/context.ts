import type { RpcMethod, RpcParams, RpcResult } from '@cc-executor/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Foregrounds } from '../processes/foregrounds.ts';
import type { Session } from '../sessions/session.ts';
import type { Feeds } from '../subscriptions/feeds.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

/** The context of the methods of one session. */
export interface Context {
  session: Session;
  /** The executions whose task opened the socket, outermost first; empty for an outside client. */
  lineage: readonly string[];
  subscriptions: Subscriptions;
  feeds: Feeds;
  foregrounds: Foregrounds;
  ports: GatewayDependencies;
  /** Reports a broken stream to the client. */
  onBroken: (error: unknown) => void;
}

/** A method: returns its result, and what starts after the result is sent. Throws a CcError. */
export type MethodOf<M extends RpcMethod> = (
  context: Context,
  params: RpcParams<M>,
) => Promise<{ result: RpcResult<M>; afterwards?: () => void }>;
