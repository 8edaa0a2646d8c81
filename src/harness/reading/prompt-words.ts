import { derivedWord } from '../../lib/random.ts';
import { asArray, asObject, asString } from './json-shape.ts';

/** Who wrote the words of a prompt: a person or program that prompts, another agent, or the CLI and its editor. */
export type PromptAuthor = 'prompter' | 'agent' | 'cli';

/** The author of the words of one prompt. */
export interface PromptWords {
  readonly by: PromptAuthor;
  /** Whether an editor added its open files. */
  readonly isFromEditor: boolean;
  /** The prompter's own words; empty where another wrote it. */
  readonly own: string;
}

/** Longer prompts are judged by their beginning. */
const LONGEST = 16_384;
const MOST_BLOCKS = 50;

/** All words of a message of the user: an editor writes blocks of its own beside them. Null for the answer of a tool. */
export function textOfPrompt(content: unknown): string | null {
  if (typeof content === 'string') return content;
  const blocks = asArray(content).map(asObject);
  if (blocks.length === 0 || blocks.some((block) => block?.['type'] === 'tool_result')) return null;
  return blocks
    .map((block) => asString(block?.['text']) ?? `[${asString(block?.['type']) ?? ''}]`)
    .join('\n');
}

/** Reads the words of a prompt, whichever CLI they were given to. Linear in their length. */
export function readPromptWords(words: string): PromptWords {
  let rest = words.slice(0, LONGEST).trim();
  let isFromAgent = false;
  let isFromEditor = false;
  for (let count = 0; count < MOST_BLOCKS; count++) {
    const block = blockAt(rest);
    if (block === null) break;
    if (block.by === 'agent') isFromAgent = true;
    if (block.by === 'editor') isFromEditor = true;
    rest = rest.slice(block.length).trimStart();
  }
  const isInserted = rest === '' && words.trim() !== '';
  const by = isFromAgent ? 'agent' : isInserted ? 'cli' : 'prompter';
  return { by, isFromEditor, own: by === 'prompter' ? rest : '' };
}

interface Block {
  readonly by: 'agent' | 'editor' | 'cli';
  readonly length: number;
}

/** The part at the beginning of these words that the prompter did not write; null where there is none. */
function blockAt(text: string): Block | null {
  return markedBlock(text) ?? ideHeading(text) ?? agentsHeading(text) ?? agentMail(text) ?? ownWords(text);
}

/** `<name …> … </name>`; one without an end goes to the end of the message. */
function markedBlock(text: string): Block | null {
  const name = /^<([A-Za-z][\w:-]{0,60})(?=[\s>/])/.exec(text)?.[1];
  if (name === undefined) return null;
  const headEnd = text.indexOf('>');
  const head = text.slice(0, headEnd < 0 ? text.length : headEnd);
  const by = authorOfMark(name.toLowerCase(), head);
  if (by === null) return null;
  if (head.endsWith('/')) return { by, length: headEnd + 1 };
  const end = text.indexOf(`</${name}>`);
  return { by, length: end < 0 ? text.length : end + name.length + 3 };
}

const EDITOR =
  /^(ide|editor|vscode|jetbrains|zed|cursor)(_|-|$)|^(open_and_recently_viewed_files|active_(file|selection)|opened_files?|selected_(text|code)|current_(file|selection)|visible_files?)$/;
const OF_CLI =
  /^(environment[_-](context|details|info)|system[_-](reminder|info|notification|message|warning)|local-command(-\w+)?|bash-std\w+|user[_-]?(instructions|info|memory|rules)|(session|hook|workspace)[_-](context|info)|project[_-](layout|context|instructions)|(repo|repository|custom|global)[_-](instructions|rules)|(agents|claude|gemini)[_.-]?md|git[_-]status|turn_aborted|collaboration_mode|skills?_instructions)$/;
const AGENT =
  /(^|[_:-])((team-?)?mates?|agents?|subagents?|peers?|swarm|crew|workers?|coordinator|orchestrator|mailbox|inbox|team|lead|cross-session)[_:-](messages?|mail|msg|notification|inbox|reply|note|request|response|update|event|result)$|^(task-notification|inbox|mailbox|agent_?mail|teammate)$/;
/** A tag that names its sender as an agent: by a name of its own, or in so many words. */
const SENDER =
  /\s((teammate|agent|peer|worker|subagent)[_-]?(id|name)\s*=|(from|sender|author)\s*=\s*["']?[^"'>\s]{0,40}(agent|teammate|lead\b|peer|worker|orchestrator|coordinator))/i;

function authorOfMark(name: string, head: string): Block['by'] | null {
  if (EDITOR.test(name)) return 'editor';
  if (AGENT.test(name) || SENDER.test(head)) return 'agent';
  return OF_CLI.test(name) ? 'cli' : null;
}

/** An editor's plugin of Codex writes the open files before the words of the person. */
function ideHeading(text: string): Block | null {
  if (!/^# (Context from my IDE setup|Files mentioned by the user)/.test(text)) return null;
  const request = /^## My request for [^\n]{1,40}$/m.exec(text);
  return { by: 'editor', length: request ? request.index + request[0].length : text.length };
}

/** Codex writes instructions of a repository as words of its user. */
function agentsHeading(text: string): Block | null {
  if (!/^# (AGENTS|CLAUDE|GEMINI)(\.override)?\.md instructions\b/.test(text)) return null;
  const end = text.indexOf('</INSTRUCTIONS>');
  return { by: 'cli', length: end < 0 ? text.length : end + '</INSTRUCTIONS>'.length };
}

/** Messages between agents that are not marked as a block: a heading that says so, or an object with its sender. */
const MAIL_HEADING =
  /^you (have|got|received) [^\n]{0,40}\b(agent|teammate|peer)\b[^\n]{0,20}\b(mail|messages?)\b|^(\[|\*\*|#+ )?(new |incoming |unread )?((agent|teammate|peer|inter-agent|team|worker)[ _-](mail|message|msg)|(mail|message) (from|by) (the |your |another |a )?(teammate|agent|sub-?agent|peer|team[ -]?lead|lead agent|orchestrator|coordinator|worker|claude session|codex session)\b)/i;
/** `Another session sent a message:` before a block. */
const PREFACE = /^[^\n<]{0,120}\b(agent|teammate|session|peer|worker)\b[^\n<]{0,80}:\s*(?=<)/i;

function agentMail(text: string): Block | null {
  if (MAIL_HEADING.test(text) || isMailObject(text)) return { by: 'agent', length: text.length };
  const preface = PREFACE.exec(text.slice(0, 300))?.[0];
  if (preface === undefined) return null;
  const block = markedBlock(text.slice(preface.length));
  return block?.by === 'agent' ? { by: 'agent', length: preface.length + block.length } : null;
}

const MAIL_KINDS =
  /"type"\s*:\s*"[a-z_-]{0,30}(message|shutdown|idle|task|approval|permission|handoff|status|ping)/;

function isMailObject(text: string): boolean {
  if (!text.startsWith('{') || !text.endsWith('}')) return false;
  const head = text.slice(0, 2000);
  const hasSender =
    /"(from|sender|author|from_agent|fromAgent|agentId|agent_id|teammate_id|assignedBy|assigned_by)"\s*:/.test(
      head,
    );
  return hasSender && (MAIL_KINDS.test(head) || /"(to|recipient|to_agent|toAgent)"\s*:/.test(head));
}

/** Words that a CLI writes as its user's without any mark. */
const OWN_WORDS =
  /^(This session is being continued from a previous conversation\b|Caveat: The messages below were generated by the user\b)/;

/** Gemini CLI tells its model the open files of an editor in a message of the user. */
function ownWords(text: string): Block | null {
  if (OWN_WORDS.test(text)) return { by: 'cli', length: text.length };
  return /^Here is (a summary of changes in )?the user's editor context\b/.test(text)
    ? { by: 'editor', length: text.length }
    : null;
}

/** Fewer characters than these are often the same: `continue`, `fix the tests`. */
const SHORTEST_SKELETON = 40;
/** Or so many lines: people seldom type them again. */
const FEWEST_LINES = 3;
const LONGEST_LINE = 2000;
/** The rest of a longer line is not compared: it differs between prompts of one template. */
const LONGEST_PART = 200;
const MOST_LINES = 8;

/**
 * Equal for prompts of one template; null where many people type the same words. It is a digest of the first line without
 * numbers, ids, dates, paths and quoted strings, which differ between prompts of one template. Where that line is short,
 * the next lines belong to it.
 */
export function skeletonOf(words: string): string | null {
  // A command of the CLI is short, and people type it often.
  if (/^(\/|!|<(command|bash)-)/.test(words)) return null;
  const lines = words
    .split('\n', 4 * MOST_LINES)
    .map((line) => maskLine(line.slice(0, LONGEST_LINE)).slice(0, LONGEST_PART))
    .filter((line) => line !== '')
    .slice(0, MOST_LINES);
  let skeleton = '';
  for (const line of lines) {
    skeleton += `${line}\n`;
    if (skeleton.length > SHORTEST_SKELETON) return derivedWord(`prompt ${skeleton}`, 12);
  }
  return lines.length >= FEWEST_LINES ? derivedWord(`prompt ${skeleton}`, 12) : null;
}

const QUOTED =
  /"[^"\n]{0,300}"|“[^”\n]{0,300}”|`[^`\n]{1,300}`|«[^»\n]{0,300}»|(?<![\p{L}\d])'[^'\n]{1,300}'(?![\p{L}\d])/gu;
const EDGES = /^[^\p{L}\p{N}/\\~.#@]+|[^\p{L}\p{N}/\\#@]+$/gu;
/** Numbers, ids and dates have digits, a hyphen or an underscore; paths a slash, files a dot within. */
const VARIES = /\p{N}|[/\\~@]|\p{L}[._-]\p{L}|^[a-f]{7,}$/u;
const DAY =
  /^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?$|^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$|^(am|pm|utc|gmt|cet|cest)$/;

function maskLine(line: string): string {
  const words = line.toLowerCase().replace(QUOTED, ' _ ').split(/\s+/);
  const masked: string[] = [];
  for (const word of words) {
    const bare = word.replace(EDGES, '');
    if (word === '') continue;
    const shown = word === '_' || VARIES.test(word) || DAY.test(bare) ? '_' : word;
    // A date may have one word or four, a list of paths any number.
    if (shown !== '_' || masked.at(-1) !== '_') masked.push(shown);
  }
  return masked.join(' ');
}
