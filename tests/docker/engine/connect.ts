import Docker from 'dockerode';

/** A client of the engine at `host`, given as DOCKER_HOST has it: a unix socket or a TCP address. */
export function connect(host: string): Docker {
  const { protocol, pathname, hostname, port } = new URL(host);
  return protocol === 'unix:' ? new Docker({ socketPath: pathname }) : new Docker({ host: hostname, port });
}
