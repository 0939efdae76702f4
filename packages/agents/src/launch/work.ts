import { Socket } from 'node:net';
import { inFolder } from './in-folder.ts';

/** The descriptor over which a process gets its work: the first one without another meaning. */
export const WORK_DESCRIPTOR = 3;

const NEWLINE = 10;

/** Work as it is handed over, as a line of JSON. */
export interface WorkMessage {
  /** The real path of the working directory. */
  cwd: string;
  /** Variables beside the environment in which the process was started. */
  variables: Readonly<Record<string, string>>;
  spec: unknown;
}

/** Variables that are for this process alone. */
const OURS: ReadonlySet<string> = new Set(['NODE_COMPILE_CACHE', 'NODE_USE_ENV_PROXY']);

/**
 * Waits for the work of this process, and enters its folder. Resolves with the work, and the environment of what it starts.
 * The process ends if it gets none, and when the process that gave it has ended. Rejects if the folder is another one
 * meanwhile.
 */
export async function takeWork(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ spec: unknown; env: Record<string, string> }> {
  const giver = new Socket({ fd: WORK_DESCRIPTOR });
  giver.on('error', () => undefined).once('close', () => process.exit(1));
  const { cwd, variables, spec } = JSON.parse(await lineOf(giver)) as WorkMessage;
  giver.unref();
  inFolder(cwd, (folder) => process.chdir(folder));
  const inherited = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !OURS.has(entry[0]),
  );
  return { spec, env: { ...Object.fromEntries(inherited), ...variables } };
}

async function lineOf(giver: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  return await new Promise((resolve) => {
    giver.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // JSON has no line break of its own.
      if (chunk.at(-1) === NEWLINE) resolve(Buffer.concat(chunks).toString());
    });
  });
}
