import { runCall } from '../../turns/run-call.ts';
import { runTurn } from './turn.ts';
import type { AcpSpec } from './spec.ts';

// Has an agent of the Agent Client Protocol work on one prompt.
await runCall(process.env, async (spec, options) => await runTurn(spec as AcpSpec, options));
