/** Every hook that git may look for in a folder but two, whose mere presence changes what git does. */
export const HOOK_NAMES = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-receive',
  'update',
  'post-receive',
  'post-update',
  'pre-auto-gc',
  'post-rewrite',
  'sendemail-validate',
  'post-index-change',
  'fsmonitor-watchman',
  'p4-changelist',
  'p4-prepare-changelist',
  'p4-post-changelist',
  'p4-pre-submit',
] as const;

/**
 * Finds the repository's own hook of the same name, asking git as if stint's setting were not there: it may be
 * `core.hooksPath`, and an agent may install one while it works.
 */
const FIND_OWN = `
name=\${0##*/}
own=$(GIT_CONFIG_COUNT=\${STINT_GIT_CONFIG_COUNT:-0} git rev-parse --git-path hooks 2>/dev/null)/$name
case $own in "\${0%/*}"/*) own= ;; esac
`;

/** Stands for every hook that stint itself has no use for. */
export const CHAIN_HOOK = `#!/bin/sh
# Written by stint: hands over to the repository's own hook.
${FIND_OWN}
[ -n "$own" ] && [ -x "$own" ] && exec "$own" "$@"
exit 0
`;

/**
 * Notes which refs this session moved, one line each:
 * `state git's-pid uptime old new ref mark repository`.
 *
 * In `prepared` the refs still stand where they were: a commit that no ref, no reflog and no fetch has then was made
 * just now (`fresh`), while a fast-forward, a reset or a checkout brings one that was there (`known`). That is what
 * tells a commit that the session created from one that it only moved to, whoever else works in the repository at the
 * same time. A fetch makes no commits, whatever branch it writes to. `picked:SHA` and `applied` are new commits too,
 * made while git put an existing change here: whose change it is, the judge decides. That the session itself began the
 * pick is seen from its moves of CHERRY_PICK_HEAD; in a shared checkout it can be a neighbour's.
 */
export const REFERENCE_TRANSACTION_HOOK = `#!/bin/sh
# Written by stint: notes which commits this session makes, then hands over to the repository's own hook.
${FIND_OWN}
input=$(cat)
case \${STINT_SESSION_ID:-} in
  '' | *[!a-z0-9]*) log= ;;
  *) log=$STINT_STATE_DIR/sessions/$STINT_SESSION_ID/refs.log ;;
esac
subcommand() {
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      -C | -c | --git-dir | --work-tree | --namespace) shift ;;
      -*) ;;
      *) word=$1; return ;;
    esac
    shift
  done
}
mark_commit() {
  mark=known word=
  set -f
  subcommand $(tr '\\0' '\\n' <"/proc/$PPID/cmdline" 2>/dev/null)
  set +f
  [ "$word" = fetch ] && return
  fetch_head=$(git rev-parse --git-path FETCH_HEAD)
  # Not --all: it also reads the HEAD of every worktree, and fails while another one is being made or removed.
  # What was fetched goes through stdin: a fetch can bring more names than a command line holds.
  if reached=$({ echo "$1"; sed -n 's/^\\([0-9a-f]*\\).*/^\\1/p' "$fetch_head" 2>/dev/null; } |
    git rev-list --max-count=1 --ignore-missing --stdin --not --glob='*' 2>/dev/null); then
    [ -n "$reached" ] || return
  else
    mark=unsure
    return
  fi
  # Somebody has thrown it away before, and this brings it back.
  grep -rqsF "$1" "$repository/logs/HEAD" "$repository/logs/refs/heads" "$repository"/worktrees/*/logs && return
  mark=fresh
  if picked=$(git rev-parse --quiet --verify CHERRY_PICK_HEAD 2>/dev/null); then
    mark=picked:$picked
  elif [ -d "\${fetch_head%FETCH_HEAD}rebase-apply" ]; then
    mark=applied
  fi
}
if [ -n "$log" ] && [ -d "\${log%/*}" ] && { [ "$1" = prepared ] || [ "$1" = committed ]; }; then
  lines= marked= repository=
  read -r uptime rest </proc/uptime
  while read -r old new ref; do
    mark=-
    case $ref in
      HEAD | refs/heads/* | refs/remotes/* | CHERRY_PICK_HEAD) ;;
      *) continue ;;
    esac
    [ -n "$repository" ] || repository=$(git rev-parse --path-format=absolute --git-common-dir 2>/dev/null)
    case $1:$ref:$new in
      committed:* | *:refs/remotes/*:* | *:CHERRY_PICK_HEAD:* | *:*:0000000000000000000000000000000000000000*) ;;
      "prepared:$ref:\${marked%% *}") mark=\${marked#* } ;;
      *) mark_commit "$new"; marked="$new $mark" ;;
    esac
    lines="$lines$1 $PPID $uptime $old $new $ref $mark $repository
"
  done <<END
$input
END
  # Where it cannot be written, the agent's git must not hear of it.
  [ -z "$lines" ] || (umask 077; printf '%s' "$lines" >>"$log") 2>/dev/null
fi
[ -n "$own" ] && [ -x "$own" ] || exit 0
[ -n "$input" ] || exec "$own" "$@" </dev/null
printf '%s\\n' "$input" | "$own" "$@"
`;
