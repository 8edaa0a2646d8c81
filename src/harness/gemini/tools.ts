import type { ToolTable } from '../reading/tools.ts';

export const GEMINI_SHELL = 'run_shell_command';

/** The tools of Gemini CLI. Source: the names in its bundle of 0.61, and files of its sessions since 0.1. */
export const GEMINI_TOOLS: ToolTable = {
  versions: 'Gemini CLI 0.1 to 0.61',
  places: {
    localProcess: [GEMINI_SHELL],
    inProcess: [
      'activate_skill',
      'complete_task',
      'enter_plan_mode',
      'get_internal_docs',
      'glob',
      'grep_search',
      'list_background_processes',
      'list_directory',
      'read_background_output',
      'read_file',
      'read_many_files',
      'replace',
      'save_memory',
      'search_file_content',
      'tracker_add_dependency',
      'tracker_create_task',
      'tracker_get_task',
      'tracker_list_tasks',
      'tracker_update_task',
      'tracker_visualize',
      'update_topic',
      'write_file',
      'write_todos',
    ],
    remote: ['google_web_search', 'list_mcp_resources', 'read_mcp_resource', 'take_snapshot', 'web_fetch'],
    subagent: ['codebase_investigator', 'invoke_agent'],
    human: ['ask_user', 'exit_plan_mode'],
  },
  leaves: {
    todos: ['write_todos'],
    tasks: ['tracker_create_task', 'tracker_update_task', 'tracker_list_tasks', 'tracker_get_task'],
    background: [GEMINI_SHELL],
    question: ['ask_user', 'exit_plan_mode'],
  },
  isServed: (tool) => /^mcp_|__/.test(tool),
};
