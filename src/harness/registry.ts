import type { CliKind, CommandFormat } from '../domain/plan.ts';
import { CLAUDE_CODE } from './claude-code/cli.ts';
import { CODEX } from './codex/cli.ts';
import type { Cli } from './contract/cli.ts';
import { EDIT_COMMANDS } from './contract/harness.ts';
import { loginOfAny } from './contract/login.ts';
import { errorLine } from './contract/own-errors.ts';
import { textCli } from './contract/text-cli.ts';
import { foreignFormat } from './foreign-formats.ts';
import { GEMINI } from './gemini/cli.ts';
import { PI } from './pi/cli.ts';
import { copilotAsk, opencodeAsk } from './reading/text-asks.ts';
import { asObject, asString, type JsonObject } from './reading/json-shape.ts';
import type { TranscriptFormat } from './reading/transcript-format.ts';

/** Rules of opencode that deny all but a few. */
function onlyThese(names: readonly string[]): Readonly<Record<string, string>> {
  return { '*': 'deny', ...Object.fromEntries(names.map((name) => [name, 'allow'])) };
}

const LOOK = onlyThese(['read', 'glob', 'grep', 'list', 'todoread', 'todowrite']);
const GIT_ALONE = onlyThese(EDIT_COMMANDS.map((command) => `${command}*`));

/** The agent CLIs that stint knows, in the order in which they are offered; a name is a kind of harness. */
export const CLIS: Readonly<Record<CliKind, Cli>> = {
  'claude-code': CLAUDE_CODE,
  codex: CODEX,
  gemini: GEMINI,
  // GitHub Copilot CLI. Without a person it denies what is not allowed here (code `denied`), as seen with 1.0.
  copilot: textCli({
    title: 'Copilot CLI',
    readAsk: copilotAsk,
    program: 'copilot',
    arguments: ['--no-ask-user', '--no-auto-update', '--no-color', '{permissions}', '{model}'],
    permissions: {
      read: ['--deny-tool', 'write', '--deny-tool', 'shell'],
      edit: [
        'write',
        ...EDIT_COMMANDS.map((command) => `shell(${command.replace(/^stint .*/, 'stint:*')})`),
      ].flatMap((tool) => ['--allow-tool', tool]),
      full: ['--allow-all'],
    },
    login: {
      variables: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
      credentials: [],
      owner: null,
    },
    ownErrors: {
      line: errorLine(
        String.raw`[✗✘×] ?\S`,
        'Execution failed',
        'Model call failed',
        'No authentication information',
      ),
    },
    sessionMarks: [
      'COPILOT_AGENT_SESSION_ID',
      'COPILOT_CLI',
      'COPILOT_CLI_BINARY_VERSION',
      'COPILOT_CLI_RESOLVED_DIST_DIR',
      'COPILOT_DETACHED_*',
      'COPILOT_LOADER_PID',
      'COPILOT_PLUGIN_ROOT',
      'COPILOT_RUN_APP',
      'COPILOT_SESSION_ID',
      'COPILOT_SUPERVISED',
    ],
    notRead: {
      'a session of Copilot CLI': ({ type, data, id }) =>
        /^(session|assistant|user|tool)\.\w+$/.test(asString(type) ?? '') &&
        asObject(data) !== null &&
        asString(id) !== null,
    },
  }),
  // Its permissions come as rules in the environment, over those of its own configuration (1.18).
  opencode: textCli({
    title: 'opencode',
    readAsk: opencodeAsk,
    program: 'opencode',
    arguments: ['run', '{model}'],
    permissions: {
      read: [JSON.stringify(LOOK)],
      edit: [JSON.stringify({ ...LOOK, edit: 'allow', bash: GIT_ALONE })],
      full: [JSON.stringify({ '*': 'allow' })],
    },
    env: { OPENCODE_PERMISSION: '{permissions}', OPENCODE_DISABLE_AUTOUPDATE: '1' },
    login: loginOfAny('.local/share/opencode', 'auth.json'),
    // It exits with 0 after an error of a model. Its tools and what they print stand on standard error, too.
    ownErrors: {
      line: errorLine('Unexpected error'),
      echoes: {
        opens: /^\s*[|│$%#⚙✱→←◇◈✓•] *\S/u,
        // eslint-disable-next-line no-control-regex -- bright red and bold is how it marks its own errors
        mark: /^(?:\u001b\[0m)?\u001b\[91m\u001b\[1mError: /,
      },
    },
    sessionMarks: [
      'OPENCODE',
      'OPENCODE_CALLER',
      'OPENCODE_CLIENT',
      'OPENCODE_PID',
      'OPENCODE_PROCESS_ROLE',
      'OPENCODE_RUN_ID',
      'OPENCODE_SESSION_ID',
    ],
    notRead: {
      'a stream of opencode': ({ sessionID, part }) =>
        asString(sessionID) !== null && asObject(part) !== null,
    },
  }),
  pi: PI,
  // Unattended gptme never asks: its tools are its permissions.
  gptme: textCli({
    title: 'gptme',
    program: 'gptme',
    arguments: [
      '--non-interactive',
      // Without a name of their own two runs at once can get the same folder for their logs.
      '--name',
      'stint-{sessionId}',
      '{permissions}',
      '{model}',
      '--',
      // gptme takes its standard input for a quoted file, so the prompt is an argument.
      '{prompt}',
    ],
    permissions: { read: ['--tools', 'read'], edit: ['--tools', 'read,save,append,patch'], full: [] },
    hasNoGitAlone: true,
    login: loginOfAny('.config/gptme', 'config.toml'),
    ownErrors: { line: errorLine(String.raw`\[\d\d:\d\d:\d\d\]\s+(?:ERROR|CRITICAL)\b`, 'No API key') },
    // It tells its commands nothing of itself.
    sessionMarks: [],
    notRead: {
      'a conversation of gptme': ({ role, content, timestamp }) =>
        asString(role) !== null && asString(content) !== null && asString(timestamp) !== null,
    },
  }),
};

export const CLI_KINDS = Object.keys(CLIS) as readonly CliKind[];

/** The CLI whose output a command prints: `stream-json` is that of Claude Code. Null for plain text. */
export function cliOfFormat(format: CommandFormat): CliKind | null {
  if (format === 'text') return null;
  return format === 'stream-json' ? 'claude-code' : format;
}

/** The formats that are read. */
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = CLI_KINDS.flatMap(
  (kind) => CLIS[kind].sessions?.formats ?? [],
);

const NOT_READ = CLI_KINDS.flatMap((kind) => Object.entries(CLIS[kind].notRead ?? {}));

/** The kind of a file by one object of it: a format, or a kind that stint does not read. */
export type Recognised =
  | { readonly format: TranscriptFormat }
  /** `isKnown`: of a CLI that stint starts. */
  | { readonly what: string; readonly isKnown: boolean };

/**
 * Null for an object that any CLI may have written. Those of other CLIs come first: their lines can have all that a
 * format asks for, and something of their own beside it.
 */
export function recognise(object: JsonObject): Recognised | null {
  const foreign = foreignFormat(object);
  if (foreign !== null) return { what: foreign, isKnown: false };
  const format = TRANSCRIPT_FORMATS.find((each) => each.recognises(object));
  if (format) return { format };
  const what = NOT_READ.find(([, recognises]) => recognises(object))?.[0];
  return what === undefined ? null : { what, isKnown: true };
}
