//! What an upgrade is asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use names::{Namespace, ReleaseName};

use crate::{Chart, Error, Values};

/// An upgrade of a release, or its first install.
#[derive(Debug, Clone)]
pub struct Upgrade {
    /// The release.
    pub release: ReleaseName,
    /// Where it lives.
    pub namespace: Namespace,
    /// What is installed.
    pub chart: Chart,
    /// The values; later ones win.
    pub values: Vec<Values>,
    /// Labels for the release's record. An upgrade keeps labels of the revision before, so all are
    /// set each time.
    pub labels: BTreeMap<String, String>,
    /// The sentence for the release's history.
    pub description: String,
    /// The time for the whole of it; Helm gets the same for each hook.
    pub timeout: Duration,
    /// How many revisions are kept.
    pub history_max: u32,
    /// Whether a missing namespace is made.
    pub create_namespace: bool,
}

/// Labels that Helm sets itself.
const RESERVED: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

impl Upgrade {
    /// Whether Helm would take it: Helm itself says so only after it has begun.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (key, value) in &self.labels {
            let wrong = |why| Error::Label { label: format!("{key}={value}"), why };
            let (prefix, name) = key.rsplit_once('/').unwrap_or(("", key));
            let is_prefix = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
            if RESERVED.contains(&key.as_str()) {
                return Err(wrong("Helm sets it itself"));
            }
            if name.is_empty() || !is_word(name) || prefix.len() > 253 || !prefix.chars().all(is_prefix) {
                return Err(wrong("its key breaks Kubernetes' rule"));
            }
            // An upgrade takes the label away that is set to this.
            if !is_word(value) || value == "null" {
                return Err(wrong("its value breaks Kubernetes' rule"));
            }
        }
        Ok(())
    }
}

/// At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; or nothing.
fn is_word(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && edge(text.chars().next())
        && edge(text.chars().next_back())
}
