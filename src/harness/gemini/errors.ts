import { errorLine, type OwnErrors } from '../contract/own-errors.ts';

/** The exit codes as its documentation and its source have them (0.61). */
export const GEMINI_ERRORS: OwnErrors = {
  line: errorLine(
    String.raw`\[?API Error\b`,
    String.raw`Attempt \d+ failed`,
    'Please set an Auth method',
    'Invalid auth',
    'Failed to (?:sign in|log ?in|authenticate)',
  ),
  exitCodes: {
    41: { is: 'auth', words: 'it could not authenticate' },
    42: { is: 'other', words: 'its input was refused' },
    44: { is: 'other', words: 'its sandbox failed' },
    52: { is: 'other', words: 'its settings are wrong' },
    53: { is: 'turns', words: 'it reached its limit of turns' },
    54: { is: 'other', words: 'a tool failed in a way that it cannot go on from' },
    55: { is: 'other', words: 'it does not trust the folder' },
    130: { is: 'interrupted', words: 'it was interrupted' },
  },
};
