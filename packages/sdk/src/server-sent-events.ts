import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { bodyText } from './body-text.ts';

/**
 * Yields the messages of a response as they arrive. `heard` is called for any data, also for a comment, which only
 * shows that the server is alive.
 */
export async function* readMessages(
  response: Response,
  heard: () => void,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => {
      messages.push(message);
    },
  });
  for await (const text of bodyText(response)) {
    heard();
    parser.feed(text);
    yield* messages.splice(0);
  }
}
