// node parse-bare.ts FOLDER: reads the transcripts of a folder and does nothing with them. A measure for what an import costs.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { transcriptsIn } from './find-transcripts.ts';

let objects = 0;
for (const file of transcriptsIn(process.argv[2] ?? ''))
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    try {
      if (JSON.parse(line)) objects++;
    } catch {
      // Two objects on one line, or none.
    }
  }
console.log(objects);
