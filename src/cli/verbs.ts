import type { Verb } from './verb.ts';

/** The summary of each verb and its file, in the order plan → run → supervise → judge → record → learn → report. */
const SAID: Readonly<Record<string, readonly [string, Verb['load']]>> = {
  demo: ['a day of unattended sessions in seconds, on a scratch repository', () => import('./demo.ts')],
  init: ['look at the repository and write a first stint.yaml', () => import('./init.ts')],
  doctor: [
    'look at the machine and the project, with a remedy for what is wrong',
    () => import('./doctor.ts'),
  ],
  config: ['what is configured, and where each setting came from', () => import('./config.ts')],
  plan: ['what would start now, and why', () => import('./plan.ts')],
  run: ['run one supervised session in the foreground', () => import('./run.ts')],
  fanout: ['plan, start several sessions at once, and wait', () => import('./fanout.ts')],
  pull: ['bring this checkout up to date, never under a session', () => import('./pull.ts')],
  status: ['today, what runs now, and on what it waits', () => import('./status.ts')],
  sessions: ['list sessions, newest first', () => import('./sessions.ts')],
  show: ['one session, and why it was judged so', () => import('./show.ts')],
  logs: ['what a session said', () => import('./logs.ts')],
  stop: ['end a running session in order, or all of them', () => import('./stop.ts')],
  resume: ['let start again what is parked or held', () => import('./resume.ts')],
  land: ['put what a session delivered where it belongs', () => import('./land.ts')],
  learn: ['what is believed about categories, harnesses and models, and why', () => import('./learn.ts')],
  report: ['answers for people: how sessions fail', () => import('./report.ts')],
  audit: ['contradictions in the records, and their repair', () => import('./audit.ts')],
  amend: ['correct a record; what it said first stays readable', () => import('./amend.ts')],
  import: [
    'sessions that are on this machine already, and records of others, into the store',
    () => import('./import.ts'),
  ],
  export: ['every record with its history, as JSON lines', () => import('./export.ts')],
  completion: ['complete verbs, options, categories and ids in a shell', () => import('./completion.ts')],
  declare: ['said by an agent from inside its session', () => import('./declare.ts')],
  hook: ['called by the hooks of an agent CLI, from inside a session', () => import('./hook.ts')],
  install: ['put the hooks of stint into the settings of an agent CLI', () => import('./install.ts')],
  marker: [
    'run a long command from inside a session, which is not silence then',
    () => import('./marker.ts'),
  ],
};

export const VERBS: readonly Verb[] = Object.entries(SAID).map(([name, [summary, load]]) => ({
  name,
  summary,
  load,
}));
