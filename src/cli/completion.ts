import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { print, printJson } from './print.ts';
import { defineVerb } from './verb.ts';

// The scripts know nothing: every word is asked of stint itself, so they never get old.
const SCRIPTS = {
  bash: `# stint completion for bash
_stint() {
  local IFS=$'\\n'
  COMPREPLY=($(stint completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _stint stint`,
  zsh: `#compdef stint
_stint() {
  local -a found
  found=("\${(@f)$(stint completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
if [[ "\${funcstack[1]}" == _stint ]]; then _stint "$@"; else compdef _stint stint; fi`,
  fish: `# stint completion for fish
function __stint_words
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  stint completion --words -- $words[2..-1] "$current" 2>/dev/null
end
complete -c stint -f -a '(__stint_words)'
complete -c stint -n '__fish_prev_arg_in -C --config' -F`,
} as const;

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const verb = defineVerb({
  help: `
Prints a script that completes verbs, options, the categories of the stint.yaml
at hand, and session ids. Put it where your shell looks for such scripts, then
open a new shell. To try it in this bash first: source <(stint completion bash)

Examples:
  $ stint completion bash >~/.local/share/bash-completion/completions/stint
  $ stint completion zsh >~/.zfunc/_stint           a folder of your fpath
  $ stint completion fish >~/.config/fish/completions/stint.fish
`,
  place: 'nowhere',
  usage: '[options] <bash|zsh|fish>',
  takes: {
    '[shell]': { about: SHELLS.join(', '), offers: SHELLS },
    '[more...]': 'none; the scripts give the words of a command line here',
  },
  options: { '--words': { about: 'what may stand where the last word does', isHidden: true } },
  async run({ context, given: { shell: first, more }, options, answer }) {
    if (options.words) {
      const { completeWords } = await import('./complete-words.ts');
      const found = await completeWords([...(first === undefined ? [] : [first]), ...more], context);
      if (options.json) printJson(found);
      else if (found.length > 0) print(found.join('\n'));
      return;
    }
    const shell = requireShell(first, more);
    answer({ shell, script: SCRIPTS[shell] }, ({ script }) => script);
  },
});

function requireShell(first: string | undefined, more: readonly string[]): (typeof SHELLS)[number] {
  const shell = SHELLS.find((known) => known === first);
  if (shell && more.length === 0) return shell;
  const wrong = shell ? more[0] : first;
  throw wrongCall(
    wrong === undefined
      ? 'The name of a shell is missing.'
      : `"${oneLine(wrong, 80)}" is ${shell ? 'one word too many' : 'no shell that stint knows'}.`,
    `Name one of ${SHELLS.join(', ')}.`,
  );
}
