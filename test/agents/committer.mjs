/**
 * Names the session as the committer of what this agent commits. Two sessions that commit the same change on the same
 * base within one second would otherwise make one commit, which belongs to the first.
 */
export function nameCommitter() {
  const { STINT_SESSION_ID: session } = process.env;
  if (session !== undefined) process.env.GIT_COMMITTER_NAME = `Session ${session}`;
}
