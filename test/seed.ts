import fc from 'fast-check';

/**
 * Property tests play the same cases on every run, so that a failure belongs to the change that brought it and not to
 * the day. `FAST_CHECK_SEED=random npm test` looks for new ones; a number plays that number again.
 */
const asked = process.env['FAST_CHECK_SEED'];
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked ?? 20_261_122) });
