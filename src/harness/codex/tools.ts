import type { ToolTable } from '../reading/tools.ts';

/** Its tools that run a command line, whose arguments hold it. */
export const CODEX_SHELLS = ['exec_command', 'shell', 'shell_command', 'local_shell', 'container.exec'];

/**
 * The tools of Codex: the items of its stream, and the functions in its files.
 * Source: codex-rs of 0.58 to 0.169.
 */
export const CODEX_TOOLS: ToolTable = {
  versions: 'Codex 0.32 to 0.171',
  places: {
    localProcess: [...CODEX_SHELLS, 'command_execution', 'exec', 'js_repl', 'unified_exec', 'write_stdin'],
    inProcess: [
      'apply_patch',
      'create_goal',
      'file_change',
      'get_goal',
      'grep_files',
      'list_dir',
      'new_context',
      'read_file',
      'todo_list',
      'tool_search',
      'update_goal',
      'update_plan',
      'view_image',
    ],
    remote: [
      'image_gen',
      'image_generation',
      'list_mcp_resource_templates',
      'list_mcp_resources',
      'mcp_tool_call',
      'read_mcp_resource',
      'sleep',
      'tool_suggest',
      'web_search',
    ],
    subagent: [
      'close_agent',
      'collab_tool_call',
      'followup_task',
      'list_agents',
      'resume_agent',
      'send_input',
      'send_message',
      'spawn_agent',
      'spawn_agents_on_csv',
      'wait',
      'wait_agent',
    ],
    human: [
      'apply_patch_approval_request',
      'elicitation',
      'elicitation_request',
      'exec_approval_request',
      'request_permissions',
      'request_plugin_install',
      'request_user_input',
    ],
  },
  leaves: {
    todos: ['todo_list', 'update_plan'],
    background: ['exec_command'],
    question: ['request_permissions', 'request_plugin_install', 'request_user_input'],
  },
  isServed: (tool) => tool.includes('__'),
};
