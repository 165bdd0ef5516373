//! The exit codes of `bump` and `deploy`, one table for both.

/// Done; also where there was nothing to do.
pub const DONE: u8 = 0;
/// Failed before anything was changed.
pub const FAILED_BEFORE: u8 = 1;
/// The command line or a file it names is wrong.
pub const USAGE: u8 = 2;
/// Verification failed and nothing was rolled back.
pub const VERIFY_FAILED: u8 = 3;
/// Failed, and all that was touched is as it was before.
pub const ROLLED_BACK: u8 = 4;
/// Failed, and not everything could be settled: a person is needed.
pub const UNSETTLED: u8 = 5;
/// Changes or updates are pending.
pub const PENDING: u8 = 6;
/// The cause lies outside, or cannot be observed.
pub const INCONCLUSIVE: u8 = 7;
/// Refused by a guard.
pub const REFUSED: u8 = 8;
/// The deadline passed, and everything is settled.
pub const DEADLINE: u8 = 70;
/// Interrupted, and everything is settled.
pub const INTERRUPTED: u8 = 130;
