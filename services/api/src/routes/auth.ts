import { AuthStatus, CcError } from '@cc-executor/contracts';
import { problems, type Route } from '../route.ts';

const LOGIN_STEPS = [
  'On the machine with your browser, run: claude setup-token',
  'Set CLAUDE_CODE_OAUTH_TOKEN to the token that it prints (or ANTHROPIC_API_KEY to an API key), in the environment or in .env.',
  'Start cc-executor again, and check GET /auth/status.',
];

export const authRoutes: Route = (app, { directory }) => {
  app.get(
    '/auth/status',
    {
      schema: {
        summary: 'Can the workers talk to Claude?',
        tags: ['auth'],
        response: { 200: AuthStatus, ...problems },
      },
    },
    async (): Promise<AuthStatus> => {
      const workers = await directory.list();
      const worst = workers.find(({ auth }) => auth.status === 'not_authenticated') ?? workers[0];
      if (worst) return worst.auth;
      return {
        status: 'not_authenticated',
        method: 'none',
        message: 'No worker is alive, so nobody can say.',
        instructions: ['Start a worker (npm start, or docker compose up), and ask again.'],
      };
    },
  );
  app.post(
    '/auth/claude',
    { schema: { summary: 'Not offered', deprecated: true, tags: ['auth'], response: problems } },
    () => {
      throw new CcError('LOGIN_NOT_OFFERED', 'A login needs the browser of your machine.', {
        instructions: LOGIN_STEPS,
      });
    },
  );
};
