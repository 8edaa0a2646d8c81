import { describeAgent } from './scenarios.ts';

describeAgent({
  kind: 'claude-code',
  environment: (url) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // It runs as root only where somebody says that this is a sandbox.
    IS_SANDBOX: '1',
  }),
});
