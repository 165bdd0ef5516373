//! What GitHub Actions is told of secrets, so that it masks them in the output of other programs too.

use std::io::Write as _;

/// Tells the runner one value; see [`add_masks`].
pub(crate) fn add_mask(value: &[u8]) {
    add_masks([value]);
}

/// Tells the runner every value that is masked here. The runner takes these lines out of the log; it reads
/// them from standard error, which is less often kept in a file than standard output.
pub(crate) fn add_masks<'s>(values: impl IntoIterator<Item = &'s [u8]>) {
    let mut to = std::io::stderr().lock();
    for line in values.into_iter().flat_map(redact::add_mask) {
        // Without standard error there is no log in which a secret could stand.
        let _ = to.write_all(line.as_bytes());
    }
}
