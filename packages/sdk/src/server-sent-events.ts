import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { bodyText } from './body-text.ts';

/**
 * The messages of an answer, as they come; throws when nothing at all has come for `silenceMs`. `heard` is called
 * whenever something has, also a comment, which says no more than that the server lives.
 */
export async function* readMessages(
  response: Response,
  silenceMs: number,
  heard: () => void,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => {
      messages.push(message);
    },
  });
  for await (const text of bodyText(response, silenceMs)) {
    heard();
    parser.feed(text);
    yield* messages.splice(0);
  }
}
