//! From the words of Helm and the API server to a class: one table, first match wins.
//!
//! Helm ends with code 1 whatever happened, so there is nothing but its words. The order matters:
//! words that say more stand before words that many failures share.

use crate::{ApiStatus, Class};

/// A rule: every one of these texts must occur, without regard to case.
const RULES: &[(Class, &[&str])] = &[
    (Class::RollbackFailed, &["an error occurred while rolling back the release"]),
    (Class::Pending, &["another operation (install/upgrade/rollback) is in progress"]),
    (Class::TooLarge, &["sh.helm.release.v1.", "too long"]),
    (Class::TooLarge, &["sh.helm.release.v1.", "must have at most 1048576 bytes"]),
    (Class::TooLarge, &["request entity too large"]),
    (Class::Terminating, &["because it is being terminated"]),
    (Class::Quota, &["exceeded quota"]),
    (Class::Quota, &["failed quota"]),
    (Class::NoNamespace, &["namespaces \"", "not found"]),
    // "unreachable" is what Helm says when it is not let in as well, so the tail is looked at first.
    (Class::Unauthorised, &["the server has asked for the client to provide credentials"]),
    (Class::Unauthorised, &["unauthorized"]),
    (Class::Schema, &["values don't meet the specifications of the schema"]),
    (Class::ValuesYaml, &["failed to parse", "error converting yaml to json"]),
    (Class::ValuesYaml, &["failed to parse", "cannot unmarshal"]),
    (Class::ValuesYaml, &["failed to parse", "error unmarshaling json"]),
    (Class::RenderedYaml, &["yaml parse error on"]),
    (Class::RenderedYaml, &["error unmarshaling json", "unable to build kubernetes objects"]),
    (Class::Ownership, &["invalid ownership metadata"]),
    (Class::NoSuchKind, &["no matches for kind"]),
    (Class::NoSuchKind, &["removed kubernetes api(s)"]),
    (Class::Hook, &["hooks failed:"]),
    (Class::Hook, &["failed pre-install:"]),
    (Class::Hook, &["failed post-install:"]),
    (Class::Hook, &["backofflimitexceeded"]),
    (Class::Hook, &["warning: hook "]),
    (Class::Admission, &["admission webhook", "denied the request"]),
    (Class::Admission, &["validatingadmissionpolicy", "denied request"]),
    (Class::WebhookDown, &["failed calling webhook"]),
    (Class::Immutable, &["field is immutable"]),
    (Class::Immutable, &["updates to statefulset spec for fields other than"]),
    (Class::Immutable, &["spec is immutable after creation"]),
    (Class::Immutable, &["may not change once set"]),
    (Class::Conflict, &["apply failed with", "conflict"]),
    (Class::Race, &["release: already exists"]),
    (Class::Race, &["secrets \"sh.helm.release.v1.", "already exists"]),
    (Class::NoDeployed, &["has no deployed releases"]),
    (Class::NoDeployed, &["cannot reuse a name that is still in use"]),
    (Class::NoRevision, &["release has no ", " version"]),
    (Class::NoRevision, &["release: not found"]),
    (Class::Repository, &["unable to get an update from"]),
    (Class::Repository, &["no cached repository for"]),
    (Class::Repository, &["is not a valid chart repository or cannot be reached"]),
    (Class::Dependency, &["failed to perform \"", ": not found"]),
    (Class::Repository, &["failed to perform \""]),
    (Class::Repository, &["failed to fetch http"]),
    (Class::Dependency, &["found in chart.yaml, but missing in charts/"]),
    (Class::Dependency, &["can't get a valid version for"]),
    (Class::Dependency, &["lock file", "out of sync"]),
    (Class::Dependency, &["not found in", "repository"]),
    (Class::Dependency, &["invalid version/constraint format"]),
    (Class::Dependency, &["chart not found in repo"]),
    (Class::Template, &["error calling "]),
    (Class::Template, &["executing \""]),
    (Class::Template, &["parse error at ("]),
    (Class::Template, &["nil pointer evaluating"]),
    (Class::Template, &["execution error at ("]),
    (Class::Chart, &["chart.yaml file is missing"]),
    (Class::Chart, &["unable to detect chart at"]),
    (Class::Chart, &["unable to load chart archive"]),
    (Class::Chart, &["larger than the maximum file size"]),
    (Class::Chart, &["exceeds maximum decompressed size"]),
    (Class::Chart, &["cannot load chart.yaml"]),
    (Class::Chart, &["cannot load values.yaml"]),
    (Class::Chart, &["does not appear to be a gzipped archive"]),
    (Class::Chart, &["validation: chart.metadata"]),
    (Class::Chart, &["chart requires kubeversion"]),
    (Class::Forbidden, &["is forbidden: user", "cannot"]),
    (Class::Forbidden, &["forbidden: user", "cannot"]),
    (Class::Invalid, &["is invalid:"]),
    (Class::Invalid, &["error validating data"]),
    (Class::Invalid, &["strict decoding error"]),
    (Class::Invalid, &["cannot be handled as a"]),
    (Class::Invalid, &["failed to create typed patch object"]),
    (Class::Invalid, &["error validating \""]),
    (Class::NotReady, &["not ready. status:"]),
    (Class::NotReady, &["timed out waiting for the condition"]),
    (Class::NotReady, &["context deadline exceeded"]),
    (Class::Transient, &["etcdserver: request timed out"]),
    (Class::Transient, &["etcdserver: leader changed"]),
    (Class::Transient, &["server is currently unable to handle the request"]),
    (Class::Transient, &["too many requests"]),
    (Class::Transient, &["http2: client connection lost"]),
    (Class::Transient, &[": eof"]),
    (Class::Unreachable, &["the cluster cannot be reached:"]),
    (Class::Unreachable, &["connection refused"]),
    (Class::Unreachable, &["no such host"]),
    (Class::Unreachable, &["cluster unreachable"]),
    (Class::Forbidden, &["forbidden"]),
];

/// The class of a failure, from Helm's message and from what the API server said no to.
pub(crate) fn classify(message: &str, failures: &[ApiStatus]) -> Class {
    let by_words = |text: &str| {
        let text = text.to_lowercase();
        RULES.iter().find(|(_, words)| words.iter().all(|word| text.contains(word))).map(|(class, _)| *class)
    };
    // Helm may have gone on after a refusal and failed of something else, so its own words come first.
    let found = by_words(message).filter(|class| *class != Class::Unreachable && *class != Class::Forbidden);
    found
        .or_else(|| {
            failures
                .iter()
                .rev()
                .find_map(|status| by_code(status.code).or_else(|| by_words(&status.message)))
        })
        .or_else(|| by_words(message))
        .unwrap_or(Class::Unknown)
}

/// What the code alone says: Helm prints "unknown" for some of these.
fn by_code(code: u16) -> Option<Class> {
    match code {
        401 => Some(Class::Unauthorised),
        413 => Some(Class::TooLarge),
        429 => Some(Class::Transient),
        _ => None,
    }
}
