import path from 'node:path';
import type { StintEvent } from '../domain/event.ts';
import type { Listener } from '../lib/listeners.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { StintPlace } from '../stint/opening.ts';
import { stintAt, type Stint } from '../stint/stint.ts';
import type { CliContext, PlaceOptions } from './verb.ts';
import { note, redactOutput } from './print.ts';

/**
 * The use cases of the project that a call is about. Nothing is printed but through the project's redactor, and trouble on
 * the way becomes a note.
 *
 * @param listener hears of everything that happens
 */
export function stintOf(context: CliContext, options: PlaceOptions, listener?: Listener<StintEvent>): Stint {
  return stintAt(placeOf(context, options, listener));
}

/** Where a call works, and who hears of it. */
export function placeOf(
  context: CliContext,
  options: PlaceOptions,
  listener?: Listener<StintEvent>,
): StintPlace {
  return {
    ...namedPlace(context, options),
    set: options.set ?? [],
    env: context.env,
    clock: context.clock,
    cancelled: context.interrupted,
    onRedactor: redactOutput,
    listener: (event) => {
      listener?.(event);
      if (event.name === 'records.grouped') noteGrouping(event.total);
      if (event.name === 'trouble.met' || event.name === 'advice.given') noteTrouble(event.sentence);
    },
  };
}

/** Fewer records are ready before a person wonders. */
const MANY_RECORDS = 20_000;

let isGroupingNoted = false;

function noteGrouping(total: number): void {
  if (isGroupingNoted || total < MANY_RECORDS) return;
  isGroupingNoted = true;
  note(`stint: preparing ${total} records of an older stint for reports; this is done once.`);
}

export function noteTrouble(sentence: string): void {
  note(`stint: ${oneLine(sentence, 500)}`);
}

/** The folder and the file that the call names. An empty name is a variable that was not set, never the default. */
export function namedPlace(
  context: CliContext,
  options: PlaceOptions,
): { folder: string; configFile: string | undefined } {
  for (const [option, name] of [
    ['-C', options.C],
    ['--config', options.config],
  ])
    if (name?.trim() === '') throw wrongCall(`${option} is "${name}".`, 'Name one, or leave the option out.');
  const folder = path.resolve(context.cwd, options.C ?? '.');
  return {
    folder,
    configFile: options.config === undefined ? undefined : path.resolve(folder, options.config),
  };
}
