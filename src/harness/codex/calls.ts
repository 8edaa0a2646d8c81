import type { FileEdit, SessionEvent, ToldCommit } from '../../domain/session-event.ts';
import { asNumber, asObject, asString, tryParse, type JsonObject } from '../reading/json-shape.ts';
import { calledEvent, commitsIn, committingIn, countOpenSteps, textOfAnswer } from '../reading/tool-calls.ts';
import { type CallEffect, lookUpTools } from '../reading/tools.ts';
import { codexProcessOf } from './background.ts';
import { commandEdits, patchEdits } from './patch.ts';
import { computesOnly, scriptCalls, type ScriptCall } from './script-calls.ts';
import { resultsIn, stateOf, type ScriptResult } from './script-output.ts';
import { CODEX_SHELLS, CODEX_TOOLS } from './tools.ts';

type Called = Extract<SessionEvent, { kind: 'called' }>;
type Answered = Extract<SessionEvent, { kind: 'answered' }>;

const TOOLS = lookUpTools(CODEX_TOOLS);
const SHELLS = new Set(CODEX_SHELLS);

/** Its tool that runs a program, whose calls of tools are the agent's. */
const SCRIPT = 'exec';
/** It waits for a program that was not over when its call was answered. */
const WAIT = 'wait';
/** It speaks with a process that an earlier call has left running. */
const WRITE = 'write_stdin';
const PATCH = 'apply_patch';
const READ_ARGUMENTS = new Set([...CODEX_SHELLS, 'update_plan', WRITE, WAIT, SCRIPT, PATCH]);

/** Calls, programs and processes that are not over; of more than these, the oldest is forgotten. */
const MOST_OPEN = 1000;

/** Commits that may still be told of a program or a process that runs. */
interface Running {
  readonly committing: number;
}

/** The calls of a rollout that wait for later lines: the answer may come by another call. */
export class CodexCalls {
  /** The calls in a program, by the call that ran it. */
  readonly #scripts = new Map<string, readonly Called[]>();
  readonly #cells = new Map<string, Running>();
  readonly #waits = new Map<string, string>();
  readonly #processes = new Map<string, Running>();
  readonly #shells = new Map<string, Running>();

  /** The calls that one item stands for; null for an unknown shape. */
  takeCall(item: JsonObject, name: string | null): SessionEvent[] | null {
    const callId = asString(item['call_id']) ?? asString(item['id']);
    if (name === null || callId === null) return null;
    const tool = toolNamed(name, asString(item['namespace']));
    const args = READ_ARGUMENTS.has(tool) ? tryParse(asString(item['arguments']) ?? '') : null;
    const source = tool === SCRIPT ? sourceOf(asString(item['input']), args) : null;
    if (source !== null) return this.#takeScript(callId, source);
    // Under the same name other versions run one command.
    const isCommand = tool === SCRIPT && commandOf(args) !== null;
    const cell = tool === WAIT ? nameIn(args?.['cell_id']) : null;
    if (cell !== null) return [this.#takeWait(callId, cell, args)];
    const input = args ?? asString(item['input']);
    const isUnread = tool === SCRIPT && !isCommand;
    return [
      this.#called(callId, {
        tool: isCommand ? 'exec_command' : tool,
        input,
        partly: isUnread ? [''] : [],
      }),
    ];
  }

  takeAnswer(item: JsonObject): SessionEvent[] | null {
    const callId = asString(item['call_id']);
    if (callId === null) return null;
    const object = asObject(item['output']);
    const content = object ? (object['content'] ?? object['content_items']) : item['output'];
    const hasFailed = object?.['success'] === false;
    const script = this.#scripts.get(callId);
    if (script) return this.#answerScript(callId, script, content, hasFailed);
    const cell = this.#waits.get(callId);
    if (cell !== undefined) return this.#answerWait(callId, cell, content, hasFailed);
    return [this.#answerCall(callId, textOfAnswer(content), hasFailed)];
  }

  #takeScript(callId: string, source: string): SessionEvent[] {
    const calls = calledInScript(source);
    const events = calls.map((call, index) =>
      this.#called(index === 0 ? callId : `${callId}#${index + 1}`, call),
    );
    const script = calls.some(isCommandUnclear) ? withHiddenCommit(events, source) : events;
    remember(this.#scripts, callId, script);
    return [...script];
  }

  #called(callId: string, { tool, input, partly }: ScriptCall): Called {
    const fields = typeof input === 'string' ? null : input;
    const command = SHELLS.has(tool) ? commandOf(fields) : null;
    const edits = editsOf(tool, command, input);
    const process = tool === WRITE ? nameIn(fields?.['session_id']) : null;
    const isCommitting = process !== null && this.#mayCommit(process, asString(fields?.['chars']));
    const called: Called = {
      ...calledEvent(
        { callId, tool, place: TOOLS.placeOf(tool) },
        {
          command,
          isCommandCut: isCommandUnclear({ tool, partly }),
          openTodos: TOOLS.canLeave(tool, 'todos') ? countOpenSteps(fields?.['plan']) : null,
        },
      ),
      ...effectIn(tool, command, { fields, partly }),
      ...(isCommitting ? { isCommitting } : {}),
      ...(edits.length > 0 ? { edits } : {}),
      ...(process === null ? {} : { about: { workId: process, isStop: false } }),
    };
    remember(this.#shells, callId, { committing: called.isCommitting ? 1 : 0 });
    return called;
  }

  /** A process that was left running may tell of a commit, or be a shell that is told to make one. */
  #mayCommit(process: string, typed: string | null): boolean {
    return (this.#processes.get(process)?.committing ?? 0) > 0 || committingIn(typed).isCommitting === true;
  }

  #takeWait(callId: string, cell: string, args: JsonObject | null): Called {
    remember(this.#waits, callId, cell);
    const isCommitting = (this.#cells.get(cell)?.committing ?? 0) > 0;
    return {
      ...calledEvent(
        { callId, tool: WAIT, place: 'localProcess' },
        { command: null, about: `wait for cell ${cell}` },
      ),
      isReadOnly: true,
      ...(isCommitting ? { isCommitting } : {}),
      about: { workId: workOfCell(cell), isStop: args?.['terminate'] === true },
    };
  }

  #answerScript(
    callId: string,
    script: readonly Called[],
    content: unknown,
    hasFailed: boolean,
  ): SessionEvent[] {
    this.#scripts.delete(callId);
    const text = textOfAnswer(content);
    const state = stateOf(text);
    const results = resultsIn(content);
    const committing = script.filter((call) => call.isCommitting).length;
    const answers = answersOf(script, commitsOf(text, results, committing));
    if (state.kind === 'running') {
      const told = answers.reduce((sum, { commits }) => sum + (commits?.length ?? 0), 0);
      remember(this.#cells, state.cell, { committing: committing - told });
      const launched = { workId: workOfCell(state.cell), work: 'shell' } as const;
      return answers.map((answer) => ({ ...answer, launched }));
    }
    return withOutcomes(answers, script, results, hasFailed || state.kind === 'failed').map((answer, index) =>
      this.#withProcess(answer, script[index], results.length === script.length ? results[index] : undefined),
    );
  }

  #answerWait(callId: string, cell: string, content: unknown, hasFailed: boolean): SessionEvent[] {
    this.#waits.delete(callId);
    const text = textOfAnswer(content);
    const state = stateOf(text);
    const committing = this.#cells.get(cell)?.committing ?? 0;
    const commits = commitsOf(text, resultsIn(content), committing);
    const answer: Answered = {
      kind: 'answered',
      callId,
      isError: false,
      ...(commits.length > 0 ? { commits } : {}),
    };
    const workId = workOfCell(cell);
    if (state.kind === 'running') {
      remember(this.#cells, cell, { committing: committing - commits.length });
      return [{ ...answer, launched: { workId, work: 'shell' } }];
    }
    this.#cells.delete(cell);
    const isError = hasFailed || state.kind === 'failed';
    return [
      { ...answer, isError },
      { kind: 'work-ended', workId, callId: null },
    ];
  }

  /** The answer to a call that stands alone. */
  #answerCall(callId: string, output: string, hasFailed: boolean): Answered {
    const { text, exitCode } = readOutput(output);
    const process = codexProcessOf(headOf(output));
    const isError = hasFailed || (exitCode ?? 0) !== 0 || REFUSED_PATCH.test(output);
    const answer: Answered = { kind: 'answered', callId, isError, ...commitsIn(text), ...process };
    return this.#withProcess(answer, undefined, undefined);
  }

  /** Remembers the process that a command left running, with the commit that its end may tell of. */
  #withProcess(answer: Answered, call: Called | undefined, result: ScriptResult | undefined): Answered {
    const shell = this.#shells.get(answer.callId);
    this.#shells.delete(answer.callId);
    const isRunning =
      result?.process !== undefined && result.exitCode === null && call?.place === 'localProcess';
    const launched = isRunning ? { workId: result.process, work: 'shell' as const } : answer.launched;
    const workId = launched?.workId ?? null;
    if (workId !== null) remember(this.#processes, workId, shell ?? { committing: 0 });
    return launched ? { ...answer, launched } : answer;
  }
}

/** Tools of MCP servers have the server's name as their namespace; its own tools may have one that says nothing. */
function toolNamed(name: string, namespace: string | null): string {
  const tool = name.replace(/^functions\./, '');
  if (namespace === null || namespace === 'functions' || TOOLS.placeOf(tool) !== 'unknown') return tool;
  return `${namespace.replace(/_+$/, '')}__${tool}`;
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.size > MOST_OPEN ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

/** The program is the input of the call, or one of its arguments. */
function sourceOf(input: string | null, args: JsonObject | null): string | null {
  const keys = ['source', 'code', 'script', 'input', 'js'];
  return input ?? keys.map((key) => asString(args?.[key])).find((text) => text !== null) ?? null;
}

function nameIn(value: unknown): string | null {
  const number = asNumber(value);
  const name = number === null ? asString(value) : String(number);
  return name === null || name === '' ? null : name.slice(0, 100);
}

/** Cells and processes are counted apart. */
function workOfCell(cell: string): string {
  return `cell ${cell}`;
}

/** The calls of a program. One that calls nothing, or cannot be read, is one call. */
function calledInScript(source: string): readonly ScriptCall[] {
  const calls = scriptCalls(source);
  if (calls !== null && calls.length > 0) return calls;
  if (calls === null || !computesOnly(source)) return [{ tool: UNREAD, input: null, partly: [''] }];
  return [{ tool: SCRIPT, input: null, partly: [] }];
}

/** The name of a program that cannot be read: no table has it, so it counts as a call of an unknown tool. */
const UNREAD = 'exec (a program that cannot be read)';

/** A part of a command line, or all of it, only a run of its program would show. */
function isCommandUnclear({ tool, partly }: Pick<ScriptCall, 'tool' | 'partly'>): boolean {
  const isCommand = SHELLS.has(tool) || tool === UNREAD;
  return isCommand && ['', 'cmd', 'command'].some((name) => partly.includes(name));
}

/** Where the text of a program holds a command that commits, and none of the calls that were read does. */
function withHiddenCommit(calls: readonly Called[], source: string): readonly Called[] {
  const isHidden = committingIn(source).isCommitting && !calls.some((call) => call.isCommitting);
  const [first, ...others] = calls;
  const shell = calls.find(({ place }) => place === 'localProcess') ?? null;
  if (!isHidden || !first) return calls;
  if (shell) return calls.map((call) => (call === shell ? { ...call, isCommitting: true } : call));
  return first.tool === UNREAD ? [{ ...first, place: 'localProcess', isCommitting: true }, ...others] : calls;
}

/** The effect of a call, as far as its tool tells it without the command line. */
function effectIn(
  tool: string,
  command: string | null,
  { fields, partly }: { readonly fields: JsonObject | null; readonly partly: readonly string[] },
): CallEffect {
  if (SHELLS.has(tool)) return command === null && partly.length === 0 ? { isStrange: true } : {};
  // Without characters it only asks what the process has printed.
  if (tool === WRITE)
    return (fields?.['chars'] ?? '') === '' && partly.length === 0 ? { isReadOnly: true } : {};
  // A program that calls no tool computes, and can reach nothing.
  if (tool === SCRIPT) return partly.length === 0 ? { isReadOnly: true } : { isStrange: true };
  return TOOLS.effectOf(tool, undefined);
}

function editsOf(
  tool: string,
  command: string | null,
  input: string | JsonObject | null,
): readonly FileEdit[] {
  const fields = typeof input === 'string' ? null : input;
  if (command !== null) return commandEdits(command, asString(fields?.['workdir']));
  if (tool !== PATCH) return [];
  const text =
    typeof input === 'string' ? input : (asString(fields?.['input']) ?? asString(fields?.['patch']));
  return text === null ? [] : patchEdits(text, asString(fields?.['workdir']));
}

/** The command as a person would type it, without the shell that it was wrapped in. */
function commandOf(input: JsonObject | null): string | null {
  const command = input?.['cmd'] ?? input?.['command'];
  if (!Array.isArray(command)) return asString(command);
  const words = command.map((word) => asString(word) ?? '');
  const isWrapped = words.length === 3 && /^-l?c$/.test(words[1] ?? '');
  return isWrapped ? (words[2] ?? '') : words.join(' ');
}

/** Words of the program stand before those of git. */
const INSIDE = /(?<=[^\n])\[(?=(?:detached HEAD|[^\s[\]]{1,200})(?: \(root-commit\))? [0-9a-f]{7,64}\] )/g;

/**
 * Git's words stand in the output, or as text in the object that a command gives to its program.
 *
 * @param expected how many commands asked for a commit
 */
function commitsOf(text: string, results: readonly ScriptResult[], expected: number): readonly ToldCommit[] {
  const texts = [text, ...results.map(({ output }) => output)];
  const commits = distinctCommits(texts);
  if (commits.length >= expected) return commits;
  return distinctCommits(texts.map((each) => each.replaceAll(INSIDE, '\n[')));
}

function distinctCommits(texts: readonly string[]): readonly ToldCommit[] {
  const told = texts.flatMap((each) => commitsIn(each).commits ?? []);
  return [...new Map(told.map((commit) => [commit.name, commit])).values()];
}

/** Each command that commits has one of the commits that were told, and the last of them the rest. */
function answersOf(script: readonly Called[], commits: readonly ToldCommit[]): readonly Answered[] {
  const committing = script.filter((call) => call.isCommitting);
  return script.map((call) => {
    const index = committing.indexOf(call);
    const own =
      index === -1 ? [] : commits.slice(index, index === committing.length - 1 ? undefined : index + 1);
    return {
      kind: 'answered',
      callId: call.callId,
      isError: false,
      ...(own.length > 0 ? { commits: own } : {}),
    };
  });
}

/**
 * Which calls failed: by the exit codes where each has one. A program ends at the first call that fails, so of one that
 * failed it is the last, as far as its text says.
 */
function withOutcomes(
  answers: readonly Answered[],
  script: readonly Called[],
  results: readonly ScriptResult[],
  hasFailed: boolean,
): readonly Answered[] {
  const shells = script.filter(({ place }) => place === 'localProcess');
  const codes = results.filter(({ exitCode, process }) => exitCode !== null || process !== undefined);
  const isTold = codes.length > 0 && codes.length === shells.length;
  return answers.map((answer, index) => {
    const shell = shells.findIndex(({ callId }) => callId === answer.callId);
    const code = isTold && shell !== -1 ? (codes[shell]?.exitCode ?? 0) : 0;
    return { ...answer, isError: code !== 0 || (hasFailed && index === answers.length - 1) };
  });
}

/** Instead of an exit code, it says these words first of a patch that changed nothing. */
const REFUSED_PATCH = /^(?:apply_patch (?:verification failed|handler received)|patch rejected)\b/;

/** The exit code stands in the lines before a command's own output, which are never longer. */
const LONGEST_HEADER = 300;

/** Older versions put the output of a command into an object; newer ones put a head before it. */
function readOutput(text: string): { readonly text: string; readonly exitCode: number | null } {
  if (text.startsWith('{"output":')) {
    const object = tryParse(text);
    const exitCode = asNumber(asObject(object?.['metadata'])?.['exit_code']);
    return { text: asString(object?.['output']) ?? text, exitCode };
  }
  const match = /^(?:Process exited with code|Exit code:) (-?\d{1,10})$/m.exec(headOf(text));
  return { text, exitCode: match ? Number(match[1]) : null };
}

function headOf(text: string): string {
  return text.slice(0, LONGEST_HEADER).split(/^(?:Output|Total output lines):/m, 1)[0] ?? '';
}
