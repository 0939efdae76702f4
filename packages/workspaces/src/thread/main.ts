import { serve } from '@cc-executor/evidence/threads';
import { StoreWork } from '../store-work.ts';
import type { StoreQuestion } from './snapshot-thread.ts';

// Takes and restores snapshots, outside the thread that handles the output of agents.
serve(async ({ place, work, request }: StoreQuestion) => await new StoreWork(place)[work](request as never));
