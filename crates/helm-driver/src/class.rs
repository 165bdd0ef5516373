//! The table of problems: code, meaning, next step. Those that are classes of Helm's failures are an enum.

use problem::{Code, Entry};

macro_rules! problems {
    (
        classes { $($(#[$doc:meta])* $name:ident, $code:literal, $means:literal, $next:literal;)* }
        ours { $($our:ident, $our_code:literal, $our_means:literal, $our_next:literal;)* }
    ) => {
        /// Why Helm failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Class {
            $($(#[$doc])* $name,)*
        }

        impl Class {
            /// Every class.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$name => Entry { code: Code::new($code), means: $means, next: $next },)*
                }
            }
        }

        $(pub(crate) const $our: Code = Code::new($our_code);)*

        /// Every problem of this crate: the classes of Helm's failures, then our own.
        pub const PROBLEMS: &[Entry] = &[
            $(Class::$name.entry(),)*
            $(Entry { code: $our, means: $our_means, next: $our_next },)*
        ];
    };
}

problems! {
classes {
    /// No answer from the API server.
    Unreachable, "helm.unreachable",
        "the cluster does not answer",
        "check that the cluster is up and its address in the kubeconfig is reachable from here";
    /// The API server does not know who we are.
    Unauthorised, "helm.unauthorised",
        "the cluster does not accept the member's credential",
        "renew the member's kubeconfig or key; the credential may have expired or been revoked";
    /// The API server knows who we are and says no.
    Forbidden, "helm.forbidden",
        "the member's account lacks a right in the cluster",
        "grant the verb and resource that the message names to the member's account";
    /// A ResourceQuota is used up.
    Quota, "helm.quota",
        "a quota of the namespace would be exceeded",
        "raise the quota that the message names, or lower what the release asks for";
    /// The namespace is going away.
    Terminating, "helm.namespace_terminating",
        "the namespace is being deleted",
        "wait until it is gone, then deploy again; if it stays, look for finalizers in it";
    /// The namespace is not there.
    NoNamespace, "helm.no_namespace",
        "the namespace does not exist",
        "create it, or let the deployment create it";
    /// A subchart is missing or cannot be resolved.
    Dependency, "helm.dependency",
        "a chart inside the chart is missing or cannot be found",
        "check the version in Chart.yaml; if it is published, build the dependencies again";
    /// Where charts are published does not answer.
    Repository, "helm.chart_repository",
        "a chart repository or registry does not answer, or does not let us in",
        "check its address in Chart.yaml and look whether it is up; a machine that has loaded the charts before does not need it";
    /// The chart itself cannot be read.
    Chart, "helm.chart",
        "the chart cannot be read",
        "fix the file of the chart that the message names";
    /// A values file is no YAML.
    ValuesYaml, "helm.values_yaml",
        "a values file is not valid YAML",
        "fix the line that is named";
    /// A template rendered to something that is no YAML.
    RenderedYaml, "helm.rendered_yaml",
        "a template renders to something that is not valid YAML",
        "render the template with these values and look at the line; it counts in the rendered text";
    /// A template failed.
    Template, "helm.template",
        "a template fails with these values",
        "look at the template's line and at the value it uses";
    /// The values break the chart's schema.
    Schema, "helm.schema",
        "the values do not fit the chart's schema",
        "fix the values that are named; each path is one in the values";
    /// The cluster does not know a kind.
    NoSuchKind, "helm.no_such_kind",
        "the cluster does not know a kind that the chart uses",
        "install the custom resource definition first, or use a version of the kind that this cluster serves";
    /// An object exists and belongs to someone else.
    Ownership, "helm.ownership",
        "an object of the chart exists and does not belong to the release",
        "delete the object, or give it the labels and annotations of this release so that it is taken over";
    /// A field that may not change would.
    Immutable, "helm.immutable",
        "a field that can never change would be changed",
        "take the change back, or delete the object first so that it is made anew";
    /// The API server says that an object is not valid.
    Invalid, "helm.invalid",
        "the cluster does not accept an object as valid",
        "fix the field that the message names";
    /// Someone else owns a field.
    Conflict, "helm.conflict",
        "another program manages a field that the release wants to set",
        "take the field out of the chart's values, or stop the other program from setting it";
    /// An admission webhook or policy said no.
    Admission, "helm.admission",
        "an admission webhook or policy of the cluster denied an object",
        "read its reason in the message; change the object, or ask whoever runs the policy";
    /// An admission webhook did not answer.
    WebhookDown, "helm.webhook_down",
        "an admission webhook of the cluster does not answer",
        "bring the webhook's pods up, then deploy again";
    /// A hook failed.
    Hook, "helm.hook_failed",
        "a hook of the chart failed",
        "look at the logs of the hook's pods";
    /// Something was not ready in time.
    NotReady, "helm.not_ready",
        "something did not become ready in time",
        "look at the object that is named; a longer timeout helps only if it was still getting there";
    /// Helm believes that another operation runs.
    Pending, "helm.pending_release",
        "an earlier operation on the release was broken off, or still runs",
        "wait for it if it runs; if nobody runs it, recover the member";
    /// Another operation began at the same moment.
    Race, "helm.race",
        "another operation on the release began at the same moment",
        "find out who else deploys this release, then deploy again";
    /// There is nothing to upgrade or to roll back to.
    NoDeployed, "helm.no_deployed_release",
        "the release has no revision that was ever deployed",
        "uninstall the release, then install it again";
    /// The revision to roll back to is gone.
    NoRevision, "helm.no_such_revision",
        "the revision is not in the release's history",
        "choose a revision that the history has; older ones are pruned";
    /// The release does not fit into its Secret.
    TooLarge, "helm.release_too_large",
        "the release is larger than the 1 MiB that a Secret holds",
        "take large files out of the chart, or split it";
    /// Helm rolled back by itself, which this crate never asks it to, and failed at that too.
    RollbackFailed, "helm.rollback_failed",
        "an upgrade failed, and Helm's own rollback of it failed as well",
        "roll back to the last verified revision by its number; never let Helm roll back by itself";
    /// The API server has a passing weakness.
    Transient, "helm.api_unavailable",
        "the cluster's API is overloaded or restarting",
        "deploy again in a minute; if it lasts, look at the control plane";
    /// None of the above.
    Unknown, "helm.unknown",
        "Helm failed in a way that is not in the table",
        "read Helm's whole message";
}
ours {
    NO_HELM, "helm.no_binary",
        "the Helm binary cannot be started",
        "install Helm 3.19 or later, or 4, and name the binary";
    NOT_HELM, "helm.not_helm",
        "a program that should be Helm is something else",
        "name the Helm binary itself, not a wrapper";
    NAME, "helm.binary_name",
        "the Helm binary has another name, and Helm signs the fields it writes with its name",
        "put the binary, or a link to it, at a path that ends in `/helm`";
    VERSION, "helm.version",
        "this version of Helm is not one that is driven",
        "install Helm 3.19 or later, or any 4";
    PIN, "helm.pin",
        "this version of Helm is not the one that the deployment is pinned to",
        "install a Helm that fits the pin, or change the pin and try it on a staging member first";
    MACHINE, "helm.machine",
        "this machine does not give what it takes to run Helm",
        "look at the cause: directory, memory, descriptors";
    CHART_MISSING, "helm.chart_missing",
        "there is no chart at the path",
        "check the path in federation.yaml; it counts from that file";
    CHART_SEALED, "helm.chart_sealed",
        "a file of the chart is still encrypted",
        "unlock the repository, or take the file out of the chart";
    CHART_PACKED, "helm.chart_packed",
        "a file that should be a packed chart is none",
        "pack it again with `helm package`, or load it again";
    CHART_DIGEST, "helm.chart_digest",
        "a chart of a registry is not the one that was pinned by its digest",
        "find out who published it again; pin the new digest only when you know why it changed";
    CHART_VENDORED, "helm.chart_vendored",
        "a chart inside the chart is another version than Chart.yaml asks for",
        "run `helm dependency build` in the chart's folder, or correct the version";
    VALUES_MISSING, "helm.values_missing",
        "a values file cannot be read",
        "check the path in federation.yaml; mark it `optional: true` if it may be absent";
    VALUES_SEALED, "helm.values_sealed",
        "a values file is still encrypted",
        "mark it `sealed: true` in federation.yaml";
    VALUES_TEXT, "helm.values_text",
        "a values file is not text",
        "look whether it is the right file; values are UTF-8 without zero bytes";
    LABEL, "helm.label",
        "a label for the release is none that Kubernetes takes, or is one of Helm's own",
        "use letters, digits, `-`, `_` and `.`; at most 63 of them";
    CANCELLED, "helm.cancelled",
        "the operation was cancelled and ended cleanly",
        "deploy again, or roll back; the release is marked as failed with the reason";
    FENCED, "helm.fenced",
        "the right to write was lost, so nothing more was written",
        "let whoever holds the lock settle the release";
    TIMED_OUT, "helm.timed_out",
        "the operation did not end in the time it had",
        "look at what it was waiting for; raise the timeout if it was getting there";
    KILLED, "helm.killed",
        "Helm was killed from outside",
        "look for a lack of memory on this machine; the next run settles the release";
    UNRECORDED, "helm.unrecorded",
        "every object was written, and the release's record says that the operation still runs",
        "recover the member: its record is settled, and it goes back to the last verified revision";
    UNDELETED, "helm.undeleted",
        "an object that the release has no longer could not be deleted, and Helm said nothing of it",
        "look whether the member's account may delete it; it goes with the next rollback or by hand";
    NO_RELEASE, "helm.no_release",
        "the release is not there",
        "check release and namespace; a first deployment has no history";
    NO_REVISION, "helm.revision_gone",
        "the revision is not in the release's history",
        "choose one that the history has, or restore it from the verified copy";
    STORE, "helm.history",
        "the release's history in the cluster cannot be read or written",
        "check that the member's account may get, list, create and update Secrets there";
    UNREADABLE, "helm.history_damaged",
        "a Secret of the release's history is damaged",
        "look at the Secret with kubectl; a damaged revision can be deleted when it is not the live one";
    UNPROVEN, "helm.plan_refused",
        "the plan holds a write that cannot be proven to be a dry run, so it was not sent",
        "look at the message: the chart writes something that cannot be tried first";
}
}

impl Class {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> Code {
        self.entry().code
    }

    /// What it means, in one fragment.
    #[must_use]
    pub fn means(self) -> &'static str {
        self.entry().means
    }

    /// What to do next.
    #[must_use]
    pub fn next(self) -> &'static str {
        self.entry().next
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.means())
    }
}
