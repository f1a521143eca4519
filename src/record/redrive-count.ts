/** The header that says how often a record was redriven. Believed only on topics that are a group's own. */
export const REDRIVE_COUNT_HEADER = 'x-dlq-redrive-count';
