/**
 * Returns the response with a body that fails after `silenceMs` without data, measured only while it is read; so a
 * slow reader, and a long body that keeps arriving, are not limited. `explain` makes the error.
 */
export function withSilenceLimit(
  response: Response,
  silenceMs: number,
  explain: (error: unknown) => unknown,
): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await within(reader.read(), silenceMs);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(explain(error));
          // Closes the connection.
          reader.cancel().catch(() => undefined);
        }
      },
      cancel: async (reason) => await reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

async function within<T>(reading: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`silent for ${String(ms / 1000)} s`)), ms);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}
