import type { TextCli } from '../contract/text-cli.ts';

/** pi in print mode, read as plain text. It never asks: what it may do is the tools that it has. */
export const PI: TextCli = {
  title: 'pi',
  program: 'pi',
  arguments: ['--print', '{permissions}', '{model}'],
  permissions: {
    read: ['--tools', 'read,grep,find,ls'],
    edit: ['--tools', 'read,grep,find,ls,edit,write'],
    full: [],
  },
  env: { PI_SKIP_VERSION_CHECK: '1' },
  hasNoGitAlone: true,
};
