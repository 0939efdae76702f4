/** How a model's API is reached: what a relay sends to it in place of what its clients sent. */
export interface ModelAccess {
  /** The address of the API, which may have its own path. http or https. */
  url: string;
  /** Headers with the credential, and others that the way to the API needs; names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The beta that a request has to name for this credential: the API refuses it otherwise. Absent: none. */
  beta?: string;
  /** The paths after `url` to which requests are passed on; nothing else of an account can be reached. */
  paths: ReadonlySet<string>;
}
