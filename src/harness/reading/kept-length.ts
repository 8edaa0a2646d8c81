/** As many characters of a CLI's or a provider's own words, or of what a call is about, as records keep. */
export const KEPT_LENGTH = 300;
