import type Docker from 'dockerode';

export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  return await docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

/** False where no registry answers. */
export async function pullImage(docker: Docker, name: string): Promise<boolean> {
  try {
    const progress = await docker.pull(name);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return true;
  } catch {
    return false;
  }
}
