import { describe, expect, test } from 'vitest';
import { otherCommands } from '../../src/domain/read-only-command.ts';

function names(line: string): string[] {
  return otherCommands(line).map(({ name }) => name);
}

describe('a command line that only reads', () => {
  test.each([
    'ls -la',
    'cat a.ts | grep -n "x > y" | head -20',
    'cd /work && git status; git log --oneline -5 2>&1 | tail -3',
    "sed -n '1,50p' src/a.ts",
    "sed -e 's|a|b|g' -e '/x/,/y/!d' f",
    "awk '/a|b/ { print $2 }' f",
    'find . -name "*.ts" -exec grep -l "x" {} \\;',
    'rg --files | xargs -0 -n1 wc -l',
    'LC_ALL=C timeout 5 sort -u < names 2>/dev/null',
    'bash -lc "cd /work && rg foo src | sort | uniq -c"',
    'for f in a b; do cat "$f"; done',
    'if [ -f x ] || [[ -d y && a > b ]]; then cat x; else echo none; fi',
    "cat <<'EOF'\nit's $(rm x)\nEOF",
    'diff <(sort a) <(sort b) > /dev/null',
    'while read -r line; do echo "$line"; done < <(git ls-files)',
    'cat a | tee /dev/null',
    'git -C /work --no-pager diff --stat HEAD~3 -- src',
    'git branch -vv && git tag -l "v1*" && git stash list && git config --get user.name',
    'git remote -v; git worktree list --porcelain; git reflog -5',
    'gh pr view 12 --json state && gh api repos/a/b/pulls',
    'node --version && command -v go',
    'echo "$(git rev-parse --abbrev-ref HEAD)" `pwd`',
    'PAGER=cat git log # it prints',
  ])('%s', (line) => {
    expect(names(line)).toEqual([]);
  });
});

describe('a command that may have changed something is named', () => {
  test.each<[string, string[]]>([
    ['npm test', ['npm']],
    ['curl -s https://example.org | jq .a', ['curl']],
    ['cat a | tee b', ['tee']],
    ['cat > f.ts <<EOF\nx\nEOF\nls', ['cat > f.ts']],
    ['ls &> out', ['ls > out']],
    ['printf "%s" x >> notes/log', ['printf > log']],
    ['sed -i s/a/b/ f', ['sed']],
    ["sed -n 's/a/b/w out' f", ['sed']],
    ["sed 'b;w out' f", ['sed']],
    ['awk \'{ print $1 > "f" }\' g', ['awk']],
    ['find . -name x -delete', ['find']],
    ['find . -exec rm {} +', ['find']],
    ['rg -l x | xargs rm', ['rm']],
    ['sort -o f f', ['sort']],
    ['uniq a b', ['uniq']],
    ['git checkout -b x', ['git checkout']],
    ['git -C /work stash', ['git stash']],
    ['git branch new', ['git branch']],
    ['git config user.name Ann', ['git config']],
    ['git diff --output=f', ['git diff']],
    ['git -c core.sshCommand=./x fetch', ['git fetch']],
    ['gh pr create --fill', ['gh pr create']],
    ['gh api -X POST repos/a/b/issues', ['gh api']],
    ['ls; ./tools/run.sh --all', ['run.sh']],
    ['bash -c "ls && rm x"', ['rm']],
    ['sh build.sh', ['sh']],
    ['echo "a $(rm b)"', ['rm']],
    ['cat <<EOF\n$(rm x)\nEOF', ['rm']],
    ['ls ${x:-`rm y`}', ['rm']],
    ['cat < <(rm x)', ['rm']],
    ['ls > >(tee f)', ['tee']],
    ['PATH=/tmp/bin:$PATH ls', ['PATH=']],
    ['GIT_EXTERNAL_DIFF=./x git diff', ['GIT_EXTERNAL_DIFF=']],
    ['f() { rm y; }; f', ['f']],
    ['case x in a) rm y;; esac', ['case']],
    ['$TOOL --all', ['a command in a variable']],
    ['echo "never closed', ['echo']],
    ['constructor && toString', ['constructor', 'toString']],
    ['timeout 5 sudo ls', ['sudo']],
    ['', []],
  ])('%s', (line, expected) => {
    expect(names(line)).toEqual(expected);
  });
});

test('a commit that git tells of is followed by other means, and what stands behind it is not', () => {
  expect(names('git add -A && git commit -m "$(cat <<\'EOF\'\nfix: it (really\nEOF\n)"')).toEqual([]);
  expect(names('git commit -am x && git push')).toEqual(['git push']);
});

test('a user cannot declare a redirection harmless, nor a command that stint cannot read', () => {
  const isBeyondDoubt = (line: string) => otherCommands(line).map((each) => each.isBeyondDoubt === true);
  expect(isBeyondDoubt('mytool list > f')).toEqual([true]);
  expect(isBeyondDoubt('mytool "$(')).toEqual([true]);
  expect(isBeyondDoubt('mytool list')).toEqual([false]);
});

test('hostile lines take no time and stay bounded', () => {
  const lines = [
    '$('.repeat(20_000),
    '"$('.repeat(9000),
    '${'.repeat(24_000),
    'echo "' + '${a:-'.repeat(8000) + '}'.repeat(8000) + '"',
    '"${a'.repeat(12_000),
    `awk '${'print '.repeat(8000)}'`,
    `sed '${'s/a/b/;'.repeat(6000)}' f`,
    'a;'.repeat(24_000),
    'x'.repeat(1_000_000),
    `bash -c "${"bash -c '".repeat(5000)}`,
  ];
  for (const line of lines) {
    const others = otherCommands(line);
    expect(others.length).toBeLessThanOrEqual(500);
    for (const { name, line: kept } of others)
      expect(Math.max(name.length, kept.length)).toBeLessThanOrEqual(300);
  }
});
