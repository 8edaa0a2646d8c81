/** The types that the convention itself and its usual tools know. */
const CONVENTIONAL = [
  'build',
  'chore',
  'ci',
  'docs',
  'feat',
  'fix',
  'perf',
  'refactor',
  'revert',
  'style',
  'test',
];

/** Names that categories often have. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  code: ['feat', 'fix', 'refactor', 'perf'],
  tests: ['test'],
  documentation: ['docs'],
  infrastructure: ['build', 'ci'],
};

/** The default for a category's `commitTypes`, by its name; empty where the name is not a type. */
export function commitTypesOf(category: string): readonly string[] {
  const usual = Object.hasOwn(USUAL, category) ? USUAL[category] : undefined;
  return usual ?? CONVENTIONAL.filter((type) => type === category);
}
