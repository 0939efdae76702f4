import { runCall } from '../../turns/run-call.ts';
import { SPEC_DESCRIPTOR, type CodexSpec } from './spec.ts';
import { runTurn } from './turn.ts';

// Has Codex work on one prompt.
await runCall(
  SPEC_DESCRIPTOR,
  process.env,
  async (spec, options) => await runTurn(spec as CodexSpec, options),
);
