import { nextTurn } from './clock.ts';

/** One call, and how it is answered. */
interface Call<Answer> {
  readonly names: readonly string[];
  readonly resolve: (answers: Map<string, Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** What one question asks about at most, where several are joined. */
const MOST_NAMES = 500;

/**
 * Joins questions about names, where a question takes a program that does not mind how many they are: those that are
 * asked at the same time, or while one is being answered, are asked as one. Each caller gets the answers about its own
 * names, in their order; the failure of a joint question is only told to those whose own question fails.
 *
 * @param ask gives the answer of each name that has one, in `place`
 */
export function askTogether<Answer>(
  ask: (place: string, names: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
): (place: string, names: readonly string[]) => Promise<Map<string, Answer>> {
  const waiting = new Map<string, Call<Answer>[]>();

  const askAlone = async (place: string, { names, resolve, reject }: Call<Answer>): Promise<void> => {
    try {
      resolve(new Map(await ask(place, names)));
    } catch (error) {
      reject(error);
    }
  };
  const askJoint = async (place: string, calls: readonly Call<Answer>[]): Promise<void> => {
    const [first] = calls;
    if (first && calls.length === 1) return askAlone(place, first);
    try {
      const answers = await ask(place, [...new Set(calls.flatMap(({ names }) => names))]);
      for (const { names, resolve } of calls) resolve(pick(answers, names));
    } catch {
      for (const call of calls) await askAlone(place, call);
    }
  };
  const answerAll = async (place: string, calls: Call<Answer>[]): Promise<void> => {
    for (;;) {
      await nextTurn();
      if (calls.length === 0) break;
      await askJoint(place, takeSome(calls));
    }
    waiting.delete(place);
  };
  return (place, names) => {
    if (names.length === 0) return Promise.resolve(new Map());
    return new Promise((resolve, reject) => {
      const calls = waiting.get(place);
      if (calls) {
        calls.push({ names, resolve, reject });
        return;
      }
      const first = [{ names, resolve, reject }];
      waiting.set(place, first);
      void answerAll(place, first);
    });
  };
}

/** At least one, and no more than fit into one question. */
function takeSome<Answer>(calls: Call<Answer>[]): Call<Answer>[] {
  let size = 0;
  const end = calls.findIndex(({ names }, i) => (size += names.length) > MOST_NAMES && i > 0);
  return calls.splice(0, end === -1 ? calls.length : end);
}

function pick<Answer>(answers: ReadonlyMap<string, Answer>, names: readonly string[]): Map<string, Answer> {
  return new Map(
    names.flatMap((name) => {
      const answer = answers.get(name);
      return answer === undefined ? [] : [[name, answer] as const];
    }),
  );
}
