//! The published schema of a plan.

/// Prints it.
pub(crate) fn schema() {
    anstream::println!("{:#}", release_plan::schema());
}
