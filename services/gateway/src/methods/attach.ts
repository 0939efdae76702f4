import type { MethodOf } from './context.ts';
import { reportProcess } from './report-process.ts';

/** Takes over the process of a session whose socket is lost, or will soon be detected as lost. */
export const attach: MethodOf<'attach'> = async (context, { session_id, after }) => {
  const { session, subscriptions, foregrounds } = context;
  subscriptions.checkRoom();
  const foreground = foregrounds.attach(session, session_id);
  const { executionId: execution_id } = foreground;
  const afterwards = () => {
    reportProcess(context, execution_id, after, foreground).catch(context.onBroken);
  };
  return { result: { session_id: session.id, execution_id }, afterwards };
};
