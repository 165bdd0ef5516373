//! A change of a file as a unified diff.

use camino::Utf8Path;
use similar::TextDiff;

/// The diff with three lines of context, ready for `git apply`; empty where nothing differs.
#[must_use]
pub fn unified_diff(file: &Utf8Path, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{file}"), &format!("b/{file}"))
        .to_string()
}
