/** The part of jstat that is used here; the package ships no types. */
declare module 'jstat' {
  const jstat: { readonly jStat: JStat };
  export default jstat;
  interface JStat {
    readonly beta: {
      /** Quantile function of Beta(alpha, beta). */
      inv(probability: number, alpha: number, beta: number): number;
    };
    readonly studentt: {
      /** Quantile function of Student's t. */
      inv(probability: number, freedom: number): number;
    };
    readonly hypgeom: {
      /** P(k successes in n draws) from a population N with m successes. */
      pdf(k: number, N: number, m: number, n: number): number;
    };
  }
}
