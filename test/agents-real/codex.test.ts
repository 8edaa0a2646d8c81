import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeAgent } from './scenarios.ts';

const configToml = (url: string): string => `
model = "gpt-5"
model_provider = "stub"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.stub]
name = "stub"
base_url = "${url}/v1"
env_key = "STUB_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
supports_websockets = false
`;

describeAgent({
  kind: 'codex',
  environment: (url, home) => {
    mkdirSync(path.join(home, '.codex'), { recursive: true });
    writeFileSync(path.join(home, '.codex/config.toml'), configToml(url));
    return { STUB_API_KEY: 'dummy' };
  },
});
