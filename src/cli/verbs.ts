import type { VerbModule } from './context.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is called, so that every verb starts fast. */
  readonly load: () => Promise<VerbModule>;
}

/** Every verb, in the order of the sentence: plan → run → supervise → judge → record → learn → report. */
export const VERBS: readonly Verb[] = [
  {
    name: 'demo',
    summary: 'a day of unattended sessions in seconds, on a scratch repository',
    load: () => import('./demo.ts'),
  },
  {
    name: 'init',
    summary: 'look at the repository and write a first stint.yaml',
    load: () => import('./init.ts'),
  },
  {
    name: 'doctor',
    summary: 'look at the machine and the project, with a remedy for what is wrong',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'config',
    summary: 'what is configured, and where each setting came from',
    load: () => import('./config.ts'),
  },
  { name: 'plan', summary: 'what would start now, and why', load: () => import('./plan.ts') },
  { name: 'run', summary: 'run one supervised session in the foreground', load: () => import('./run.ts') },
  {
    name: 'fanout',
    summary: 'plan, start several sessions at once, and wait',
    load: () => import('./fanout.ts'),
  },
  {
    name: 'status',
    summary: 'today, what runs now, and on what it waits',
    load: () => import('./status.ts'),
  },
  { name: 'sessions', summary: 'list sessions, newest first', load: () => import('./sessions.ts') },
  { name: 'show', summary: 'one session, and why it was judged so', load: () => import('./show.ts') },
  { name: 'logs', summary: 'what a session said', load: () => import('./logs.ts') },
  { name: 'report', summary: 'answers for people: how sessions fail', load: () => import('./report.ts') },
  {
    name: 'declare',
    summary: 'said by an agent from inside its session',
    load: () => import('./declare.ts'),
  },
];
