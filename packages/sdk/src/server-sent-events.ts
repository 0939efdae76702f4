import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { bodyText } from './body-text.ts';

/** The messages of an answer, as they come; throws when nothing at all has come for `silenceMs`. */
export async function* readMessages(
  response: Response,
  silenceMs: number,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void messages.push(message) });
  for await (const text of bodyText(response, silenceMs)) {
    parser.feed(text);
    yield* messages.splice(0);
  }
}
