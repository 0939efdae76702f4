import type { ScenarioGroup } from './scenario.ts';
import { answers } from './scenarios/answers.ts';
import { checks } from './scenarios/checks.ts';
import { commands, endings } from './scenarios/endings.ts';
import { acpAnswers } from './scenarios/acp-answers.ts';
import { acpErrors } from './scenarios/acp-errors.ts';
import { acpLeave } from './scenarios/acp-leave.ts';
import { acpPrograms } from './scenarios/acp-programs.ts';
import { acpGemini, acpOpenCode } from './scenarios/acp-real.ts';
import { codexErrors } from './scenarios/codex-errors.ts';
import { codexPrograms } from './scenarios/codex-programs.ts';
import { codexTurns } from './scenarios/codex-turns.ts';
import { helpers } from './scenarios/helpers.ts';
import { httpErrors } from './scenarios/http-errors.ts';
import { limits, overages } from './scenarios/limits.ts';
import { modelRequests } from './scenarios/model-requests.ts';
import { options } from './scenarios/options.ts';
import { programs } from './scenarios/programs.ts';
import { streams } from './scenarios/streams.ts';
import { toolCalls } from './scenarios/tool-calls.ts';
import { versions } from './scenarios/versions.ts';

/** Every way of a task that is known, with the outcome that it must have: tested, and shown on the reference page. */
export const SCENARIOS: readonly ScenarioGroup[] = [
  answers,
  options,
  checks,
  httpErrors,
  limits,
  overages,
  streams,
  programs,
  versions,
  endings,
  commands,
  toolCalls,
  modelRequests,
  codexTurns,
  codexPrograms,
  codexErrors,
  acpAnswers,
  acpErrors,
  acpLeave,
  acpPrograms,
  acpGemini,
  acpOpenCode,
  helpers,
];
