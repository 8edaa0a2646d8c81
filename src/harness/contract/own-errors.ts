import type { ProviderError } from '../../domain/session-event.ts';

/** The meaning of an exit code. `turns`: its limit of turns is reached. `interrupted`: it was told to stop. */
export interface ExitMeaning {
  readonly is: ProviderError | 'turns' | 'interrupted';
  /** A clause for people. */
  readonly words: string;
}

/** How an agent CLI tells an error of its own outside a stream: the form of its lines, and its documented exit codes. */
export interface OwnErrors {
  /** Matches a line that begins an error of the CLI itself. */
  readonly line: RegExp;
  /** With an exit code other than 0 its last line is the error, whatever its form: it prints the provider's words alone. */
  readonly isBare?: true;
  /**
   * It shows its tools on standard error. A line that `opens` a tool's output makes every later line doubtful, but for
   * one that has the CLI's own `mark`, escape sequences included.
   */
  readonly echoes?: { readonly opens: RegExp; readonly mark: RegExp };
  readonly exitCodes?: Readonly<Record<number, ExitMeaning>>;
}

/** `Error: …`, `error: …`, `ProviderInitError: …`, `openai.AuthenticationError: …`, and nothing that a tool did. */
const COMMON = String.raw`(?!Error executing tool)(?:[\w.]*(?:Error|Exception)|ERROR|CRITICAL|FATAL|error|[Ff]atal)\b[^:]{0,40}: ?\S`;

/** The usual forms of an error line, and those of one CLI. */
export function errorLine(...forms: readonly string[]): RegExp {
  return new RegExp(`^(?:${[COMMON, ...forms].join('|')})`);
}
