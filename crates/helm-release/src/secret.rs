//! Name, labels and type of a release Secret.

use std::collections::BTreeMap;

use names::ReleaseName;

use crate::{Release, Revision};

/// The type of every release Secret since Helm 3.
pub const SECRET_TYPE: &str = "helm.sh/release.v1";

const PREFIX: &str = "sh.helm.release.v1.";

/// The labels that Helm sets itself; all others are the operator's.
const SYSTEM: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// The Secret that holds one revision.
#[must_use]
pub fn secret_name(release: &ReleaseName, revision: Revision) -> String {
    format!("{PREFIX}{release}.v{revision}")
}

/// Release and revision of a Secret's name; none where it is not a release Secret's.
#[must_use]
pub fn parse_secret_name(name: &str) -> Option<(ReleaseName, Revision)> {
    let (release, revision) = name.strip_prefix(PREFIX)?.rsplit_once(".v")?;
    // `v01` and `v+1` name no Secret of Helm's.
    let canonical = revision.bytes().all(|byte| byte.is_ascii_digit()) && !revision.starts_with('0');
    Some((release.parse().ok()?, revision.parse().ok().filter(|_| canonical)?))
}

/// The label selector for all revisions of a release.
#[must_use]
pub fn selector(release: &ReleaseName) -> String {
    format!("owner=helm,name={release}")
}

/// The labels that are not Helm's own.
pub(crate) fn custom(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = |key: &String| SYSTEM.contains(&key.as_str());
    labels.iter().filter(|(key, _)| !own(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

impl Release {
    /// The name of the Secret that holds this revision.
    #[must_use]
    pub fn secret_name(&self) -> String {
        secret_name(self.name(), self.revision())
    }

    /// The labels of the Secret that holds this revision: Helm's own and the operator's,
    /// without the two times, which Helm takes from a clock.
    #[must_use]
    pub fn secret_labels(&self) -> BTreeMap<String, String> {
        let mut labels = self.labels().clone();
        labels.insert("name".to_owned(), self.name().to_string());
        labels.insert("owner".to_owned(), "helm".to_owned());
        labels.insert("status".to_owned(), self.status().to_string());
        labels.insert("version".to_owned(), self.revision().to_string());
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_and_only_helms_own_names_do() {
        let hub: ReleaseName = "hub.v2".parse().unwrap();
        let name = secret_name(&hub, Revision::new(12).unwrap());
        assert_eq!(name, "sh.helm.release.v1.hub.v2.v12");
        assert_eq!(parse_secret_name(&name), Some((hub, Revision::new(12).unwrap())));
        for other in
            ["sh.helm.release.v1.hub", "sh.helm.release.v1.hub.v0", "sh.helm.release.v1.hub.v01", "hub.v1"]
        {
            assert_eq!(parse_secret_name(other), None, "{other}");
        }
        assert_eq!(parse_secret_name("sh.helm.release.v1..v1"), None);
        assert_eq!(parse_secret_name("sh.helm.release.v1.hub.v+1"), None);
    }
}
