/** What a shell would treat as more than a plain word, outside quotes. */
const SHELL_ONLY = /[|&;<>()$`*?[\]{}~#!\n]/;

/** A line may start with these for a shell alone. */
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** What a backslash takes the meaning from inside double quotes; before anything else it is itself. */
const ESCAPED_IN_QUOTES = '"\\$`';

/**
 * Splits one command line into words as a shell would, without being one: single and double quotes and backslashes
 * group, nothing expands.
 *
 * @returns the words, or the reason why a shell would be needed
 */
export function splitWords(text: string): { words: string[] } | { refused: string } {
  // A YAML block ends in a newline that nobody means.
  const line = text.trimStart().replace(/\n\s*$/, '');
  const assignment = ASSIGNMENT.exec(line);
  if (assignment) return { refused: `the assignment "${assignment[0]}"` };
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === '\\' && quote !== "'" && line.charAt(i + 1) === '\n') return { refused: 'a line break' };
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (quote === '"' && (char === '$' || char === '`')) return { refused: `"${char}" inside quotes` };
      else if (char === '\\' && quote === '"' && ESCAPED_IN_QUOTES.includes(line.charAt(i + 1) || ' '))
        word = (word ?? '') + line.charAt(++i);
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\' && i + 1 < line.length) {
      word = (word ?? '') + line.charAt(++i);
    } else if (SHELL_ONLY.test(char)) {
      return { refused: char === '\n' ? 'a line break' : `"${char}"` };
    } else if (/[ \t\r]/.test(char)) {
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
