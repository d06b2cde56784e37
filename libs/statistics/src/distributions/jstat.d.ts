/** What is used of jStat (https://jstat.github.io/distributions.html); it has no types of its own. */
declare module 'jstat' {
  interface Normal {
    cdf(x: number, mean: number, standardDeviation: number): number;
    inv(probability: number, mean: number, standardDeviation: number): number;
  }
  interface StudentT {
    cdf(x: number, degreesOfFreedom: number): number;
  }
  export const jStat: { readonly normal: Normal; readonly studentt: StudentT };
}
