//! The sum of all checks.

use std::time::Duration;

use serde::Serialize;

use crate::{CheckResult, Verdict};

/// What the checks say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    /// All that was asked is as it should be.
    Pass,
    /// It works, and something wants attention.
    Degraded,
    /// Something does not work.
    Fail,
    /// Nothing is known to be broken, and not everything could be seen.
    Inconclusive,
}

/// All results, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The sum.
    pub verdict: Overall,
    /// Every check, also the skipped ones.
    pub checks: Vec<CheckResult>,
    /// The image that was launched, with its tag: the resolved commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// How long all of it took.
    pub took: Duration,
}

impl Report {
    pub(crate) fn new(checks: Vec<CheckResult>, image: Option<String>, took: Duration) -> Self {
        Self { verdict: overall(&checks), checks, image, took }
    }

    /// The checks that are neither passed nor skipped.
    pub fn troubles(&self) -> impl Iterator<Item = &CheckResult> {
        self.checks.iter().filter(|check| !matches!(check.verdict, Verdict::Pass | Verdict::Skipped))
    }
}

/// A failure outweighs what could not be seen, and that outweighs what wants attention. Nothing
/// but skipped checks is inconclusive: nothing was seen.
fn overall(checks: &[CheckResult]) -> Overall {
    let any = |verdict| checks.iter().any(|check| check.verdict == verdict);
    if any(Verdict::Fail) {
        Overall::Fail
    } else if any(Verdict::Inconclusive) {
        Overall::Inconclusive
    } else if any(Verdict::Degraded) {
        Overall::Degraded
    } else if any(Verdict::Pass) {
        Overall::Pass
    } else {
        Overall::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;
    use crate::checks::VERSIONS;
    use crate::finding::Finding;

    #[test]
    fn the_worst_verdict_is_the_sum() {
        let cause = Cause::Flaky;
        let check = |finding: Finding| finding.named(VERSIONS, None, Duration::ZERO);
        let [pass, degraded, fail, inconclusive, skipped] = [
            check(Finding::pass("")),
            check(Finding::degraded(cause, "")),
            check(Finding::fail(cause, "")),
            check(Finding::inconclusive(cause, "")),
            check(Finding::skipped("")),
        ];
        let sum = |checks: &[&CheckResult]| overall(&checks.iter().map(|&c| c.clone()).collect::<Vec<_>>());
        assert_eq!(sum(&[]), Overall::Inconclusive);
        assert_eq!(sum(&[&skipped]), Overall::Inconclusive);
        assert_eq!(sum(&[&skipped, &pass]), Overall::Pass);
        assert_eq!(sum(&[&pass, &degraded]), Overall::Degraded);
        assert_eq!(sum(&[&degraded, &inconclusive]), Overall::Inconclusive);
        assert_eq!(sum(&[&inconclusive, &fail, &pass]), Overall::Fail);
    }
}
