/**
 * The process between stint and the agent. It outlives a killed supervisor, and so do the category's lock (descriptor 3,
 * which the agent does not get) and the agent's exit code.
 *
 * - It says who it is before it starts anything; when it cannot, nothing starts (exit 70).
 * - `trap :` and not `trap ''`: an ignored signal would be inherited as ignored by the agent.
 * - It writes down the cgroup that it finds itself in: who settles the session looks there.
 * - The script is passed as text: sh reads a script file bit by bit, and an upgrade would change it under a running one.
 */
export const SHIM = `
folder=$1
shift
identify() { shift 19; printf '{"pid":%s,"startTime":"%s","bootId":"%s"}\\n' "$$" "$1" "$boot"; }
read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$$/stat"
note() { while IFS= read -r line; do case $line in 0::*) printf '%s\\n' "\${line#0::}" ;; esac; done; }
(umask 077; note </proc/self/cgroup >"$folder/cgroup")
(umask 077; identify \${stat##*) } >"$folder/identity.tmp") && mv -f "$folder/identity.tmp" "$folder/identity" || exit 70
trap : TERM INT HUP
"$@" 3>&-
code=$?
(umask 077; printf '%s\\n' "$code" >"$folder/exit.tmp") && mv -f "$folder/exit.tmp" "$folder/exit"
exit "$code"
`;
