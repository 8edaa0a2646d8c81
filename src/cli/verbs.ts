import type { Verb } from './context.ts';

/** The file of each verb, loaded only when the verb is called. */
const LOAD = {
  demo: () => import('./demo.ts'),
  init: () => import('./init.ts'),
  doctor: () => import('./doctor.ts'),
  config: () => import('./config.ts'),
  plan: () => import('./plan.ts'),
  run: () => import('./run.ts'),
  fanout: () => import('./fanout.ts'),
  pull: () => import('./pull.ts'),
  status: () => import('./status.ts'),
  sessions: () => import('./sessions.ts'),
  show: () => import('./show.ts'),
  logs: () => import('./logs.ts'),
  stop: () => import('./stop.ts'),
  resume: () => import('./resume.ts'),
  land: () => import('./land.ts'),
  learn: () => import('./learn.ts'),
  report: () => import('./report.ts'),
  audit: () => import('./audit.ts'),
  amend: () => import('./amend.ts'),
  import: () => import('./import.ts'),
  export: () => import('./export.ts'),
  completion: () => import('./completion.ts'),
  declare: () => import('./declare.ts'),
  hook: () => import('./hook.ts'),
  install: () => import('./install.ts'),
  marker: () => import('./marker.ts'),
} satisfies Record<string, Verb['load']>;

/** The place and summary of each verb, in the order plan → run → supervise → judge → record → learn → report. */
const SAID: Readonly<Record<keyof typeof LOAD, readonly [Verb['place'], string]>> = {
  demo: ['nowhere', 'a day of unattended sessions in seconds, on a scratch repository'],
  init: ['folder', 'look at the repository and write a first stint.yaml'],
  doctor: ['project', 'look at the machine and the project, with a remedy for what is wrong'],
  config: ['project', 'what is configured, and where each setting came from'],
  plan: ['project', 'what would start now, and why'],
  run: ['project', 'run one supervised session in the foreground'],
  fanout: ['project', 'plan, start several sessions at once, and wait'],
  pull: ['project', 'bring this checkout up to date, never under a session'],
  status: ['project', 'today, what runs now, and on what it waits'],
  sessions: ['project', 'list sessions, newest first'],
  show: ['project', 'one session, and why it was judged so'],
  logs: ['project', 'what a session said'],
  stop: ['project', 'end a running session in order, or all of them'],
  resume: ['project', 'let start again what is parked or held'],
  land: ['project', 'put what a session delivered where it belongs'],
  learn: ['project', 'what is believed about categories, harnesses and models, and why'],
  report: ['project', 'answers for people: how sessions fail'],
  audit: ['project', 'contradictions in the records, and their repair'],
  amend: ['project', 'correct a record; what it said first stays readable'],
  import: ['project', 'sessions that are on this machine already, and records of others, into the store'],
  export: ['project', 'every record with its history, as JSON lines'],
  completion: ['nowhere', 'complete verbs, options, categories and ids in a shell'],
  declare: ['nowhere', 'said by an agent from inside its session'],
  hook: ['nowhere', 'called by the hooks of an agent CLI, from inside a session'],
  install: ['folder', 'put the hooks of stint into the settings of an agent CLI'],
  marker: ['nowhere', 'run a long command from inside a session, which is not silence then'],
};

export const VERBS: readonly Verb[] = (Object.keys(SAID) as (keyof typeof LOAD)[]).map((name) => {
  const [place, summary] = SAID[name];
  return { name, place, summary, load: LOAD[name] };
});
