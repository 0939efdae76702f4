import type { AuthStatus, OutcomeCode } from '@cc-executor/contracts';
import { authInstructions } from './auth-instructions.ts';

const RESUME = 'Then continue the execution: POST /executions/{id}/resume, or cc-executor resume.';

/** Returns what a person has to do before an execution with this outcome can continue; empty if nothing. */
export function stepsAfter(outcome: OutcomeCode, inUse?: AuthStatus['method']): string[] {
  if (outcome === 'auth_failed') return [...authInstructions('claude', inUse), RESUME];
  if (outcome === 'account_disabled')
    return [
      'The account, or its organization, is disabled: ask its admin, or write to https://support.claude.com, or use the credential of another account.',
      RESUME,
    ];
  if (outcome === 'overage')
    return [
      'Resume when the limit of the plan has reset, or set on_overage to "use" to have the work continue with paid extra usage.',
      RESUME,
    ];
  if (outcome === 'all_refused')
    return [
      'Read what the model says: it refuses each prompt with the same words, so the account, the model or a setting of the worker is the reason, not one prompt.',
      RESUME,
    ];
  if (outcome !== 'billing') return [];
  return [
    'With an API key: add credit, or raise the spend limit, at https://console.anthropic.com/settings/billing.',
    'With a Claude subscription: add usage, or raise its spend limit, at https://claude.ai/settings/usage, or ask the admin of your organisation.',
    RESUME,
  ];
}
