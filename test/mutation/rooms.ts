/** The rooms that take data and return data: their mutants have to fall without a session being started. */
export const ROOMS = ['domain', 'plan', 'supervise', 'judge', 'record', 'learn', 'report'];
