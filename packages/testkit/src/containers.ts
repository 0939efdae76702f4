import { request } from 'node:http';
import { json } from 'node:stream/consumers';

const ENGINE = process.env['CC_TEST_ENGINE'];

/**
 * Settings with which the tasks of a stack run in containers; null: as processes. For a whole run of tests:
 * CC_TEST_ENGINE is the path of an engine's socket, CC_TEST_IMAGE an image that it has.
 */
export const CONTAINERS =
  ENGINE === undefined
    ? null
    : {
        CC_EXECUTOR_ISOLATION: 'container',
        CC_EXECUTOR_ENGINE: ENGINE,
        CC_EXECUTOR_SANDBOX_IMAGES: process.env['CC_TEST_IMAGE'] ?? '',
      };

/** Returns what the engine of the tests says of each container of an execution, such as `running` or `paused`. */
export async function containersOf(executionId: string): Promise<string[]> {
  return (await list(`cc-executor.execution=${executionId}`)).map(({ State }) => State);
}

/** Returns the ids of the containers that the engine of the tests has of a data directory. */
export async function allContainers(dataDirectory: string): Promise<string[]> {
  const found = await list('cc-executor.execution');
  return found
    .filter(({ Mounts }) => Mounts.some(({ Source = '' }) => Source.startsWith(`${dataDirectory}/`)))
    .map(({ Id }) => Id);
}

interface Container {
  Id: string;
  State: string;
  Mounts: { Source?: string }[];
}

async function list(wanted: string): Promise<Container[]> {
  const label = [wanted];
  const path = `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label }))}`;
  const all = await new Promise<unknown>((resolve, reject) => {
    const asked = request({ socketPath: ENGINE ?? '', path }, (answer) => resolve(json(answer)));
    asked.on('error', reject).end();
  });
  return all as Container[];
}
