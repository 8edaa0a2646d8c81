import { CLI_KINDS, CLIS } from './registry.ts';

/** Marks that several CLIs share, and those of CLIs that stint runs as commands only. */
const OTHER_MARKS = [
  'AI_AGENT',
  'AMP_CURRENT_THREAD_ID',
  'ANTIGRAVITY_AGENT',
  'AUGMENT_AGENT',
  'CLINE_ACTIVE',
  'CURSOR_AGENT',
  'CURSOR_TRACE_ID',
  'GROK_AGENT',
  'QWEN_CODE',
];

const MARKS = [...CLI_KINDS.flatMap((kind) => CLIS[kind].sessionMarks), ...OTHER_MARKS];
const NAMES: ReadonlySet<string> = new Set(MARKS);
const BEGINNINGS = MARKS.filter((mark) => mark.endsWith('*')).map((mark) => mark.slice(0, -1));

/**
 * An environment without the marks of the agent sessions around this process (`Cli.sessionMarks`). Those of every CLI go,
 * for one CLI may have started another. Settings of these CLIs stay.
 */
export function withoutSessionMarks(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSessionMark(name)));
}

function isSessionMark(name: string): boolean {
  return NAMES.has(name) || BEGINNINGS.some((beginning) => name.startsWith(beginning));
}
