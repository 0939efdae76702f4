/** An error as it travels between threads, which do not keep its codes. */
export interface PlainError {
  type: string;
  message: string;
  stack: string | undefined;
  /** Its own fields that are text, e.g. `code`. */
  fields: Readonly<Record<string, string>>;
  cause: PlainError | null;
}

/** The classes that arrive as such; others do as Error, with their fields. */
const CLASSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  RangeError,
  TypeError,
};

export function toPlain(thrown: unknown): PlainError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { message, stack, cause } = error;
  const own = Object.entries(error).filter(([, value]) => typeof value === 'string');
  return {
    type: error.constructor.name,
    message,
    stack,
    fields: Object.fromEntries(own) as PlainError['fields'],
    cause: cause === undefined ? null : toPlain(cause),
  };
}

export function fromPlain({ type, message, stack, fields, cause }: PlainError): Error {
  const Class = CLASSES[type] ?? Error;
  const error = Object.assign(new Class(message, cause ? { cause: fromPlain(cause) } : {}), fields);
  if (stack !== undefined) error.stack = stack;
  return error;
}
