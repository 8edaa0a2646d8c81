/**
 * The commands that a person gives to Claude Code itself: no model sees them. Others, and all of a user's own,
 * become prompts. Source: the commands that 2.1.330 lists, and files of 1.0 to 2.1.
 */
const LOCAL = new Set(
  `add-dir agents allowed-tools app bashes bug btw checkpoint chrome clear color compact config context continue copy cost
  desktop diff doctor effort exit export extra-usage fast feedback files fork help hooks ide install-github-app
  install-slack-app keybindings login logout marketplace mcp memory migrate-installer mobile model new output-style passes
  permissions plugin plugins privacy-settings quit rate-limit-options release-notes reload-plugins remote-control remote-env
  rename reset resume rewind sandbox settings share skills stats status stickers tag tasks terminal-setup theme think-back
  todos upgrade usage vim voice`.split(/\s+/),
);
/** Those that a program can give in print mode, too. */
const HEADLESS = new Set(['clear', 'compact', 'context', 'cost', 'release-notes', 'usage']);

const NAME = /<command-name>\s*\/?([\w:.-]{1,100})\s*<\/command-name>/;
const ARGUMENTS = /<command-args>([^<]{0,200})/;
/** Typed words, as some versions and other programs keep them. */
const PLAIN = /^\/([a-z][\w:.-]{0,100})(?=\s|$)(.{0,200})/s;
/** So much of a message is looked at: its marks stand at the beginning. */
const LONGEST_HEAD = 2000;

export interface Command {
  /** As a person types it. */
  readonly line: string;
  readonly isLocal: boolean;
  /** Only a person gives it. */
  readonly isByPerson: boolean;
}

/** The command that the words of a message are; null where they are none. */
export function commandIn(words: string): Command | null {
  const head = words.slice(0, LONGEST_HEAD).trim();
  const isMarked = /^<command-(?:name|message|args)>/.test(head);
  const match = isMarked ? NAME.exec(head) : PLAIN.exec(head);
  const name = match?.[1];
  if (name === undefined) return null;
  const given = ((isMarked ? ARGUMENTS.exec(head)?.[1] : match?.[2]) ?? '').trim();
  // A prompt can begin with the same word: without marks, a command has one argument at most.
  const isLocal = LOCAL.has(name) && (isMarked || !/\s/.test(given));
  return { line: `/${name} ${given}`.trim(), isLocal, isByPerson: isLocal && !HEADLESS.has(name) };
}

/** What a local command, or a shell command of the person, printed. */
const OUTPUT = /^\s*<(?:local-command-std|bash-std)(?:out|err)>/;
/** A shell command that the person ran beside the model, or a note of the CLI about such commands. */
const ASIDE = /^\s*<(?:bash-input|local-command-caveat|local-command)\b/;

export function isLocalOutput(words: string): boolean {
  return OUTPUT.test(words);
}

export function isLocalAside(words: string): boolean {
  return ASIDE.test(words);
}
