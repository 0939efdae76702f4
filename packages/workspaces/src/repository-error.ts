/** An error of the repository that a list names. */
export class RepositoryError extends Error {
  /** Which part of what was requested: path, url, ref, branch, include; '': all of it. */
  readonly part: string;

  constructor(part: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RepositoryError';
    this.part = part;
  }
}
