import type { EcmaScriptModule } from 'oxc-parser';

/** What a file of TypeScript imports or exports again, without what is of types only: what runs. */
export function runningImports(text: string, module: EcmaScriptModule): string[] {
  return [
    ...module.staticImports
      .filter(({ entries }) => entries.length === 0 || entries.some((entry) => !entry.isType))
      .map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) =>
      each.entries.flatMap((entry) =>
        entry.moduleRequest && !entry.isType ? [entry.moduleRequest.value] : [],
      ),
    ),
    ...module.dynamicImports.map((each) =>
      text.slice(each.moduleRequest.start, each.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ];
}
