import type { Rule } from './rule.ts';
import { quote } from './quote.ts';

/** Requests for an answer of a person while the task runs. */
const QUESTIONS = [
  /\b(?:ask|consult|interview|quiz) (?:me|us)\b/i,
  /(?:^|[.!?,;]\s*|\b(?:then|and|or|first|please|before|always|but) )ask (?:the |a )?(?:user|human|customer|me|for (?:my )?(?:clarification|confirmation|approval|permission|details|feedback))\b/i,
  /\bask (?:any |your |clarifying |follow-?up |me )*questions\b/i,
  /\b(?:wait|pause|stop|hold) (?:here )?(?:for|until|till) (?:me|i|my|our|you get|the user(?:'s)?|a (?:human|person))\b/i,
  /\b(?:wait|stop) for (?:a |an )?(?:confirmation|approval|input|answer|reply|response|feedback|go-ahead|review)\b(?! (?:from|of) the (?:server|api|service|process))/i,
  /\b(?:check|confirm|verify|clarify|discuss|talk|coordinate|consult|align) (?:[\w'-]+ ){0,4}?with (?:me|us|the user)\b/i,
  /\b(?:get|need|request|obtain) (?:my|our|the user's) (?:approval|confirmation|permission|ok|okay|input|feedback|consent)\b/i,
  /\blet me (?:choose|decide|pick|confirm|approve|review|know (?:what|which|how|when|whether) (?:you|i|to)|know if you (?:need|have|want))/i,
  /\b(?:tell|show) me (?:what|which) (?:you need|you want|you prefer|one you)/i,
  /\b(?:what|which)(?: \w+){0,3} (?:do|would|should) (?:you|i) (?:prefer|want|like|recommend i)\b.{0,200}\?/i,
  /\b(?:do you want me|would you like me|should i|shall i|may i)\b/i,
  /\b(?:and |then )?i(?:'ll| will) (?:then )?(?:decide|pick|choose|confirm|tell you|give you|provide|send you|let you know|answer|review it|approve)/i,
  /\b(?:when|until|after|once|if) i (?:confirm|approve|agree|say|answer|reply|tell you|give you)\b/i,
  /\b(?:unclear|unsure|not sure|in doubt|questions?|ambiguous|get stuck|stuck)\b[^.\n]{0,60}\b(?:ping|message|contact|call|text|email|e-mail|dm|tell|notify|write to|reach out to) (?:me|us)\b/i,
  /\b(?:run|pass|clear) (?:it|this|that|them|everything|the \w+) (?:by|past) (?:me|us)\b/i,
  /\b(?:when|until|after|once|if) (?:i|we) (?:have |had )?(?:chosen|picked|decided|approved|confirmed|agreed|give (?:you |my |our |the |an? )?(?:ok|okay|go|approval|consent|permission|green light))\b/i,
  /\b(?:guide|walk|talk|lead|coach) (?:me|us) (?:[\w-]{1,30} ){0,3}?through\b/i,
  /\bfeel free to (?:ask|reach)\b/i,
  /\bfrag(?:e)? mich\b|\bwarte auf meine\b|\bpregúntame\b|\bpregunta(?:me|r al usuario)\b|\bdemande[- ]moi\b|\bchiedimi\b|\bpergunte-me\b|\bspør mig\b/i,
];
/** The behaviour of a requested program is not a request of the prompt: "a script that asks me". */
const OF_A_PROGRAM =
  /\b(?:that|which|who|to|script|program|function|bot|cli|app|prompt|dialog)\b(?:\s+\w+){0,2}\s*$/i;

/** Finds "ask me which one" and "wait for my approval": nobody is there to answer. */
export const asksBack: Rule = (text) => {
  for (const question of QUESTIONS) {
    const found = question.exec(text);
    if (!found || OF_A_PROGRAM.test(text.slice(Math.max(0, found.index - 60), found.index))) continue;
    return `${quote(found[0])}: nobody is there to answer while it runs. Decide now, or say how the agent is to decide.`;
  }
  return null;
};
