import type { ToolTable } from '../reading/tools.ts';

/** The tools of pi itself; extensions bring others under any name. Source: @earendil-works/pi-coding-agent 1.6. */
export const PI_TOOLS: ToolTable = {
  versions: 'pi 0.1 to 1.6',
  places: {
    // A script of `codemode` may call any other tool.
    localProcess: ['bash', 'codemode', 'powershell'],
    inProcess: ['edit', 'find', 'grep', 'ls', 'read', 'tool_search', 'write'],
  },
  leaves: {},
  readOnly: ['find', 'grep', 'ls', 'read', 'tool_search'],
  needs: {
    bash: ['command'],
    edit: ['path', 'file_path'],
    find: ['pattern'],
    grep: ['pattern'],
    powershell: ['command'],
    read: ['path', 'file_path'],
    write: ['path', 'file_path'],
  },
  isServed: (tool) => tool.startsWith('mcp_'),
};
