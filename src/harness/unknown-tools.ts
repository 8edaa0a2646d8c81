import type { HarnessSettings } from '../domain/plan.ts';
import type { UnknownTool } from '../domain/unknown-tools.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ToolTable } from './reading/tools.ts';
import { cliOfFormat, CLIS } from './registry.ts';

/** The tools of the CLI whose stream is read; null where none is. */
function tableOf(settings: HarnessSettings): ToolTable | null {
  if (settings.type === 'wrap') return null;
  const kind = settings.type === 'command' ? cliOfFormat(settings.format) : settings.type;
  return (kind === null ? null : CLIS[kind].tools) ?? null;
}

/** What to say of tools that stint does not know: a list of at most one sentence. */
export function unknownToolWords(settings: HarnessSettings, tools: readonly UnknownTool[]): string[] {
  const table = tableOf(settings);
  const unknown = tools.filter(({ isShape }) => isShape !== true);
  if (table === null || unknown.length === 0) return [];
  const names = unknown.map(({ tool, calls }) => `${oneLine(tool)} (${countOf(calls, 'call')})`);
  const [are, their] = unknown.length === 1 ? ['is', 'its'] : ['are', 'their'];
  return [
    `stint does not know ${names.join(', ')}, which ${are} in no table of tools (${table.versions}): ${their} silence counts as remote`,
  ];
}
