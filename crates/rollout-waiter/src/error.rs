//! Why a rollout could not be observed. A rollout that fails is no error but a verdict.

use std::borrow::Cow;

use names::Namespace;
use problem::{Code, Diagnose, Entry};

/// Why the waiter gives up before it has a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credentials lack a right.
    #[error("these credentials may not {verb} {resource} in namespace {namespace}")]
    Forbidden {
        /// `list` or `watch`.
        verb: &'static str,
        /// As an RBAC rule names it, `deployments.apps`.
        resource: String,
        /// Where.
        namespace: Namespace,
        /// The server's answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// The server refuses the request for another reason than a missing right.
    #[error("the cluster refuses to list {resource} in namespace {namespace}")]
    Refused {
        /// As an RBAC rule names it.
        resource: String,
        /// Where.
        namespace: Namespace,
        /// The server's answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// Not everything could be listed before the deadline.
    #[error("the cluster did not answer within {seconds} s")]
    Unreachable {
        /// The deadline.
        seconds: u64,
        /// The last failure, where there was one.
        #[source]
        source: Option<Box<kube::Error>>,
    },
    /// What was saved is no list of Kubernetes objects.
    #[error("this is no list of Kubernetes objects")]
    NotAList,
    /// What was saved holds no object that can be waited for.
    #[error("the list holds no object that a rollout can wait for")]
    NothingToJudge,
}

const FORBIDDEN: Code = Code::new("rollout.forbidden");
const REFUSED: Code = Code::new("rollout.refused");
const UNREACHABLE: Code = Code::new("rollout.unreachable");
const NOT_A_LIST: Code = Code::new("rollout.not_a_list");
const NOTHING_TO_JUDGE: Code = Code::new("rollout.nothing_to_judge");
/// The rollout failed; carried by a snapshot, not by an error.
pub(crate) const FAILED: Code = Code::new("rollout.failed");
/// The deadline passed; carried by a snapshot, not by an error.
pub(crate) const TIMED_OUT: Code = Code::new("rollout.timed_out");

const SAVE: &str =
    "Save it with `kubectl get deploy,rs,sts,ds,jobs,pods,pvc,svc,events,nodes -n NAMESPACE -o json`.";

/// Every problem of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: FAILED,
        means: "An object of the rollout will not become ready by itself.",
        next: "Read the cause, the pod and the container's last words.",
    },
    Entry {
        code: TIMED_OUT,
        means: "The deadline passed while objects were still in progress.",
        next: "Look at what they wait for, or allow more time.",
    },
    Entry {
        code: FORBIDDEN,
        means: "The credentials may not list or watch a kind of object.",
        next: "Grant get, list and watch on that resource in that namespace.",
    },
    Entry {
        code: REFUSED,
        means: "The cluster refused a list: bad credentials, a bad selector, or a kind that it does not serve.",
        next: "Read the server's answer.",
    },
    Entry {
        code: UNREACHABLE,
        means: "The cluster did not answer before the deadline.",
        next: "Check the address and the network, then wait again.",
    },
    Entry {
        code: NOT_A_LIST,
        means: "What is to be diagnosed is no list of Kubernetes objects.",
        next: SAVE,
    },
    Entry {
        code: NOTHING_TO_JUDGE,
        means: "The list holds no workload, Job, claim or Pod, or none that was there at that time.",
        next: SAVE,
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::Forbidden { .. } => FORBIDDEN,
            Self::Refused { .. } => REFUSED,
            Self::Unreachable { .. } => UNREACHABLE,
            Self::NotAList => NOT_A_LIST,
            Self::NothingToJudge => NOTHING_TO_JUDGE,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Forbidden { resource, namespace, .. } => format!(
                "grant get, list and watch on {resource} in namespace {namespace}; the waiter writes nothing"
            )
            .into(),
            Self::Refused { .. } => {
                "read the server's answer above; credentials, selector and served kinds are the usual reasons"
                    .into()
            }
            Self::Unreachable { .. } => "check the cluster's address and the network, then wait again".into(),
            Self::NotAList | Self::NothingToJudge => SAVE.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, message: &str) -> Box<kube::Error> {
        let status = kube::core::Status::failure(message, "Forbidden").with_code(code);
        Box::new(kube::Error::Api(Box::new(status)))
    }

    #[test]
    fn every_error_says_what_to_do_and_is_in_the_table() {
        let namespace: Namespace = "hub".parse().unwrap();
        let errors = [
            Error::Forbidden {
                verb: "list",
                resource: "deployments.apps".to_owned(),
                namespace: namespace.clone(),
                source: api(403, "no"),
            },
            Error::Refused { resource: "jobs.batch".to_owned(), namespace, source: api(401, "who?") },
            Error::Unreachable { seconds: 600, source: None },
            Error::NotAList,
            Error::NothingToJudge,
        ];
        let text: Vec<String> = errors
            .iter()
            .map(|error| format!("{} | {error} | {}", error.code(), error.help().unwrap()))
            .collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        rollout.forbidden | these credentials may not list deployments.apps in namespace hub | grant get, list and watch on deployments.apps in namespace hub; the waiter writes nothing
        rollout.refused | the cluster refuses to list jobs.batch in namespace hub | read the server's answer above; credentials, selector and served kinds are the usual reasons
        rollout.unreachable | the cluster did not answer within 600 s | check the cluster's address and the network, then wait again
        rollout.not_a_list | this is no list of Kubernetes objects | Save it with `kubectl get deploy,rs,sts,ds,jobs,pods,pvc,svc,events,nodes -n NAMESPACE -o json`.
        rollout.nothing_to_judge | the list holds no object that a rollout can wait for | Save it with `kubectl get deploy,rs,sts,ds,jobs,pods,pvc,svc,events,nodes -n NAMESPACE -o json`.
        ");
        for error in &errors {
            assert!(PROBLEMS.iter().any(|entry| entry.code == error.code()));
        }
    }
}
