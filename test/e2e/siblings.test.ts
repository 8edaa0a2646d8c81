import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder, scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { stint, waitUntil } from '../support/stint.ts';

test.each(['run code', 'fanout --top 1 --detach', 'fanout --top 1'])(
  'the processes around an agent are met neither by the name of Node nor by the words of the agent: stint %s',
  async (words) => {
    const note = path.join(scratchFolder(), 'lines');
    // The agent, the shim and the supervisor, as `pkill -f` reads them.
    const prompt = `pid=$PPID
      for each in agent shim supervisor; do
        { printf '%s ' "$each"; tr '\\0' ' ' <"/proc/$pid/cmdline"; cat "/proc/$pid/comm"; } >>'${note}.new'
        pid=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f2)
      done; mv '${note}.new' '${note}'`;
    const project = scratchProject(configOf({ code: { prompt } }));
    expect(await stint(project, ...words.split(' '))).toMatchObject({ code: 0 });
    await waitUntil('the agent has written them down', () => existsSync(note));
    const lines = readFileSync(note, 'utf8').trimEnd().split('\n');
    const [agent, ...around] = lines.map((line) => line.replaceAll(/ +/g, ' '));
    expect(agent).toContain('scripted.mjs');
    const verb = words.includes('--detach') ? 'run' : words.split(' ')[0];
    expect(around).toEqual([
      expect.stringMatching(/^shim .*stint-shim sh$/),
      `supervisor stint ${verb} stint ${verb}`,
    ]);
    for (const line of around) expect(line).not.toMatch(/node|scripted|code/);
  },
);
