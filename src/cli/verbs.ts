import type { Verb } from './context.ts';

/** Every verb, in the order of the sentence: plan → run → supervise → judge → record → learn → report. */
export const VERBS: readonly Verb[] = [
  {
    name: 'demo',
    summary: 'a day of unattended sessions in seconds, on a scratch repository',
    place: 'nowhere',
    load: () => import('./demo.ts'),
  },
  {
    name: 'init',
    summary: 'look at the repository and write a first stint.yaml',
    place: 'folder',
    load: () => import('./init.ts'),
  },
  {
    name: 'doctor',
    summary: 'look at the machine and the project, with a remedy for what is wrong',
    place: 'project',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'config',
    summary: 'what is configured, and where each setting came from',
    place: 'project',
    load: () => import('./config.ts'),
  },
  {
    name: 'plan',
    summary: 'what would start now, and why',
    place: 'project',
    load: () => import('./plan.ts'),
  },
  {
    name: 'run',
    summary: 'run one supervised session in the foreground',
    place: 'project',
    load: () => import('./run.ts'),
  },
  {
    name: 'fanout',
    summary: 'plan, start several sessions at once, and wait',
    place: 'project',
    load: () => import('./fanout.ts'),
  },
  {
    name: 'pull',
    summary: 'bring this checkout up to date, never under a session',
    place: 'project',
    load: () => import('./pull.ts'),
  },
  {
    name: 'status',
    summary: 'today, what runs now, and on what it waits',
    place: 'project',
    load: () => import('./status.ts'),
  },
  {
    name: 'sessions',
    summary: 'list sessions, newest first',
    place: 'project',
    load: () => import('./sessions.ts'),
  },
  {
    name: 'show',
    summary: 'one session, and why it was judged so',
    place: 'project',
    load: () => import('./show.ts'),
  },
  { name: 'logs', summary: 'what a session said', place: 'project', load: () => import('./logs.ts') },
  {
    name: 'stop',
    summary: 'end a running session in order, or all of them',
    place: 'project',
    load: () => import('./stop.ts'),
  },
  {
    name: 'land',
    summary: 'put what a session delivered where it belongs',
    place: 'project',
    load: () => import('./land.ts'),
  },
  {
    name: 'report',
    summary: 'answers for people: how sessions fail',
    place: 'project',
    load: () => import('./report.ts'),
  },
  {
    name: 'audit',
    summary: 'contradictions in the records, and their repair',
    place: 'project',
    load: () => import('./audit.ts'),
  },
  {
    name: 'amend',
    summary: 'correct a record; what it said first stays readable',
    place: 'project',
    load: () => import('./amend.ts'),
  },
  {
    name: 'import',
    summary: 'records of other run loops, and exports, into the store',
    place: 'project',
    load: () => import('./import.ts'),
  },
  {
    name: 'export',
    summary: 'every record with its history, as JSON lines',
    place: 'project',
    load: () => import('./export.ts'),
  },
  {
    name: 'completion',
    summary: 'complete verbs, options, categories and ids in a shell',
    place: 'nowhere',
    load: () => import('./completion.ts'),
  },
  {
    name: 'declare',
    summary: 'said by an agent from inside its session',
    place: 'nowhere',
    load: () => import('./declare.ts'),
  },
  {
    name: 'hook',
    summary: 'called by the hooks of an agent CLI, from inside a session',
    place: 'nowhere',
    load: () => import('./hook.ts'),
  },
  {
    name: 'install',
    summary: 'put the hooks of stint into the settings of an agent CLI',
    place: 'folder',
    load: () => import('./install.ts'),
  },
  {
    name: 'marker',
    summary: 'run a long command from inside a session, which is not silence then',
    place: 'nowhere',
    load: () => import('./marker.ts'),
  },
];
