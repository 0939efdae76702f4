import { buffer } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import type { Service, Stack } from './stack.ts';

/** Runs a command in a running container as the container's own user, and gives its exit code and what it wrote. */
export async function inside(
  stack: Stack,
  service: Service,
  command: string[],
): Promise<{ code: number | null; output: string }> {
  const { Id } = await stack.container(service);
  const exec = await stack.docker
    .getContainer(Id)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const output = new PassThrough();
  stack.docker.modem.demuxStream(stream, output, output);
  stream.on('end', () => output.end());
  const text = (await buffer(output)).toString();
  return { code: (await exec.inspect()).ExitCode, output: text };
}
