import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { bodyText } from './body-text.ts';

/**
 * The messages of an answer, as they come. `heard` is called whenever something has come, also a comment, which says no
 * more than that the server lives.
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
