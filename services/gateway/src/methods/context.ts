import type { RpcMethod, RpcParams, RpcResult } from '@cc-executor/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Foregrounds } from '../processes/foregrounds.ts';
import type { Session } from '../sessions/session.ts';
import type { Feeds } from '../subscriptions/feeds.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

/** What the methods of one session work with. */
export interface Context {
  session: Session;
  /** The executions whose task has opened the socket, outermost first; none for a client from outside. */
  lineage: readonly string[];
  subscriptions: Subscriptions;
  feeds: Feeds;
  foregrounds: Foregrounds;
  ports: GatewayDependencies;
  /** A stream to the client broke: tells it. */
  onBroken: (error: unknown) => void;
}

/** A method: gives its result, and what begins once that was sent. Throws a CcError. */
export type MethodOf<M extends RpcMethod> = (
  context: Context,
  params: RpcParams<M>,
) => Promise<{ result: RpcResult<M>; afterwards?: () => void }>;
