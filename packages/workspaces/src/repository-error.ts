/** An error of the repository that a list names. */
export class RepositoryError extends Error {
  /** Which part of what was requested: path, url, ref, branch, include; '': all of it. */
  readonly part: string;
  /** True if the repository could not be reached, as in an outage of the network: a later try may succeed. */
  readonly isForNow: boolean;

  constructor(
    part: string,
    message: string,
    { isForNow = false, ...options }: ErrorOptions & { isForNow?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'RepositoryError';
    this.part = part;
    this.isForNow = isForNow;
  }
}
