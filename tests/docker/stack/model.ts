import { startScriptedModel, useTool, say, type ScriptedModel } from '@cc-executor/testkit';
import type { Stack } from './stack.ts';

/** In the prompt that the model has an answer for. */
export const PROMPT = 'Write down who you are.';
/** What its answer makes, in the workspace. */
export const WRITTEN = 'who-i-am.txt';

/** A scripted model where the worker's container reaches it: on this machine's address in their network. */
export async function startModelFor(stack: Stack): Promise<ScriptedModel> {
  // Brings the network that the worker will share.
  await stack.compose(['up', '-d', 'gateway']);
  const turns = [useTool('Bash', { command: `id -u > ${WRITTEN}` }), say('Written down.')];
  return await startScriptedModel({ script: [{ marker: PROMPT, turns }], host: await gatewayOf(stack) });
}

async function gatewayOf(stack: Stack): Promise<string> {
  const network = await stack.docker.getNetwork(`${stack.project}_outside`).inspect();
  const { Config } = (network as { IPAM: { Config: { Gateway?: string }[] } }).IPAM;
  const gateway = Config[0]?.Gateway;
  if (gateway === undefined)
    throw new Error(`The network of ${stack.project} has no address on this machine.`);
  return gateway;
}
