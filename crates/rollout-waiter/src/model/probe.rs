//! How long a probe may fail, as the author of the pod has it written down.

use std::time::Duration;

use serde::Deserialize;

use super::lenient;

/// The timing of a probe; what it asks does not matter here.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Not asked before, in seconds.
    #[serde(default, deserialize_with = "lenient::count")]
    pub initial_delay_seconds: i64,
    /// Asked so often, in seconds; absent means ten.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub period_seconds: Option<i64>,
    /// So many failures in a row count; absent means three.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub failure_threshold: Option<i64>,
}

impl Probe {
    /// The time that the author gave the container before its probe counts as failed.
    pub(crate) fn budget(&self) -> Duration {
        let period = self.period_seconds.unwrap_or(10).max(1);
        let failures = self.failure_threshold.unwrap_or(3).max(1);
        let seconds = self.initial_delay_seconds.max(0).saturating_add(period.saturating_mul(failures));
        Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_the_clusters_default() {
        assert_eq!(Probe::default().budget(), Duration::from_secs(30));
        let hub = Probe { initial_delay_seconds: 5, period_seconds: Some(2), failure_threshold: Some(1000) };
        assert_eq!(hub.budget(), Duration::from_secs(2005));
        let hostile = Probe { period_seconds: Some(i64::MAX), failure_threshold: Some(i64::MAX), ..hub };
        assert!(hostile.budget() > Duration::from_secs(u64::MAX / 4));
    }
}
