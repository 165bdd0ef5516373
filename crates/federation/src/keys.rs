//! Every key of `federation.yaml`, once: the parser, the schema and the reference page read it here.

use crate::shape::{Acts, Key, Shape, Table};

const fn key(name: &'static str, shape: Shape, means: &'static str) -> Key {
    Key { name, shape, needed: false, acts: Acts::Now, means }
}

const fn needed(name: &'static str, shape: Shape, means: &'static str) -> Key {
    Key { needed: true, ..key(name, shape, means) }
}

/// Read and checked, but a run that meets it is refused.
const fn not_yet(name: &'static str, shape: Shape, means: &'static str) -> Key {
    Key { acts: Acts::NotYet, ..key(name, shape, means) }
}

const PATHS: Shape = Shape::List(&Shape::Path);
const TEXTS: Shape = Shape::List(&Shape::Text);
const STEPS: Shape = Shape::List(&Shape::Table(&STEP));
const A_FILE: Shape = Shape::Table(&FILE);

/// The whole file.
pub static FEDERATION: Table = Table {
    name: "the federation",
    keys: &[
        needed("apiVersion", Shape::Version, "the form of this file"),
        key("defaults", Shape::Table(&DEFAULTS), "what holds for every member that does not say otherwise"),
        needed("members", Shape::Named(&MEMBER), "the members by name"),
        needed(
            "waves",
            Shape::List(&Shape::Table(&WAVE)),
            "the waves, in the order in which they are deployed",
        ),
        key("checks", Shape::Named(&CHECK), "the checks by name"),
        key("helm", Shape::Text, "the versions of Helm that may carry it out, like `>=3.19, <5`"),
        key("secrets", Shape::Table(&SECRETS), "how sealed files are opened"),
        key("grafana", Shape::Table(&GRAFANA), "where deployments are announced"),
        not_yet("notify", Shape::List(&Shape::Table(&NOTIFY)), "who is told when a run ends"),
        not_yet("images", Shape::List(&Shape::Table(&IMAGE)), "user images built from this repository"),
    ],
};

/// `defaults`.
pub static DEFAULTS: Table = Table {
    name: "the defaults",
    keys: &[
        key("namespace", Shape::Name, "the namespace of a member; `{member}` unless given"),
        key("urls", Shape::Table(&URLS), "where users find a member"),
        key("steps", STEPS, "what is done to a member, in this order"),
    ],
};

/// `members.NAME`.
pub static MEMBER: Table = Table {
    name: "a member",
    keys: &[
        needed("wave", Shape::Name, "the wave with which it is deployed"),
        not_yet("reference", Shape::Flag, "its versions are those the others must equal"),
        not_yet("redirector", Shape::Flag, "it hosts the redirector of the federation"),
        key("namespace", Shape::Name, "its namespace, instead of the default"),
        key("kubeconfig", A_FILE, "how its cluster is reached; the caller's kubeconfig unless given"),
        not_yet("auth", Shape::Table(&AUTH), "a cloud login for its cluster"),
        key("checks", TEXTS, "the checks that judge it, by name"),
        key("urls", Shape::Table(&URLS), "where users find it; each URL replaces the default of that name"),
        key("steps", STEPS, "what is done to it; replaces all default steps"),
    ],
};

/// `urls`.
pub static URLS: Table = Table {
    name: "the urls",
    keys: &[key("binder", Shape::Url, "the BinderHub"), key("hub", Shape::Url, "the JupyterHub")],
};

/// A file that a program of ours reads.
pub static FILE: Table = Table {
    name: "a file",
    keys: &[
        needed("file", Shape::Path, "the file"),
        key("sealed", Shape::Flag, "it is encrypted, and opened in memory"),
    ],
};

/// `members.NAME.auth`.
pub static AUTH: Table =
    Table { name: "a login", keys: &[not_yet("gke", Shape::Table(&GKE), "Google Kubernetes Engine")] };

/// `members.NAME.auth.gke`.
pub static GKE: Table = Table {
    name: "a GKE login",
    keys: &[
        needed("project", Shape::Text, "the project"),
        needed("cluster", Shape::Text, "the cluster"),
        key("zone", Shape::Text, "its zone or region"),
        key("key", A_FILE, "the service account's key; the environment's identity unless given"),
    ],
};

/// One item of `steps`.
pub static STEP: Table = Table {
    name: "a step",
    keys: &[
        key("apply", Shape::Table(&APPLY), "apply manifests on the server's side"),
        key("run", Shape::Table(&RUN), "run a program"),
        key("helm", Shape::Table(&HELM), "install or upgrade a release"),
    ],
};

/// `steps[].apply`.
pub static APPLY: Table = Table {
    name: "an apply step",
    keys: &[
        key("name", Shape::Name, "its name; the stem of the first file unless given"),
        needed("files", PATHS, "the manifests, in order"),
    ],
};

/// `steps[].run`.
pub static RUN: Table = Table {
    name: "a run step",
    keys: &[
        key("name", Shape::Name, "its name; the stem of the program unless given"),
        needed("program", Shape::Path, "the program"),
        key("sealed", Shape::Flag, "the program is encrypted, and opened in memory"),
        key("args", TEXTS, "its arguments"),
        key("timeout", Shape::Duration, "how long it may take; `10m` unless given"),
        key("on-failure", Shape::OneOf(&["stop", "continue"]), "what a failure does; `stop` unless given"),
        key(
            "undo",
            Shape::Either(&[TEXTS, Shape::Nothing]),
            "the arguments with which the program undoes its work; nothing unless given",
        ),
    ],
};

/// `steps[].helm`.
pub static HELM: Table = Table {
    name: "a helm step",
    keys: &[
        key("name", Shape::Name, "its name; the release unless given"),
        key("release", Shape::Name, "the release; `{member}` unless given"),
        key("namespace", Shape::Name, "the release's namespace; the member's unless given"),
        needed("chart", Shape::Path, "the chart: a folder, an archive, or `oci://`"),
        key("version", Shape::Text, "the chart's version; for `oci://` alone"),
        key(
            "values",
            Shape::List(&Shape::Either(&[Shape::Path, Shape::Table(&VALUES)])),
            "the values files, in order; a later one wins",
        ),
        key("timeout", Shape::Duration, "how long upgrade and rollout may take; `10m` unless given"),
        key("verify", Shape::Flag, "the checks judge this release; true on exactly one of a member"),
    ],
};

/// One item of `values` that is not a plain path.
pub static VALUES: Table = Table {
    name: "a values entry",
    keys: &[
        key("file", Shape::Path, "one file"),
        key("glob", Shape::Glob, "all files that match, in the order of their names' bytes"),
        key("sealed", Shape::Flag, "encrypted, and opened in memory"),
        key("optional", Shape::Flag, "may be missing"),
    ],
};

/// One item of `waves`.
pub static WAVE: Table = Table {
    name: "a wave",
    keys: &[
        needed("name", Shape::Name, "its name"),
        key("soak", Shape::Duration, "how long it is watched before the next wave begins"),
        key("parallel", Shape::Count, "how many of its members are deployed at once; 1 unless given"),
        not_yet("window", Shape::Text, "when it may be deployed"),
    ],
};

/// `checks.NAME`.
pub static CHECK: Table = Table {
    name: "a check",
    keys: &[
        needed("kind", Shape::OneOf(&CHECK_KINDS), "what is checked"),
        key("launch", Shape::Text, "binderhub: what is launched, as in the path of a launch link"),
        not_yet(
            "build",
            Shape::Table(&BUILD),
            "binderhub: a repository in which a new commit forces a build",
        ),
        not_yet("user", A_FILE, "jupyterhub: the user who logs in"),
        key("url", Shape::Url, "federation: the URL that users type"),
        not_yet("rules", Shape::List(&Shape::Table(&RULE)), "metrics: what must hold after a deployment"),
    ],
};

/// The values of `checks.NAME.kind`.
pub const CHECK_KINDS: [&str; 4] = ["binderhub", "jupyterhub", "federation", "metrics"];

/// The values of `checks.NAME.kind` that no run can carry out yet.
pub const CHECK_KINDS_NOT_YET: [&str; 2] = ["federation", "metrics"];

/// `checks.NAME.build`.
pub static BUILD: Table = Table {
    name: "a build",
    keys: &[
        needed("repo", Shape::Text, "the repository, as git addresses it"),
        needed("key", A_FILE, "the key that may push to it"),
    ],
};

/// `checks.NAME.rules[]`.
pub static RULE: Table = Table {
    name: "a rule",
    keys: &[
        needed("query", Shape::Text, "the query"),
        needed("at-most", Shape::Number, "the highest value that passes"),
        key("of", Shape::OneOf(&["baseline"]), "what the value is a multiple of; of nothing unless given"),
    ],
};

/// `secrets`.
pub static SECRETS: Table = Table {
    name: "the secrets",
    keys: &[
        key("git-crypt", Shape::Flag, "sealed files are those of git-crypt"),
        key(
            "age",
            Shape::Table(&AGE),
            "sealed files are those of age; beside git-crypt, the bytes of each file decide",
        ),
    ],
};

/// `secrets.age`.
pub static AGE: Table = Table {
    name: "age",
    keys: &[needed(
        "recipients",
        Shape::Path,
        "who can open the files, one a line; the vault lies beside it",
    )],
};

/// `grafana`.
pub static GRAFANA: Table = Table {
    name: "grafana",
    keys: &[
        needed("url", Shape::Url, "its address"),
        key("token", A_FILE, "the service account's token"),
        key("tags", TEXTS, "the tags of an annotation"),
    ],
};

/// One item of `notify`.
pub static NOTIFY: Table = Table {
    name: "a notification",
    keys: &[
        needed("webhook", A_FILE, "the file that holds the URL"),
        needed("on", Shape::List(&Shape::OneOf(&NOTIFY_ON)), "which ends of a run are told"),
    ],
};

/// The values of `notify[].on`.
pub const NOTIFY_ON: [&str; 3] = ["failed", "rolled-back", "stuck"];

/// One item of `images`.
pub static IMAGE: Table = Table {
    name: "an image",
    keys: &[
        needed("name", Shape::Text, "the image without its tag"),
        needed("context", Shape::Path, "the folder that is built"),
        key("values", Shape::List(&Shape::Table(&IMAGE_VALUE)), "where the tag is written"),
    ],
};

/// One item of `images[].values`.
pub static IMAGE_VALUE: Table = Table {
    name: "a place of a tag",
    keys: &[needed("path", Shape::Text, "the value's path in the values")],
};
