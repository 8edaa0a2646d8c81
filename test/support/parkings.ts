import type { SessionId } from '../../src/domain/ids.ts';
import type { Parking } from '../../src/domain/parking.ts';

export function parkingOf(given: Partial<Parking> = {}): Parking {
  return {
    kind: 'account',
    name: 'team',
    project: '',
    model: null,
    asked: [],
    cause: 'usage_limit',
    reason: 'the usage limit is reached',
    since: '2026-01-02T14:30:00.000Z',
    until: '2026-01-02T17:00:00.000Z',
    rests: 0,
    met: ['f4v2742ojh' as SessionId],
    repository: '/work/site',
    credentials: null,
    probe: null,
    ...given,
  };
}
