// The programs that read and change nothing, whatever their arguments or within the bounds that stand here.

/** They change nothing, whatever their arguments. Shell builtins that only reach the shell itself are among them. */
export const READERS: ReadonlySet<string> = new Set(
  `: [ [[ ag apropos arch b2sum base32 basename break cal cat cd cksum clear cloc cmp column comm continue cut
  df diff diff3 dirname dirs du echo egrep exit expand expr false fgrep file fmt fold free getconf getent getopt
  getopts grep groups head hexdump hash id join jobs jq let local locale logname look ls lsblk lsof md5sum
  mdfind more nl nproc numfmt od paste pgrep popd pr printenv printf ps pstree pushd pwd read readlink readonly
  realpath return rev seq set sha1sum sha224sum sha256sum sha384sum sha512sum shasum shift shopt sleep stat strings
  sum sw_vers tac tail test tokei tr true tty type typeset uname unset uptime users w wait wc whatis whereis which who
  whoami zcat zegrep zfgrep zgrep zless`.split(/\s+/),
);

/**
 * Programs that change something only by the options named here, in the form in which a person writes them. An option
 * with one hyphen and one letter is found in a group of letters too (`-ni`).
 */
export const BUT_FOR_OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['base64', ['-o', '--output']],
  ['bat', ['--pager']],
  ['batcat', ['--pager']],
  ['date', ['--set']],
  ['eza', []],
  ['exa', []],
  ['fd', ['-x', '-X', '--exec', '--exec-batch']],
  ['fdfind', ['-x', '-X', '--exec', '--exec-batch']],
  ['hostname', ['-F', '-b', '--file', '--boot']],
  ['iconv', ['-o', '--output']],
  ['less', ['-o', '-O', '--log-file', '--LOG-FILE']],
  ['man', ['-P', '--pager', '-H', '--html']],
  ['rg', ['--pre', '--hostname-bin']],
  ['shuf', ['-o', '--output']],
  ['sort', ['-o', '--output', '--compress-program']],
  ['tree', ['-o', '--output']],
  ['xxd', ['-r', '-revert']],
  ['yq', ['-i', '--inplace', '--in-place', '-s', '--split-exp']],
]);

/** Programs whose last operands are files that they write: so many operands they may have without that. */
export const MOST_OPERANDS: ReadonlyMap<string, number> = new Map([
  ['hostname', 0],
  ['tee', 0],
  ['uniq', 1],
  ['xxd', 1],
]);

/** Options of those programs that take the next word as their value. */
export const VALUE_OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['uniq', ['-f', '-s', '-w']],
  ['xxd', ['-l', '-s', '-c', '-g', '-o', '-n']],
]);

/**
 * Programs of which a subcommand, named by its first words, reads and changes nothing. `npm test`, `make`, `cargo check`
 * and the like are not here: they run the code of the project, which may do anything.
 */
export const READING_SUBCOMMANDS: readonly (readonly string[])[] = `
  brew info
  brew list
  brew search
  docker images
  docker info
  docker inspect
  docker logs
  docker ps
  docker version
  gh auth status
  gh issue list
  gh issue status
  gh issue view
  gh label list
  gh pr checks
  gh pr diff
  gh pr list
  gh pr status
  gh pr view
  gh release list
  gh release view
  gh repo list
  gh repo view
  gh run list
  gh run view
  gh run watch
  gh search
  gh status
  gh workflow list
  gh workflow view
  kubectl describe
  kubectl explain
  kubectl get
  kubectl logs
  kubectl version
  npm list
  npm ls
  npm outdated
  npm prefix
  npm root
  npm view
  pip freeze
  pip list
  pip show
  pip3 freeze
  pip3 list
  pip3 show
  systemctl cat
  systemctl is-active
  systemctl is-enabled
  systemctl list-units
  systemctl show
  systemctl status`
  .trim()
  .split(/\n\s*/)
  .map((line) => line.split(' '));

/** Programs that may be asked for their version or their help, and for nothing else. */
export const TELL_VERSION: ReadonlySet<string> = new Set(
  `bun bundle cargo clang cmake composer deno docker dotnet elixir gcc gh git go gradle java javac
  julia just kotlin kubectl make mise mix mvn node npm npx php pip pip3 pipx pnpm poetry python python3 ruby rustc
  rustup swift task terraform tsc uv yarn zig`.split(/\s+/),
);
export const VERSION_WORDS: ReadonlySet<string> = new Set([
  '--help',
  '--version',
  '-V',
  '-h',
  '-v',
  '-version',
  'help',
  'version',
]);

/** Git's subcommands that change nothing; those of `READING_GIT_FORMS` do so in some forms. */
export const READING_GIT: ReadonlySet<string> = new Set(
  `annotate blame cat-file check-attr check-ignore check-mailmap check-ref-format cherry count-objects describe diff
  diff-files diff-index diff-tree for-each-ref get-tar-commit-id grep help log ls-files ls-remote ls-tree merge-base
  name-rev patch-id range-diff rev-list rev-parse shortlog show show-branch show-index show-ref status stripspace var
  verify-commit verify-pack verify-tag version whatchanged`.split(/\s+/),
);

/** Options with which these write a file or run another program. */
export const WRITING_GIT_OPTIONS = [
  '--output',
  '-O',
  '--open-files-in-pager',
  '--ext-diff',
  '--textconv',
  '--upload-pack',
  '--exec',
];

/**
 * What a git subcommand may be followed by and still change nothing: the first word behind it, where an empty one stands
 * for none.
 */
export const READING_GIT_FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['bisect', ['log']],
  ['config', ['--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list', '-l', 'get', 'list']],
  ['notes', ['', 'list', 'show']],
  ['remote', ['', 'show', 'get-url']],
  ['sparse-checkout', ['list']],
  ['stash', ['list', 'show']],
  ['submodule', ['', 'status', 'summary']],
  ['worktree', ['list']],
]);

/**
 * stint follows the effect of these by other means: git's own words about a commit are evidence, and the index delivers
 * nothing.
 */
export const FOLLOWED_GIT: ReadonlySet<string> = new Set(['add', 'commit']);
