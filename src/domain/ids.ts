declare const brand: unique symbol;

/** Names one session: 10 characters of [0-9a-z], the first a letter. Chosen by stint before anything starts. */
export type SessionId = string & { readonly [brand]: 'SessionId' };

/** Names one category of work, such as `code`. It becomes part of a file name and of a branch. */
export type CategoryName = string & { readonly [brand]: 'CategoryName' };

const SESSION_ID = /^[a-z][0-9a-z]{9}$/;
const CATEGORY = /^[a-z0-9](?:[a-z0-9_-]|\.(?!\.)){0,63}$/i;

export const SESSION_ID_LENGTH = 10;

export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text);
}

/**
 * A category's name must be safe as a file name and inside a branch name: letters, digits, `-`, `_` and single dots,
 * at most 64, starting with a letter or digit, ending neither in a dot nor in `.lock`.
 */
export function isCategoryName(text: string): text is CategoryName {
  return CATEGORY.test(text) && !text.endsWith('.') && !text.toLowerCase().endsWith('.lock');
}

/** Where one-off work runs beside the categories: it takes the place of a category's name, which no category may have. */
export function slotName(number: number): CategoryName {
  return `slot-${number}` as CategoryName;
}

export function isSlotName(name: string): boolean {
  return /^slot-\d+$/.test(name);
}
