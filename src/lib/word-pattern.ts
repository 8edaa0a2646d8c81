/** The first words of a command, in which `*` stands for any letters. */
export interface WordPattern {
  readonly text: string;
  /** Each word as its parts between the stars. */
  readonly words: readonly (readonly string[])[];
}

export function toWordPattern(text: string): WordPattern {
  const words = text.trim().split(/\s+/);
  return { text: words.join(' '), words: words.map((word) => word.split('*')) };
}

/** Whether the first words of a command are those of the pattern. */
export function fitsWords({ words }: WordPattern, line: string): boolean {
  const given = line.split(/\s+/);
  return words.every((parts, index) => fitsWord(parts, given[index]));
}

/** Linear, however many stars there are. */
function fitsWord(parts: readonly string[], word: string | undefined): boolean {
  if (word === undefined) return false;
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return word === first;
  if (!word.startsWith(first) || !word.endsWith(last) || word.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of others) {
    const found = word.indexOf(part, at);
    if (found === -1 || found + part.length > word.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** A pattern names a command or a tool: `*` alone would name them all. Null where it is one, else a sentence. */
export function refuseWordPattern(text: string): string | null {
  const words = text.trim().split(/\s+/);
  if (text.trim() === '') return 'it must name a command, such as `gptodo list`, or a tool';
  if (/[|&;<>()$`'"\\]/.test(text))
    return 'it must be the first words of one command, without what only a shell understands';
  if (/^\*+$/.test(words[0] ?? '')) return 'it must begin with a name: `*` alone names every command';
  return null;
}
