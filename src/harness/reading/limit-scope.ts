import { OWN_MODEL } from '../../domain/model-scope.ts';

/** Providers put whole documents into their errors. */
const LONGEST_READ = 4000;

const KIND =
  '(?:claude|opus|sonnet|haiku|gemini|gpt|codex|o[1-9]|grok|qwen|kimi|glm|deepseek|mistral|devstral|llama|minimax)';
const TIER = '(?:opus|sonnet|haiku|pro|flash|lite|mini|nano|codex|spark|max|turbo|coder|preview|thinking)';
/** `Opus`, `Claude Opus 4.5`, `Gemini 2.5 Pro`, `GPT-5.3-Codex-Spark`, `claude-opus-4-5`. */
const NAME = String.raw`(?<![\w.-])(?:[a-z]{1,20}\/)?(${KIND}[\w.-]{0,60}(?: (?:\d{1,2}(?:\.\d{1,2})?|${TIER})(?![\w.-])){0,4})`;

const PATTERNS = [
  // "your weekly limit for Opus", "usage limit for GPT-5.3-Codex-Spark"
  String.raw`\b(?:limit|quota|allowance)s? (?:is |was )?(?:reached |exceeded |exhausted )?(?:for|of|on) (?:the )?(?:model )?["'\`]?${NAME}`,
  // "your Opus limit", "Opus weekly limit", "your daily gemini-2.5-pro quota", "'Gemini 2.5 Pro Requests per day'"
  String.raw`${NAME}["'\`]?(?: (?:model|weekly|daily|monthly|usage|requests?|tokens?|per day)\b)* (?:limit|quota)\b`,
  String.raw`(?:metric|limit):? ["']${NAME} requests\b`,
  // "quotaDimensions": { "model": "gemini-2.5-pro" }, "limit: 50, model: gemini-2.5-pro"
  String.raw`\bmodel\\?["']? ?[:=] ?\\?["']?${NAME}`,
].map((pattern) => new RegExp(pattern, 'gi'));

const OWN =
  /\b(?:limit|quota|capacity)\b.{0,40} (?:on|for|of) this model\b|\bthis model['’]s (?:\w+ )?(?:limit|quota)\b/i;

/** A vendor's name, or that of a subscription, stands for no model (`Claude usage limit`, `your Codex limit`, `Claude Max`). */
const IS_MODEL = /\d|opus|sonnet|haiku/i;
const FAMILY = /opus|sonnet|haiku/i;

/**
 * The model whose limit a sentence speaks of, in lower case (`opus`, `gemini-2.5-pro`); `OWN_MODEL` where it says no more
 * than that. Undefined where it names none: then the limit is the account's, as far as anybody knows.
 */
export function limitedModel(prose: string): string | undefined {
  const text = prose.slice(0, LONGEST_READ).replaceAll(/\s+/g, ' ');
  for (const pattern of PATTERNS)
    for (const [, name = ''] of text.matchAll(pattern)) if (IS_MODEL.test(name)) return modelName(name);
  return OWN.test(text) ? OWN_MODEL : undefined;
}

/** The model that a limit's own name names; null where it names none. */
export function modelOfName(name: string | null): string | null {
  return name !== null && name.length <= 100 && IS_MODEL.test(name) ? modelName(name) : null;
}

/** As it is compared and shown. A family of Claude in words for people (`Claude Opus 4`) has one limit for all versions. */
function modelName(told: string): string {
  const name = told.replace(/[.-]+$/, '').toLowerCase();
  const family = name.includes('-') ? undefined : FAMILY.exec(name)?.[0];
  return family ?? name.replaceAll(' ', '-');
}
