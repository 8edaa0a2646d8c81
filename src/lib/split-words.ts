/** What a shell would treat as more than a plain word, outside quotes. */
const SHELL_ONLY = /[|&;<>()$`*?[\]{}~#!\n]/;

/**
 * Splits one command line into words as a shell would, without being one: single and double quotes and backslashes
 * group, nothing expands.
 *
 * @returns the words, or the reason why a shell would be needed
 */
export function splitWords(line: string): { words: string[] } | { refused: string } {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (quote === '"' && (char === '$' || char === '`')) return { refused: `"${char}" inside quotes` };
      else if (char === '\\' && quote === '"' && i + 1 < line.length) word = (word ?? '') + line.charAt(++i);
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\' && i + 1 < line.length) {
      word = (word ?? '') + line.charAt(++i);
    } else if (SHELL_ONLY.test(char)) {
      return { refused: `"${char}"` };
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return { refused: `a ${quote} that is never closed` };
  if (word !== null) words.push(word);
  return { words };
}
