import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { findProgram } from '../../src/lib/find-program.ts';
import { findMisses, inParallel, snapshot, type Refusal } from '../support/refusals.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf } from '../support/sessions.ts';
import { stint, STINT } from '../support/stint.ts';

// Wrong calls, wrong files and wrong environments: each is told in one sentence, with and without --json, by the exit
// code of docs/exit-codes.md, and leaves everything as it was.

type Row = readonly [call: string, exit: number, code: string, says: RegExp];

const COUNT = 'it must be a whole number from';

const CALLS: readonly Row[] = [
  // no verb, an unknown one, help
  ['', 2, 'usage', /A verb is missing\. See `stint --help`/],
  ['rnu', 2, 'unknown_verb', /no verb "rnu"\. Did you mean "run"\?/],
  ['xyzzyx', 2, 'unknown_verb', /no verb "xyzzyx"\. See `stint --help`/],
  ["''", 2, 'unknown_verb', /no verb ""/],
  ['rnu --help', 2, 'unknown_verb', /no verb "rnu"/],
  ['--nope', 2, 'usage', /Unknown option '--nope'\. See `stint --help`/],
  ['-C /tmp run code', 2, 'usage', /Unknown option '-C'\. Write options after the verb/],
  ['help rnu', 2, 'unknown_verb', /no verb "rnu"\. Did you mean "run"\?/],
  ['help run code', 2, 'usage', /"code" is one word too many: `help` takes one verb/],
  // demo
  ['demo extra', 2, 'usage', /Too many arguments for 'demo'.*extra.*stint demo --help/],
  ['demo --kep', 2, 'usage', /Unknown option '--kep'\. Did you mean --keep\?/],
  ['demo --zzzzzzzz', 2, 'usage', /Unknown option '--zzzzzzzz'\. See `stint demo --help`/],
  ['demo --seed', 2, 'usage', /'--seed <n>' argument missing/],
  ['demo --seed abc', 2, 'usage', new RegExp(`--seed is "abc"; ${COUNT} 0`)],
  ['demo --seed -1', 2, 'usage', new RegExp(`--seed is "-1"; ${COUNT} 0`)],
  ['demo --seed 99999999999999999999', 2, 'usage', /--seed is "99999999999999999999"/],
  ["demo --seed ''", 2, 'usage', /--seed is ""/],
  ['demo --config x.yaml', 2, 'usage', /Unknown option '--config'/],
  // init
  ['init extra', 2, 'usage', /Too many arguments for 'init'/],
  ['init --permissions all', 2, 'usage', /--permissions is "all"\. It must be one of read, edit, full/],
  ["init --permissions ''", 2, 'usage', /--permissions is ""/],
  ['init --yes', 2, 'config_exists', /There is a stint\.yaml in .*not touched/],
  ['init --yes --config x.yaml', 2, 'usage', /Unknown option '--config'/],
  ['init --yes --set permissions=full', 2, 'usage', /Unknown option '--set'/],
  ['init --yes -C nowhere', 2, 'no_folder', /no folder .*nowhere\. .*-C DIR/],
  ['init --yes -C stint.yaml', 2, 'no_folder', /stint\.yaml is a file, and no folder/],
  // doctor
  ['doctor extra', 2, 'usage', /Too many arguments for 'doctor'/],
  ['doctor --fix', 2, 'usage', /Unknown option '--fix'\. See `stint doctor --help`/],
  ['doctor -C nowhere', 2, 'no_folder', /no folder .*nowhere/],
  ['doctor -C stint.yaml', 2, 'no_folder', /is a file, and no folder/],
  ['doctor --set nonsense', 2, 'usage', /--set is "nonsense"\. Write it as --set section\.key=value/],
  // config
  ['config', 2, 'usage', /Missing required argument 'what'\. See `stint config --help`/],
  ['config list', 2, 'usage', /"list" is nothing that `stint config` does.*show and validate/],
  ['config show extra', 2, 'usage', /Too many arguments for 'config'/],
  ['config validate', 2, 'prompt_missing', /prompt file .*lost\.md of lost cannot be read\. Write it/],
  ['config validate --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml in .*--config FILE/],
  ['config validate --config .', 2, 'config_unreadable', /project cannot be read: it is a folder/],
  ["config validate --config ''", 2, 'usage', /--config is ""/],
  ['config validate --config /proc/self/mem', 2, 'config_unreadable', /\/proc\/self\/mem cannot be read: E/],
  [
    'config validate --config /dev/zero',
    2,
    'config_unreadable',
    /\/dev\/zero cannot be read: it is no regular/,
  ],
  ['config validate --config stint.yaml/x', 2, 'no_config', /There is no x in .*stint\.yaml/],
  ['config show --set permissions', 2, 'usage', /--set is "permissions"/],
  ['config show --set =full', 2, 'usage', /--set is "=full"/],
  ['config show --set a.b=c', 2, 'config_unknown_key', /--set a\.b: "a" is no setting\. Known here: version/],
  ['config show --set supervise.silense=5m', 2, 'config_unknown_key', /Did you mean "silence"\?/],
  ['config show --set supervise.silence=', 2, 'config_invalid', /supervise\.silence is empty; it must be/],
  ['config show --set supervise.silence=soon', 2, 'config_invalid', /--set supervise\.silence: .*"soon"/],
  ["config show --set 'supervise.silence=['", 2, 'config_syntax', /is "\[", which cannot be read/],
  ['config show --set schedule.top=-1', 2, 'config_invalid', /schedule\.top is "-1"; it must be at least 1/],
  [
    'config show --set categories.__proto__.prompt=x',
    2,
    'config_invalid',
    /--set categories\S*: "__proto__" cannot be/,
  ],
  ['config show --set __proto__.x=1', 2, 'config_unknown_key', /"__proto__" is no setting/],
  ["config show --set 'categories.code.check=a | b'", 2, 'config_invalid', /has "\|".*only a shell/],
  // plan
  ['plan extra', 2, 'usage', /Too many arguments for 'plan'/],
  ['plan --exitcode', 2, 'usage', /Did you mean --exit-code\?/],
  ['plan --top', 2, 'usage', /'--top <n>' argument missing/],
  ['plan --top 0', 2, 'usage', new RegExp(`--top is "0"; ${COUNT} 1 to 100`)],
  ['plan --top 101', 2, 'usage', /--top is "101"/],
  ['plan --top 1.5', 2, 'usage', /--top is "1\.5"/],
  ['plan --top many', 2, 'usage', /--top is "many"/],
  ['plan --seed 2147483648', 2, 'usage', /--seed is "2147483648"/],
  ['plan --why cod', 2, 'unknown_category', /no category "cod"\. Did you mean "code"\?/],
  ["plan --why ''", 2, 'unknown_category', /no category ""/],
  ['plan --replay last', 2, 'unknown_choice', /No choice is stored yet\. .*`stint fanout`/],
  ['plan --replay 7', 2, 'unknown_choice', /There is no stored choice 7/],
  ['plan --replay zz9', 2, 'unknown_session', /No session's id starts with "zz9"/],
  ["plan --replay ''", 2, 'unknown_session', /starts with ""/],
  ['plan --replay last --seed 7', 2, 'usage', /--seed is for a new choice, and --replay shows an old one/],
  ['plan --replay last --top 2', 2, 'usage', /--top is for a new choice/],
  ['plan --replay last --prompt', 2, 'usage', /--prompt is for a new choice/],
  ["plan -C ''", 2, 'usage', /-C is ""\. Name one, or leave the option out/],
  // run
  ['run cod', 2, 'unknown_category', /stint\.yaml has no category "cod"\. Did you mean "code"\?/],
  ['run xyzzyx', 2, 'unknown_category', /no category "xyzzyx"\. There are: code, docs/],
  ["run ''", 2, 'unknown_category', /no category ""/],
  ['run code docs', 2, 'usage', /"docs" is one word too many/],
  ['run code --tiemout 5m', 2, 'usage', /Did you mean --timeout\?/],
  ['run code --timeout 5m', 2, 'usage', /--timeout is for --wrap; "code" has its own/],
  ['run code --category docs', 2, 'usage', /--category is for --wrap/],
  ['run code -C nowhere', 2, 'no_folder', /no folder .*nowhere/],
  ['run code -C stint.yaml', 2, 'no_folder', /is a file, and no folder/],
  ['run code -C', 2, 'usage', /'-C <dir>' argument missing/],
  ['run code --config .', 2, 'config_unreadable', /it is a folder/],
  ['run lost', 2, 'prompt_missing', /prompt file .*lost\.md of lost cannot be read/],
  ['run based', 2, 'unknown_base', /base "origin\/none" of based is no commit/],
  ['run absent', 1, 'harness_missing', /harness none: there is no program "no-such-agent" on PATH/],
  ['run code --seed x', 2, 'usage', new RegExp(`--seed is "x"; ${COUNT} 0`)],
  ['run code --choice 1', 2, 'usage', /--choice is for --start/],
  ['run code --start ../x', 2, 'usage', /--start is "\.\.\/x", which is no session's id/],
  // run --slot
  ['run --slot', 2, 'usage', /--slot needs --prompt, and words in it/],
  ["run --slot --prompt ' '", 2, 'usage', /--slot needs --prompt/],
  ['run --prompt x', 2, 'usage', /--prompt is for --slot/],
  ['run code --prompt x', 2, 'usage', /--prompt is for --slot; a category has its own/],
  ['run --slot --prompt x --seed 7', 2, 'usage', /--seed is for a choice/],
  ['run --slot --prompt x --respawn', 2, 'usage', /--respawn is for categories, and --slot is work beside/],
  ['run --slot --prompt x --wrap -- true', 2, 'usage', /--slot and --wrap are two ways/],
  ['run cod --slot --prompt x', 2, 'unknown_category', /Did you mean "code"\?/],
  // run --wrap
  ['run --wrap --seed 7 -- true', 2, 'usage', /--seed is for categories of stint\.yaml, and this is --wrap/],
  [
    'run --wrap --respawn -- true',
    2,
    'usage',
    /--respawn is for categories of stint\.yaml, and this is --wrap/,
  ],
  ['run code --respawn --key k', 2, 'usage', /--respawn does the same again, and --key does it once/],
  ['run code --respawn yes', 2, 'usage', /"yes" is one word too many/],
  ['run --wrap', 2, 'usage', /no command to wrap.*stint run --wrap -- /],
  ["run --wrap -- ''", 2, 'usage', /no command to wrap/],
  ['run --wrap ls -la', 2, 'usage', /Unknown option '-la'/],
  ['run --wrap -- no-such-program', 1, 'harness_missing', /no program "no-such-program" on PATH/],
  ['run --wrap -- ./stint.yaml', 1, 'harness_missing', /"\.\/stint\.yaml" is no file that can be run/],
  ['run --wrap --timeout soon -- true', 2, 'usage', /--timeout is "soon"\. It must be a duration such as/],
  ['run --wrap --timeout 0s -- true', 2, 'usage', /--timeout is "0s"/],
  ['run --wrap --timeout -5m -- true', 2, 'usage', /--timeout is "-5m"/],
  ['run --wrap --timeout 999d -- true', 2, 'usage', /--timeout is "999d".*at most 24d/],
  ["run --wrap --timeout '' -- true", 2, 'usage', /--timeout is ""/],
  ['run --wrap --category ../x -- true', 2, 'usage', /--category is "\.\.\/x"\. It must be letters/],
  ['run --wrap --config nowhere.yaml -- true', 2, 'no_config', /no nowhere\.yaml/],
  // fanout, status
  ['fanout extra', 2, 'usage', /Too many arguments for 'fanout'/],
  ['fanout --topp 3', 2, 'usage', /Did you mean --top\?/],
  ['fanout --top 0', 2, 'usage', /--top is "0"/],
  ['fanout --seed x', 2, 'usage', /--seed is "x"/],
  ['fanout --detached', 2, 'usage', /Unknown option '--detached'\. Did you mean --detach\?/],
  ['fanout --detach yes', 2, 'usage', /Too many arguments for 'fanout'/],
  ['fanout --detach --systemd', 2, 'usage', /'--systemd' cannot be used with option '--detach'/],
  ['fanout --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  ['status extra', 2, 'usage', /Too many arguments for 'status'/],
  ['status --jsn', 2, 'usage', /Did you mean --json\?/],
  ['status --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  ['status -C /', 2, 'no_repository', /no git repository in \/\. .*git init/],
  // pull
  [
    'pull',
    2,
    'cannot_pull',
    /main in .* follows no branch of a remote\. Name one with `git branch --set-upstream-to=/,
  ],
  ['pull origin', 2, 'usage', /Too many arguments for 'pull'/],
  ['pull --rebase', 2, 'usage', /Unknown option '--rebase'\. See `stint pull --help`/],
  ['pull -C nowhere', 2, 'no_folder', /no folder .*nowhere/],
  ['pull -C /', 2, 'no_repository', /no git repository in \//],
  ['pull --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  // sessions, show, logs
  ['sessions extra', 2, 'usage', /Too many arguments for 'sessions'/],
  ['sessions --outcome great', 2, 'usage', /--outcome is "great"\. It must be one of productive/],
  ['sessions --limit 0', 2, 'usage', /--limit is "0"/],
  ['sessions --limit -1', 2, 'usage', /--limit is "-1"/],
  ['sessions --limit 9999999', 2, 'usage', /--limit is "9999999"/],
  ["sessions --category ''", 2, 'usage', /--category is "", which is no category's name/],
  ['show', 2, 'usage', /Missing required argument 'id'/],
  ['show zzzz', 2, 'unknown_session', /No session's id starts with "zzzz"\. See `stint sessions`/],
  [
    'show ab000000',
    2,
    'ambiguous_session',
    /"ab000000" could be ab00000001, ab00000002\. Give more of the id/,
  ],
  ['show a b', 2, 'usage', /Too many arguments for 'show'/],
  ["show ''", 2, 'unknown_session', /starts with ""/],
  ['show ../../etc', 2, 'unknown_session', /starts with "\.\.\/\.\.\/etc"/],
  ['show --wy ab', 2, 'usage', /Did you mean --why\?/],
  ['hook', 2, 'usage', /Missing required argument 'event'/],
  ['install', 2, 'usage', /Missing required argument 'what'/],
  ['install emacs', 2, 'usage', /"emacs" is nothing that `stint install` knows/],
  ["run code --key ''", 2, 'usage', /--key is ""\. It must be 1 to 200 letters/],
  ["run code --key 'a b'", 2, 'usage', /--key is "a b"/],
  ['stop', 2, 'usage', /There is no session to stop\. Name one, or give --all/],
  ['stop ab00000001 --all', 2, 'usage', /Both a session and --all are given/],
  ['stop zzzz', 2, 'unknown_session', /No session's id starts with "zzzz"/],
  ['marker', 2, 'usage', /Missing required argument 'what'/],
  ['marker drop -- true', 2, 'usage', /"drop" is nothing that `stint marker` does\. It does hold/],
  ['marker hold', 2, 'usage', /There is no command to run/],
  ['marker hold --for soon -- true', 2, 'usage', /--for is "soon"\. It must be a duration/],
  ['marker hold --label ../x -- true', 2, 'usage', /--label is "\.\.\/x"/],
  ['show ab00000001 --at +5s', 2, 'usage', /--at is for --replay/],
  ['show ab00000001 --replay --at soon', 2, 'usage', /--at is "soon"\. It must be a moment such as/],
  ['show ab00000001 --replay --set gate.rate=1', 2, 'usage', /A replay can try other limits only/],
  [
    'show ab00000001 --replay --set supervise.silence=long',
    2,
    'usage',
    /--set supervise\.silence: it must be/,
  ],
  ['show ab00000001 --replay', 1, 'no_pulses', /Nothing is written of how session ab00000001/],
  ['logs', 2, 'usage', /Missing required argument 'id'/],
  ['logs zzzz', 2, 'unknown_session', /starts with "zzzz"/],
  ['logs ab', 2, 'ambiguous_session', /could be/],
  ["logs '*'", 2, 'unknown_session', /starts with "\*"/],
  ['logs ab00000001', 1, 'no_output', /Session ab00000001 has no output in .*stdout/],
  ['logs --flow ab', 2, 'usage', /Did you mean --follow\?/],
  // resume
  ['resume cod', 2, 'unknown_category', /no category "cod"\. Did you mean "code"\?/],
  ["resume ''", 2, 'unknown_category', /no category ""/],
  ['resume code docs', 2, 'usage', /Too many arguments for 'resume'/],
  ['resume code --all', 2, 'usage', /Both a name and --all are given/],
  ['resume --account', 2, 'usage', /'--account <name>' argument missing/],
  [
    'resume --account nobody',
    2,
    'unknown_account',
    /No account "nobody" is parked or configured here\. There are: /,
  ],
  ["resume --account ''", 2, 'unknown_account', /No account ""/],
  ['resume --harness scrip', 2, 'unknown_harness', /No harness "scrip" .*Did you mean "script"\?/],
  ['resume --acount team', 2, 'usage', /Did you mean --account\?/],
  ['resume -C nowhere', 2, 'no_folder', /no folder .*nowhere/],
  // land
  ['land', 2, 'usage', /Missing required argument 'id'/],
  ['land zzzz', 2, 'unknown_session', /starts with "zzzz"/],
  ['land ab', 2, 'ambiguous_session', /could be/],
  ['land a b', 2, 'usage', /Too many arguments for 'land'/],
  ['land ab00000001', 75, 'not_recorded', /Session ab00000001 has no record yet\. Try again when it has/],
  ['land ab00000001 --how merge', 2, 'usage', /--how is "merge"\. It must be one of rebase, push, pr/],
  ["land ab00000001 --how ''", 2, 'usage', /--how is ""/],
  ['land ab00000001 --nocheck', 2, 'usage', /Did you mean --no-check\?/],
  // learn
  ['learn', 2, 'usage', /Missing required argument 'what'/],
  ['learn forget', 2, 'usage', /"forget" is nothing that `stint learn` does\. It does show and rebuild/],
  ['learn show extra', 2, 'usage', /Too many arguments for 'learn'/],
  ['learn show --catgory code', 2, 'usage', /Did you mean --category\?/],
  ['learn show --category cod', 2, 'unknown_category', /--category is "cod", of which nothing is known/],
  ["learn show --category ''", 2, 'unknown_category', /--category is "", which is no category's name/],
  ['learn rebuild --category code', 2, 'usage', /--category is for show; all beliefs are rebuilt/],
  ['learn show --set learn.prior=0', 2, 'config_invalid', /learn\.prior is "0"; it must be at least 0\.5/],
  ['learn show --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  // report
  ['report', 2, 'usage', /Missing required argument 'what'/],
  ['report speed', 2, 'usage', /no report "speed"\. There are: reliability/],
  ['report __proto__', 2, 'usage', /no report "__proto__"\. There are: reliability, concurrency, categories/],
  ['report concurrency extra', 2, 'usage', /Too many arguments for 'report'/],
  [
    'report concurrency --since soon',
    2,
    'usage',
    /--since is "soon"\. It must be a duration such as 90m, 2h or 7d/,
  ],
  ["report concurrency --since ''", 2, 'usage', /--since is ""/],
  ['report categories --since 0s', 2, 'usage', /--since is "0s"/],
  ['report categories --since 9999d', 2, 'usage', /--since is "9999d".*at most 3650d/],
  ['report categories --since -7d', 2, 'usage', /--since is "-7d"/],
  ['report concurrency --last 5', 2, 'usage', /--last is not for `report concurrency`/],
  ['report categories --from x.jsonl', 2, 'usage', /--from is not for `report categories`/],
  ['report reliability --since 7d', 2, 'usage', /--since is not for `report reliability`/],
  ['report reliability extra', 2, 'usage', /Too many arguments for 'report'/],
  ['report reliability --last 0', 2, 'usage', /--last is "0"/],
  ['report reliability --recent x', 2, 'usage', /--recent is "x"/],
  ['report reliability --recent 5 --compare 6', 2, 'usage', /--compare <n>' cannot be used with .*--recent/],
  ['report reliability --last 10 --recent 10', 2, 'usage', /newest 10 .* of the last 10: there are none/],
  // audit
  ['audit extra', 2, 'usage', /Too many arguments for 'audit'/],
  ['audit --fxi', 2, 'usage', /Did you mean --fix\?/],
  ['audit --dry-run', 2, 'usage', /--dry-run is for --fix/],
  ['audit --threshold 0.05', 2, 'usage', /--threshold is "0\.05"; it must be a grade from 0\.1 to 1/],
  ['audit --threshold 2', 2, 'usage', /--threshold is "2"/],
  ['audit --threshold many', 2, 'usage', /--threshold is "many"/],
  ["audit --threshold ''", 2, 'usage', /--threshold is ""/],
  ['audit --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  // amend
  ['amend', 2, 'usage', /Which session is to be amended\? Write `stint amend ID field=value --why/],
  ['amend ab00000001', 2, 'usage', /Nothing is said of ab00000001/],
  ['amend ab00000001 outcome=noop', 2, 'usage', /A correction needs a reason\. Say it with --why/],
  ["amend ab00000001 outcome=noop --why ' '", 2, 'usage', /--why is ""/],
  ['amend ab00000001 outcome=great --why x', 2, 'usage', /outcome is "great"\. It must be one of productive/],
  ['amend ab00000001 outcom=noop --why x', 2, 'usage', /"outcom" cannot be amended\. Did you mean "outcome"/],
  ['amend ab00000001 commits=1 --why x', 2, 'usage', /"commits" cannot be amended\. .*outcome, grade/],
  ['amend ab00000001 __proto__=1 --why x', 2, 'usage', /"__proto__" cannot be amended/],
  ['amend ab00000001 outcome --why x', 2, 'usage', /"outcome" has no value\. Write it as outcome=value/],
  ['amend ab00000001 grade=2 --why x', 2, 'usage', /grade is "2"\. It must be a number from 0 to 1/],
  ['amend ab00000001 grade= --why x', 2, 'usage', /grade is ""/],
  ['amend ab00000001 grade=0 grade=1 --why x', 2, 'usage', /grade is said twice/],
  ['amend ab00000001 failureModes=lazy --why x', 2, 'usage', /failureModes is "lazy"\. .*abandoned_loop/],
  ['amend ab00000001 category=../x --why x', 2, 'usage', /category is "\.\.\/x"/],
  ['amend ab00000001 attended=maybe --why x', 2, 'usage', /attended is "maybe"\. .*yes, no, unknown/],
  ['amend ab00000001 grade=0.5 --why x', 1, 'not_recorded', /Session ab00000001 has no record yet/],
  ['amend zzzz grade=0.5 --why x', 2, 'unknown_session', /starts with "zzzz"/],
  ['amend ab0000000 grade=0.5 --why x', 2, 'ambiguous_session', /could be ab00000001, ab00000002/],
  ['amend --rejudge --delayed', 2, 'usage', /'--rejudge' cannot be used with option '--delayed'/],
  ['amend --delayed ab00000001', 2, 'usage', /--delayed looks at all sessions/],
  ['amend ab00000001 --rejudge grade=1', 2, 'usage', /"grade=1" and --rejudge cannot go together/],
  ['amend --rejudge --since soon', 2, 'usage', /--since is "soon"\. It must be a duration/],
  ['amend --since 7d', 2, 'usage', /--since is for --rejudge and --delayed/],
  ['amend --delayed --since soon', 2, 'usage', /--since is "soon"\. It must be a duration/],
  ['amend --config nowhere.yaml --delayed', 2, 'no_config', /no nowhere\.yaml/],
  ['report reliability --from', 2, 'usage', /'--from <file>' argument missing/],
  ['report reliability --from nowhere.jsonl', 2, 'no_file', /There is no .*nowhere\.jsonl/],
  ["report reliability --from ''", 2, 'usage', /name of a file is empty/],
  // export
  ['export extra', 2, 'usage', /Too many arguments for 'export'/],
  [
    'export --since soon',
    2,
    'usage',
    /--since is "soon"\. It must be a duration such as 12h or 7d, or a date/,
  ],
  ['export --since 9999-01-01', 2, 'usage', /--since is "9999-01-01".*in the past/],
  ['export --category ../x', 2, 'usage', /--category is "\.\.\/x", which is no category's name/],
  ["export --out ''", 2, 'usage', /--out is ""/],
  [
    'export --out nowhere/x.jsonl',
    1,
    'out_unwritable',
    /nowhere\/x\.jsonl cannot be written: there is no folder \S+\/nowhere\. Make the folder/,
  ],
  ['export --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  // import
  ['import nowhere.jsonl', 2, 'no_file', /There is no .*nowhere\.jsonl\. Name a file or a folder/],
  ['import stint.yaml --all', 2, 'usage', /--all goes without a path/],
  ['import stint.yaml --repo', 2, 'usage', /'--repo <dir>' argument missing/],
  ["import stint.yaml --repo ''", 2, 'usage', /--repo is empty/],
  ['import stint.yaml --repo nowhere', 2, 'no_folder', /no folder .*nowhere/],
  ['import stint.yaml --repo ..', 2, 'no_repository', /is no git repository\. Name one with --repo/],
  ["import ''", 2, 'usage', /name of a file is empty/],
  ['import /dev/null', 2, 'not_a_file', /\/dev\/null is no file/],
  ['import /proc/self/mem', 2, 'file_unreadable', /it cannot be read \(E/],
  ['import stint.yaml --agian', 2, 'usage', /Did you mean --again\?/],
  ['import stint.yaml -C nowhere', 2, 'no_folder', /no folder .*nowhere/],
  ['import stint.yaml --config nowhere.yaml', 2, 'no_config', /no nowhere\.yaml/],
  // declare, completion
  ['declare', 2, 'usage', /--reason <text>' not specified/],
  ['declare finished --reason x', 2, 'usage', /"finished" cannot be declared\. Declare one of noop/],
  ['declare done --reason', 2, 'usage', /'--reason <text>' argument missing/],
  ["declare done --reason ''", 2, 'usage', /--reason is ""\. Say why/],
  ['declare done extra --reason x', 2, 'usage', /Too many arguments for 'declare'/],
  ['declare done --reason x', 2, 'not_in_session', /not inside a stint session: STINT_SESSION_ID is not set/],
  ['completion', 2, 'usage', /name of a shell is missing\. Name one of bash, zsh, fish/],
  ['completion tcsh', 2, 'usage', /"tcsh" is no shell that stint knows/],
  ['completion bash zsh', 2, 'usage', /"zsh" is one word too many/],
  ['completion bash -C /tmp', 2, 'usage', /Unknown option '-C'/],
];

/** A valid head and tail, to break one line at a time. */
const HEAD = 'version: 1\nharnesses: { a: { command: ["true"] } }\n';
const TAIL = 'categories: { code: { prompt: x } }\n';
const category = (setting: string): string => `${HEAD}categories: { code: { prompt: x, ${setting} } }\n`;
const harness = (value: string): string => `version: 1\nharnesses: { a: ${value} }\n${TAIL}`;
const top = (line: string): string => `${HEAD}${TAIL}${line}\n`;

type File = readonly [text: string, code: string, says: RegExp];

const FILES: readonly File[] = [
  // no YAML
  ['version: 1\ncategories:\n\tcode: {}\n', 'config_syntax', /yaml:3:1: .*Tabs are not allowed/],
  ['version: 1\nversion: 1\n', 'config_syntax', /yaml:2:1: .*keys must be unique/],
  [`${HEAD}categories:\n  a: {}\n  a: {}\n`, 'config_syntax', /yaml:5:3: .*keys must be unique/],
  ['version: [1', 'config_syntax', /yaml:1:\d+: .*end with a \]/],
  ['version: 1\n harnesses: {}\n', 'config_syntax', /yaml:1:10: /],
  ['version: *x\n', 'config_syntax', /Unresolved alias.*Set the anchor before/],
  [`${HEAD}${TAIL}---\nversion: 1\n`, 'config_syntax', /yaml:4:1: .*several documents/],
  [`${HEAD}${TAIL.replace('x', '!!js/function x')}`, 'config_syntax', /yaml:3:\d+: .*Unresolved tag/],
  // wrong types, level by level
  ['', 'config_invalid', /yaml:1:1: version is missing; it must be 1/],
  ['- version: 1\n', 'config_invalid', /yaml:1:1: the file is a list; it must be a map/],
  ['stint\n', 'config_invalid', /yaml:1:1: the file is "stint"; it must be a map/],
  [TAIL, 'config_invalid', /version is missing/],
  [`version: 2\n${TAIL}`, 'config_invalid', /yaml:1:10: version is "2"; it must be 1/],
  [`version:\n${TAIL}`, 'config_invalid', /version is empty; it must be 1/],
  [HEAD, 'config_invalid', /categories is missing; it must be a map of names/],
  [`${HEAD}categories: {}\n`, 'config_invalid', /yaml:3:13: categories is an empty map; .*at least one/],
  [`${HEAD}categories: [code]\n`, 'config_invalid', /categories is a list; it must be a map/],
  [`${HEAD}categories: { code: x }\n`, 'config_invalid', /categories\.code is "x"; it must be a map/],
  [`${HEAD}categories: { code: }\n`, 'config_invalid', /categories\.code is empty/],
  [`${HEAD}categories: { 'a b': { prompt: x } }\n`, 'config_invalid', /yaml:3:15: "a b": .*category name/],
  [
    `${HEAD}categories: { code: { prompt: x }, __proto__: { prompt: x } }\n`,
    'config_invalid',
    /yaml:3:\d+: "__proto__"/,
  ],
  [category('artefacts: { __proto__: x }'), 'config_invalid', /yaml:3:\d+: "__proto__" cannot be a name/],
  [`version: 1\nharnesses: [a]\n${TAIL}`, 'config_invalid', /yaml:2:12: harnesses is a list/],
  [top('permissions: all'), 'config_invalid', /"all"; it must be one of read, edit, full/],
  [top('preamble: "yes"'), 'config_invalid', /yaml:4:11: preamble is "yes"; it must be true or false/],
  [top('stateDir: 5'), 'config_invalid', /stateDir is "5"; it must be text/],
  [top('worktreeDir: ""'), 'config_invalid', /worktreeDir is ""; it must not be empty/],
  [top('supervise: 5m'), 'config_invalid', /supervise is "5m"; it must be a map/],
  [top('supervise: { silence: 5 }'), 'config_invalid', /supervise\.silence is "5"; it must be a duration/],
  [top('supervise: { sample: 10ms }'), 'config_invalid', /sample is "10ms"; it must be at least 50ms/],
  [top('supervise: { output: 0B }'), 'config_invalid', /output is "0B"; it must be a size such as/],
  [top('supervise: { grace: 0s }'), 'config_invalid', /grace is "0s"; it must be longer than 0/],
  [top('schedule: { top: 0 }'), 'config_invalid', /schedule\.top is "0"; it must be at least 1/],
  [top('schedule: { top: 1000 }'), 'config_invalid', /schedule\.top is "1000"; it must be at most 100/],
  [top('schedule: { maxConcurrent: many }'), 'config_invalid', /"many"; it must be a number/],
  [top('schedule: { cooldown: 9999999d }'), 'config_invalid', /"9999999d"; it must be at most 365d/],
  [harness('{ command: 5 }'), 'config_invalid', /harnesses\.a\.command is "5"; it must be a command/],
  [harness('{ command: [] }'), 'config_invalid', /command is an empty list; it must name a program/],
  [harness('{ type: cursor, command: a }'), 'config_invalid', /"cursor"; .*command, claude-code, codex/],
  [harness('{ command: a, model: 5 }'), 'config_invalid', /model is "5"; it must be a name, or a list/],
  [harness('{ command: a, format: json }'), 'config_invalid', /format is "json"; it must be one of text/],
  [category('timeout: 45'), 'config_invalid', /yaml:3:\d+: categories\.code\.timeout is "45"/],
  [category('timeout: -5m'), 'config_invalid', /timeout is "-5m"; it must be a duration/],
  [category('timeout: 0s'), 'config_invalid', /timeout is "0s"; it must be longer than 0/],
  [category('timeout: 99999999999999999999d'), 'config_invalid', /it must be a duration/],
  [category('maxTurns: 1.5'), 'config_invalid', /maxTurns is "1\.5"; it must be a whole number/],
  [category('softDeadline: 120%'), 'config_invalid', /"120%"; it must be a percentage/],
  [category('softDeadline: 0%'), 'config_invalid', /"0%"; it must be longer than 0/],
  [category('isolation: docker'), 'config_invalid', /"docker"; it must be one of worktree, shared/],
  [category('copy: .env'), 'config_invalid', /copy is "\.env"; it must be a list/],
  [category('copy: [5]'), 'config_invalid', /copy\.0 is "5"; it must be text/],
  [category('shell: "yes"'), 'config_invalid', /shell is "yes"; it must be true or false/],
  [category('check: ""'), 'config_invalid', /check is ""; it must name a program/],
  // unknown keys, level by level
  [top('harness: {}'), 'config_unknown_key', /yaml:4:1: "harness" .*Did you mean "harnesses"\?/],
  [top('qqqqqqqq: 1'), 'config_unknown_key', /"qqqqqqqq" is no setting\. Known here: version/],
  [top('supervise: { silens: 5m }'), 'config_unknown_key', /Did you mean "silence"\?/],
  [top('schedule: { tops: 5 }'), 'config_unknown_key', /Did you mean "top"\?/],
  [harness('{ comand: a }'), 'config_unknown_key', /"harnesses\.a\.comand" .*Did you mean "command"\?/],
  [category('promt: y'), 'config_unknown_key', /"categories\.code\.promt" .*Did you mean "prompt"\?/],
  [category('supervise: { silense: 5m }'), 'config_unknown_key', /code\.supervise\.silense/],
  // what cannot be together, or cannot be meant
  [category('promptFile: y'), 'config_invalid', /code has both prompt and promptFile\. Keep one/],
  [category('timeout: 10m').replace('prompt: x, ', ''), 'config_invalid', /code has no prompt\. Add/],
  [category('prompt: " "').replace('prompt: x, ', ''), 'config_invalid', /it must say what to do/],
  [category('timeout: 10m, softDeadline: 20m'), 'config_invalid', /\(20m\) lies after .*\(10m\)\. Lower/],
  [category('timeout: 10m, supervise: { silence: 20m }'), 'config_invalid', /\(20m\) is longer than/],
  [
    top('supervise: { sample: 30m }'),
    'config_invalid',
    /yaml:4:22: .*\(30m\) is longer than the silence \(20m\)/,
  ],
  [category('supervise: { silence: 1s, sample: 5s }'), 'config_invalid', /sample \(5s\) is longer than the/],
  [
    top('artefacts: { j: "../*.md" }'),
    'config_invalid',
    /artefacts\.j is "\.\.\/\*\.md", outside the project/,
  ],
  [category('artefacts: { j: [a, /tmp/*] }'), 'config_invalid', /code\.artefacts\.j is "\/tmp\/\*", outside/],
  [
    top('supervise: { silence: 2h }'),
    'config_invalid',
    /silence \(2h\) is longer than the time limit of code/,
  ],
  [category('harness: b'), 'config_invalid', /harness is "b", which is no harness here/],
  [category('harness: []'), 'config_invalid', /harness is an empty list/],
  [`version: 1\n${TAIL}`, 'config_invalid', /categories\.code has no harness\. Add `harness/],
  [harness('{ type: codex, format: text }'), 'config_invalid', /format "text", and it is a codex/],
  [harness('{ format: text }'), 'config_invalid', /harness "a" has no command\. Add `command/],
  [harness('{ command: "a | b" }'), 'config_invalid', /has "\|", which only a shell understands/],
  [category('check: "a && b"'), 'config_invalid', /check has "&", .*`shell: true`/],
  [category('setup: "A=b c"'), 'config_invalid', /setup has the assignment "A="/],
  [category('copy: [../x]'), 'config_invalid', /copy\.0 is "\.\.\/x", outside the project/],
  [`${HEAD}categories: { code: { promptFile: /etc/passwd } }\n`, 'config_invalid', /outside the project/],
];

/** A project with two sessions whose ids begin alike, and categories that cannot start. */
async function knownProject(): Promise<ScratchProject> {
  const none = { command: ['no-such-agent'] };
  const config = JSON.parse(
    configOf({
      code: { prompt: 'true' },
      docs: { prompt: 'true' },
      lost: { promptFile: 'lost.md' },
      based: { prompt: 'true', base: 'origin/none' },
      absent: { prompt: 'true', harness: 'none' },
    }),
  ) as { harnesses: object };
  const project = scratchProject(JSON.stringify({ ...config, harnesses: { ...config.harnesses, none } }));
  expect((await stint(project, 'run', 'docs')).code).toBe(0);
  const database = new SqliteDatabase(path.join(project.stateFolder, 'stint.db'));
  const row = database.prepare<[], Record<string, unknown>>('select * from sessions').get() ?? {};
  const columns = Object.keys(row);
  const insert = database.prepare(
    `insert into sessions (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  for (const id of ['ab00000001', 'ab00000002']) insert.run({ ...row, id });
  database.close();
  return project;
}

/** Hundreds of processes, on a machine that may be busy with others: a limit that only a hang reaches. */
const LONG = { timeout: 1_800_000 };

const scratchOf = (project: ScratchProject): string => path.dirname(project.folder);

/**
 * A snapshot after somebody alone has looked at the databases. Whoever closes one last takes its log away; of two who close
 * it at the same moment each may take the other for the last.
 */
async function quietSnapshot(project: ScratchProject): Promise<Record<string, string>> {
  expect((await stint(project, 'status')).code).toBe(0);
  return snapshot(scratchOf(project));
}

test('wrong calls of every verb', LONG, async () => {
  const project = await knownProject();
  const before = await quietSnapshot(project);
  const misses = await inParallel(CALLS, 3, ([call, exit, code, says]) =>
    findMisses(project, { call, exit, code, says }),
  );
  expect(misses).toEqual([]);
  expect(await quietSnapshot(project)).toEqual(before);
});

test('wrong configurations', LONG, async () => {
  const project = scratchProject();
  mkdirSync(path.join(project.folder, 'bad'));
  for (const [index, [text]] of FILES.entries())
    writeFileSync(path.join(project.folder, 'bad', `${index}.yaml`), text);
  const before = snapshot(scratchOf(project));
  const misses = await inParallel([...FILES.entries()], 3, async ([index, [text, code, says]]) => {
    const call = `run code --config bad/${index}.yaml`;
    const found = await findMisses(project, { call, exit: 2, code, says });
    return found.map((miss) => `${text}${miss}`);
  });
  expect(misses).toEqual([]);
  expect(snapshot(scratchOf(project))).toEqual(before);
});

test('a file that this user may not read', async (context) => {
  if (process.getuid?.() === 0) return context.skip('root may read every file');
  const project = scratchProject(top(''));
  chmodSync(path.join(project.folder, 'stint.yaml'), 0);
  const says = /stint\.yaml cannot be read: EACCES\. See its permissions/;
  expect(await findMisses(project, { call: 'run code', exit: 2, code: 'config_unreadable', says })).toEqual(
    [],
  );
});

/** A PATH with what stint needs but for some. */
function pathWithout(project: ScratchProject, ...missing: string[]): string {
  const folder = path.join(scratchOf(project), `bin-without-${missing.join('-')}`);
  mkdirSync(folder);
  for (const name of ['sh', 'readlink', 'dirname', 'git', 'flock', 'true'].filter(
    (each) => !missing.includes(each),
  ))
    symlinkSync(findProgram(name, '/', process.env) ?? '', path.join(folder, name));
  symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}

interface Surroundings extends Refusal {
  readonly name: string;
  /** Changes the place before the call, and says which variables to set; undefined unsets one. */
  readonly prepare?: (project: ScratchProject) => NodeJS.ProcessEnv | void;
}

const variable = (name: string, value: string, code: string, says: RegExp): Surroundings => ({
  name: `${name}=${value}`,
  prepare: () => ({ [name]: value }),
  call: 'run code',
  exit: 2,
  code,
  says,
});

const layer = (name: string, write: (project: ScratchProject) => void, says: RegExp): Surroundings => ({
  name,
  prepare: write,
  call: 'run code',
  exit: 2,
  code: 'config_unknown_key',
  says,
});

const declared = (name: string, env: NodeJS.ProcessEnv, code: string, says: RegExp): Surroundings => ({
  name,
  prepare: (project) => ({
    STINT_SESSION_ID: rowsOf(project)[0]?.id ?? 'ab00000001',
    STINT_STATE_DIR: project.stateFolder,
    STINT_TOKEN: 'x',
    ...env,
  }),
  call: 'declare done --reason x',
  exit: 2,
  code,
  says,
});

function putPipe(project: ScratchProject, name: string): void {
  rmSync(path.join(project.folder, name), { force: true });
  execFileSync('mkfifo', [path.join(project.folder, name)]);
}

const file = (name: string): string => `/proc/version${name}`;

const SURROUNDINGS: readonly Surroundings[] = [
  variable('STINT_SUPERVISE__SILENCE', 'soon', 'config_invalid', /STINT_SUPERVISE__SILENCE: .*"soon"/),
  variable('STINT_SUPERVISE__SILENSE', '5m', 'config_unknown_key', /no "SILENSE" in supervise\. .*"silence"/),
  variable(
    'STINT_SUPERVISE__SILENCE',
    '[',
    'config_syntax',
    /STINT_SUPERVISE__SILENCE is "\[", which cannot/,
  ),
  variable(
    'STINT_QQQQQQ__BAR',
    '1',
    'config_unknown_key',
    /no "QQQQQQ"\. Known here: (?!.*\b(\w+), (.*, )?\1\b)/,
  ),
  variable('STINT_SUPERVISE__SILENCE', '', 'config_invalid', /supervise\.silence is empty/),
  variable(
    'STINT_SUPERVISE__SILENCE',
    '2h',
    'config_invalid',
    /\(2h\) is longer than the time limit of code/,
  ),
  variable('STINT_SCHEDULE__TOP', 'many', 'config_invalid', /STINT_SCHEDULE__TOP: .*"many"/),
  variable('STINT_CATEGORIES__CODE__TIMEOUT', '-1m', 'config_invalid', /code\.timeout is "-1m"/),
  variable('STINT_CATEGORIES__NOPE__TIMEOUT', '5m', 'config_unknown_key', /there is no "NOPE" in categories/),
  variable('STINT_VERSION', '2', 'config_invalid', /STINT_VERSION: version is "2"/),
  layer(
    "a user's own file",
    (project) => {
      const folder = path.join(project.env['HOME'] ?? '', '.config/stint');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'stint.yaml'), 'supervize: {}\n');
    },
    /home\/\.config\/stint\/stint\.yaml:1:1: "supervize" is no setting\. Did you mean "supervise"\?/,
  ),
  layer(
    'the local file',
    (project) => project.write('stint.local.yaml', 'schedule: { tpo: 1 }\n'),
    /stint\.local\.yaml:1:13: "schedule\.tpo" is no setting\. Did you mean "top"\?/,
  ),
  {
    name: 'a configuration that is a pipe without a writer',
    prepare: (project) => putPipe(project, 'stint.yaml'),
    call: 'run code',
    exit: 2,
    code: 'config_unreadable',
    says: /stint\.yaml cannot be read: it is no regular file\. Name a file with --config/,
  },
  {
    name: 'a prompt that is a pipe without a writer',
    prepare: (project) => {
      project.write('stint.yaml', configOf({ code: { promptFile: 'prompt.md' } }));
      putPipe(project, 'prompt.md');
    },
    call: 'run code',
    exit: 2,
    code: 'prompt_missing',
    says: /prompt file .*prompt\.md of code cannot be read/,
  },
  ...['run code', 'run', 'fanout', 'run --wrap -- true'].map((call) => ({
    name: `a state folder that is a file, ${call}`,
    prepare: () => ({ STINT_STATE_DIR: file('') }),
    call,
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version cannot be written: a file stands where a folder should be\. .*STINT_STATE_DIR/,
  })),
  ...[
    'status',
    'sessions',
    'plan',
    'show ab',
    'report reliability',
    'report concurrency',
    'report categories',
  ].map((call) => ({
    name: `a state folder that is a file, ${call}`,
    prepare: () => ({ STINT_STATE_DIR: file('') }),
    call,
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version cannot be used: a file stands where a folder should be\. .*STINT_STATE_DIR/,
  })),
  {
    name: 'a state folder below a file',
    prepare: () => ({ STINT_STATE_DIR: file('/state') }),
    call: 'run code',
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version\/state cannot be written/,
  },
  ...['STINT_STATE_DIR', 'XDG_STATE_HOME'].map((name) => ({
    name: `${name} below a place that makes no folders`,
    prepare: () => ({ [name]: '/proc/none/state' }),
    call: 'run code',
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/none\/state\S* cannot be written: no folder can be made there\. /,
  })),
  ...[undefined, '', 'relative'].map((home) => ({
    name: `HOME is ${home ?? 'not set'}`,
    prepare: () => ({ HOME: home, XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined }),
    call: 'run cod',
    exit: 2,
    code: 'unknown_category',
    says: /no category "cod"/,
  })),
  ...['run code', 'status', 'init --yes', 'plan'].map((call) => ({
    name: `no git, ${call}`,
    prepare: (project: ScratchProject) => ({ PATH: pathWithout(project, 'git') }),
    call,
    exit: 1,
    code: 'git_missing',
    says: /There is no `git` on PATH\. Install git/,
  })),
  ...['run code', 'fanout', 'run --wrap -- true'].map((call) => ({
    name: `no flock, ${call}`,
    prepare: (project: ScratchProject) => ({ PATH: pathWithout(project, 'flock') }),
    call,
    exit: 1,
    code: 'lock_unsupported',
    says: /There is no `flock` on PATH.*util-linux/,
  })),
  declared('a wrong token', {}, 'unknown_session', /There is no session ab00000001 in .*\.git\/stint/),
  declared('no state', { STINT_STATE_DIR: undefined }, 'not_in_session', /STINT_STATE_DIR is not set/),
  ...['../../x', '$(touch x)', 'ab', 'x'.repeat(5000), 'a\nb', '\u001b[2J'].map((id) =>
    declared(
      `a session id ${JSON.stringify(id.slice(0, 10))}`,
      { STINT_SESSION_ID: id },
      'not_in_session',
      /STINT_SESSION_ID is ".*", which is no session's id/,
    ),
  ),
];

test('wrong surroundings', LONG, async () => {
  const prepared = SURROUNDINGS.map((each) => {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    const env = { ...project.env, ...each.prepare?.(project) };
    return { each, project: { ...project, env }, before: snapshot(scratchOf(project)) };
  });
  const misses = await inParallel(prepared, 3, async ({ each, project, before }) => {
    const found = await findMisses(project, each);
    expect(snapshot(scratchOf(project)), each.name).toEqual(before);
    return found.map((miss) => `${each.name}: ${miss}`);
  });
  expect(misses).toEqual([]);
});

test('a configuration may come through a pipe that the shell hands over', () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const said = execFileSync('sh', ['-c', `cat stint.yaml | '${STINT}' config validate --config /dev/stdin`], {
    cwd: project.folder,
    env: project.env,
    encoding: 'utf8',
  });
  expect(said).toMatch(/\/dev\/stdin is valid/);
});

test('a session declares with its own token only', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  expect((await stint(project, 'run', 'code')).code).toBe(0);
  const [id] = recordedIds(project);
  const before = await quietSnapshot(project);
  for (const token of ['', 'x', '../token']) {
    const env = { STINT_SESSION_ID: id, STINT_STATE_DIR: project.stateFolder, STINT_TOKEN: token };
    const refusal = {
      call: 'declare done --reason x',
      exit: 2,
      code: 'wrong_token',
      says: /STINT_TOKEN is not/,
    };
    expect(await findMisses({ ...project, env: { ...project.env, ...env } }, refusal)).toEqual([]);
  }
  expect(await quietSnapshot(project)).toEqual(before);
});

test('what follows two dashes is not ours: its --json asks for nothing', async () => {
  const project = scratchProject();
  const result = await stint(project, 'run', '--wrap', '--', 'no-such-program', '--json');
  expect(result).toMatchObject({ code: 1, stdout: '' });
});
