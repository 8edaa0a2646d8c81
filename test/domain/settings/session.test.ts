import { describe, expect, test } from 'vitest';
import type { Place } from '../../../src/domain/settings/setting.ts';
import { sessionSettings, settleSupervise } from '../../../src/domain/settings/session.ts';
import { msOf, SUPERVISE_SETTINGS } from '../../../src/domain/settings/supervise.ts';

const MINUTE = 60_000;

describe('the settings of a session without a file', () => {
  test('are those that the caller gives, else the defaults', () => {
    const settings = sessionSettings({ timeout: 30 * MINUTE });
    expect(settings.timeoutMs).toBe(30 * MINUTE);
    expect(settings.checkTimeoutMs).toBe(10 * MINUTE);
    expect(settings.supervise.silenceMs).toBe(20 * MINUTE);
  });

  test('stay the same when the plan is stored and read', () => {
    const settings = sessionSettings({ check: 'npm test' });
    expect(JSON.parse(JSON.stringify(settings))).toStrictEqual(settings);
  });

  test('leave it to the harness what is idle', () => {
    expect(sessionSettings().supervise).toMatchObject({ idleCpuShare: null, idleBytesPerS: null });
    expect(sessionSettings().base).toBeNull();
  });

  test('have no project in which relative folders start', () => {
    const { supervise } = sessionSettings({ supervise: { markerDirs: ['marks', '/var/marks'] } });
    expect(supervise.markerDirs).toEqual(['/marks', '/var/marks']);
  });

  test('must not contradict each other', () => {
    const contradiction = { timeout: 10 * MINUTE, supervise: { silence: 20 * MINUTE } };
    const settling = () => sessionSettings(contradiction);
    // The check of a message alone lets a thrown undefined through.
    expect(settling).toThrow(Error);
    expect(settling).toThrow(/^supervise\.silence: supervise\.silence \(20m\) is longer than the time limit/);
  });
});

describe('the limits of supervision', () => {
  /** As a category `code` settles them, with what it says and what the top says. */
  const settled = (own: object, top: object = {}) =>
    settleSupervise(
      [
        { level: 'category', at: ['categories', 'code'], value: own },
        { level: 'top', at: [], value: top },
      ],
      {
        root: '/project',
        category: ['categories', 'code'],
        refuse: (at, sentence, hint) => {
          throw new Error([at.join('.'), sentence, hint].join(' | '));
        },
      },
    );

  test('may be as long as the time limit', () => {
    const silence = 10 * MINUTE;
    expect(settled({ timeout: silence, supervise: { silence } }).silenceMs).toBe(silence);
  });

  test('look as often as the file says, at most as rarely as the silence is long', () => {
    const silence = 10 * MINUTE;
    expect(settled({ supervise: { silence, sample: silence } }).sampleMs).toBe(silence);
    expect(() => settled({ supervise: { silence, sample: silence + MINUTE } })).toThrow(
      new Error(
        'categories.code.supervise.sample | categories.code.supervise.sample (11m) is longer than the silence (10m) of code that it is to notice | Lower it, or raise supervise.silence.',
      ),
    );
  });

  test('look every 50ms at most', () => {
    const { check } = SUPERVISE_SETTINGS.sample;
    expect(check.safeParse('50ms')).toMatchObject({ success: true, data: 50 });
    expect(check.safeParse('49ms').success).toBe(false);
    expect(settled({ supervise: { sample: 50 } }).sampleMs).toBe(50);
  });

  test('look for markers in folders of the project', () => {
    const top = { supervise: { markerDirs: ['marks', '/var/marks'] } };
    expect(settled({}, top).markerDirs).toEqual(['/project/marks', '/var/marks']);
  });

  test('compare only with times', () => {
    const place = { value: (key: string) => (key === 'timeout' ? 5000 : '5s') } as Place;
    expect(msOf(place, 'timeout')).toBe(5000);
    expect(() => msOf(place, 'silence')).toThrow('silence is not a setting in milliseconds');
  });
});
