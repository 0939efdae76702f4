import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversationFile, conversationIn, keepConversation } from '../../src/turns/conversation-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-conversation-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the id of a conversation', () => {
  it('is on disk at once, since the process that keeps it may end in the next moment', () => {
    const file = conversationFile(join(folder, 'homes'), 'an-execution', 'a-session');
    keepConversation(file, 'of-the-agent');
    expect(readFileSync(file, 'utf8')).toBe('of-the-agent');
  });

  it('is null where none was kept', async () => {
    expect(await conversationIn(conversationFile(folder, 'another', 'session'))).toBeNull();
  });
});
