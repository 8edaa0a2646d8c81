/** What a file of records holds, for people whose file is none. */
export const EXPECTED_FORMATS =
  "expected stint's own export, or session records with `outcome` or `grades`, one JSON object a line";
