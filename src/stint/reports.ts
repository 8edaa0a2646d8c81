// Reports, apart from the other data: they are types of the library, which must need no types of Node.

export type { CategoriesReport, MeanGrade, RespawnComparison } from '../report/categories.ts';
export type { ConcurrencyReport, LockRow } from '../report/concurrency.ts';
export type { GroupRow, Rate, ReliabilityReport } from '../report/reliability.ts';
