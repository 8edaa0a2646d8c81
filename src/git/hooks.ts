/**
 * Every hook that git may look for in a folder, but those that stint itself uses and two whose mere presence changes what
 * git does.
 */
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

/** Where a session's hooks write; `$log` is empty outside of every session. */
const FIND_LOG = `
case \${STINT_SESSION_ID:-} in
  '' | *[!a-z0-9]*) log= ;;
  *) log=$STINT_STATE_DIR/sessions/$STINT_SESSION_ID/refs.log ;;
esac
[ -n "$log" ] && [ -d "\${log%/*}" ] || log=
`;

/** The words of the git that called, without those before its subcommand, one a line. */
const FIND_WORDS = `
subcommand() {
  [ $# -gt 0 ] && shift
  while [ $# -gt 0 ]; do
    case $1 in
      -C | -c | --git-dir | --work-tree | --namespace) shift ;;
      -*) ;;
      *) break ;;
    esac
    shift
  done
  word=\${1-}
  words=$(printf '%s\\n' "$@")
}
find_words() {
  word= words=
  set -f
  subcommand $(tr '\\0' '\\n' <"/proc/$PPID/cmdline" 2>/dev/null)
  set +f
}
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
 *
 * A new entry of `git stash` is pinned at once, because all worktrees share one list, from which a neighbour can take it;
 * git asks no hook about that. `cleared` is a `git stash clear`.
 */
export const REFERENCE_TRANSACTION_HOOK = `#!/bin/sh
# Written by stint: notes which commits this session makes, then hands over to the repository's own hook.
${FIND_OWN}
input=$(cat)
${FIND_LOG}${FIND_WORDS}
mark_commit() {
  mark=known
  find_words
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
pin_entry() {
  mark=known
  # An entry is a merge. One that is listed twice, or pinned, has only come back.
  git rev-parse --quiet --verify "$1^2" >/dev/null || return
  [ "$(git rev-list --walk-reflogs refs/stash 2>/dev/null | grep -c "^$1")" -le 1 ] || return
  [ -z "$(git for-each-ref --points-at="$1" refs/stint/stash 2>/dev/null)" ] || return
  git -c core.hooksPath=/dev/null update-ref "refs/stint/stash/$STINT_SESSION_ID/$1" "$1" && mark=fresh
}
if [ -n "$log" ] && { [ "$1" = prepared ] || [ "$1" = committed ]; }; then
  lines= marked= repository=
  read -r uptime rest </proc/uptime
  while read -r old new ref; do
    mark=- state=$1
    case $1:$ref:$new in
      *:refs/stash:*[!0]*)
        [ "$1" = committed ] || continue
        pin_entry "$new" >/dev/null 2>&1
        ;;
      *:refs/stash:*)
        find_words
        case $words in stash?clear*) state=cleared ;; esac
        ;;
    esac
    case $ref in
      refs/stash) [ "$1" = committed ] || continue ;;
      HEAD | refs/heads/* | refs/remotes/* | CHERRY_PICK_HEAD) ;;
      *) continue ;;
    esac
    [ -n "$repository" ] || repository=$(git rev-parse --path-format=absolute --git-common-dir 2>/dev/null)
    case $1:$ref:$new in
      committed:* | *:refs/stash:* | *:refs/remotes/*:* | *:CHERRY_PICK_HEAD:* | *:*:0000000000000000000000000000000000000000*) ;;
      "prepared:$ref:\${marked%% *}") mark=\${marked#* } ;;
      *) mark_commit "$new"; marked="$new $mark" ;;
    esac
    lines="$lines$state $PPID $uptime $old $new $ref $mark $repository
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

/**
 * Notes which entries of `git stash` this session brought back: `applied git's-pid uptime entry entry refs/stash - repository`.
 * git changes the index for that while the entry is still in the list, and tells no other hook of it.
 */
export const POST_INDEX_CHANGE_HOOK = `#!/bin/sh
# Written by stint: notes which stash entries this session brings back, then hands over to the repository's own hook.
${FIND_OWN}${FIND_LOG}${FIND_WORDS}
entry_of() {
  entry=
  case $word in
    stash)
      case \${2-} in
        pop | apply) shift 2 ;;
        branch) [ $# -gt 3 ] && shift 3 || shift $# ;;
        *) return ;;
      esac
      entry=refs/stash
      for each; do case $each in -*) ;; *) entry=$each ;; esac; done
      case $entry in *[!0-9]*) ;; *) entry=refs/stash@{$entry} ;; esac
      ;;
    checkout | restore | read-tree | reset | merge | cherry-pick)
      for each; do
        each=\${each#--source=}
        case $each in stash | stash@{*} | stash^* | refs/stash*) entry=\${each%%^*} ;; esac
      done
      ;;
  esac
}
note_entry() {
  find_words
  case $words in *stash*) ;; *) return ;; esac
  set -f
  entry_of $words
  set +f
  [ -n "$entry" ] && sha=$(git rev-parse --quiet --verify "$entry^{commit}") || return
  repository=$(git rev-parse --path-format=absolute --git-common-dir) || return
  read -r uptime rest </proc/uptime
  (umask 077; printf '%s\\n' "applied $PPID $uptime $sha $sha refs/stash - $repository" >>"$log")
}
[ -z "$log" ] || note_entry 2>/dev/null
[ -n "$own" ] && [ -x "$own" ] && exec "$own" "$@"
exit 0
`;
