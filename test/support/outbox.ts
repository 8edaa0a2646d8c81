import type { UserCommand } from '../../src/domain/settings/user-command.ts';
import { insertRecord } from '../../src/store/records.ts';
import { insertIntent } from '../../src/store/sessions.ts';
import type { Store } from '../../src/store/store.ts';
import { planOf, recordOf, sessionId } from './records.ts';

/** Writes a session that ran here, with its record, as its own process does before any sink gets it. */
export async function writeOwnRecord(
  store: Store,
  number: number,
  after: UserCommand | null = null,
): Promise<void> {
  const record = recordOf(number);
  await insertIntent(store, sessionId(number), planOf({ after }), record.startedAt);
  await insertRecord(store, record, '/r');
}
