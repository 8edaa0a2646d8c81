/** Variables that bind git to one repository; inherited ones (from a hook, say) would bind ours to the wrong one. */
export const GIT_LOCAL_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG_PARAMETERS',
];

/**
 * For what runs on behalf of a session: git tidies up the repository before its command ends. What goes on behind it
 * would be ended with the session, every time anew, and the repository would never be tidied up.
 */
export const TIDY_IN_FOREGROUND: readonly GitSetting[] = [
  ['gc.autoDetach', 'false'],
  ['maintenance.autoDetach', 'false'],
];

type GitSetting = readonly [key: string, value: string];

/**
 * The variables that add git settings to those of an environment. They say how many it had, so that whoever starts
 * something outside of the session can leave ours out (`outerEnvironment`).
 */
export function gitSettings(
  env: Readonly<NodeJS.ProcessEnv>,
  settings: readonly GitSetting[],
): Record<string, string> {
  const given = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  const count = Number.isInteger(given) && given >= 0 ? given : 0;
  const added = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${count + index}`, key],
    [`GIT_CONFIG_VALUE_${count + index}`, value],
  ]);
  return {
    ...(Object.fromEntries(added) as Record<string, string>),
    STINT_GIT_CONFIG_COUNT: env['STINT_GIT_CONFIG_COUNT'] ?? String(count),
    GIT_CONFIG_COUNT: String(count + settings.length),
  };
}
