//! What can go wrong with a plan.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use names::ObjectRef;
use problem::{Code, Diagnose, Entry, Place};

/// Why there is no plan, or a saved one does not count.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that should be a saved plan.
    #[error("`{file}` is no saved plan")]
    NotAPlan {
        /// The file.
        file: Utf8PathBuf,
        /// What the reader said.
        #[source]
        source: serde_json::Error,
    },
    /// A plan of another format.
    #[error("`{file}` has the format `{found}`, this program knows `plan/v1`")]
    Format {
        /// The file.
        file: Utf8PathBuf,
        /// Its format.
        found: String,
    },
    /// A plan whose hash is not its own.
    #[error("`{file}` was altered: the hash of {part} is not what it says")]
    Altered {
        /// The file.
        file: Utf8PathBuf,
        /// What was altered.
        part: String,
    },
    /// Secrets that cannot be looked for.
    #[error("the secrets cannot be kept out of the plan, so none is made")]
    Secrets {
        /// Why.
        #[source]
        source: redact::Error,
    },
    /// A manifest that cannot be read.
    #[error("the manifest is no YAML")]
    Yaml {
        /// Where.
        place: Box<Place>,
        /// What the reader said.
        #[source]
        source: serde_yaml::Error,
    },
    /// A document that is no object.
    #[error("the document is no Kubernetes object: it lacks {lacks}")]
    NotAnObject {
        /// Where.
        place: Box<Place>,
        /// What is not there.
        lacks: &'static str,
    },
    /// An object that the API server would not take.
    #[error("the API server would refuse {object}: {message}")]
    Refused {
        /// Where it is written.
        place: Box<Place>,
        /// The object.
        object: ObjectRef,
        /// The API server's words.
        message: String,
    },
    /// An object that was applied before, by a manifest that nobody knows any more.
    #[error("{object} had been applied before, and the manifest that was verified is not on record")]
    NoWayBack {
        /// The object.
        object: ObjectRef,
    },
    /// The cluster did not answer.
    #[error("the cluster does not tell about {what}")]
    Cluster {
        /// What was asked.
        what: String,
        /// How it ended.
        #[source]
        source: Box<kube::Error>,
    },
}

macro_rules! problems {
    ($($name:ident = $code:literal, $means:literal, $next:literal;)*) => {
        $(const $name: Code = Code::new($code);)*
        /// All problems of this crate.
        pub const PROBLEMS: &[Entry] = &[$(Entry { code: $name, means: $means, next: $next }),*];
    };
}

problems! {
    NOT_A_PLAN = "plan.not_a_plan", "The file is not what `deploy plan --out FILE` writes.",
        "Name the file that `deploy plan TARGET --out FILE` wrote.";
    FORMAT = "plan.format", "The plan was saved by another version of this program.",
        "Make the plan again with the version that deploys.";
    ALTERED = "plan.altered", "A saved plan was changed after it was written, or is not whole.",
        "Make the plan again; a plan cannot be edited.";
    SECRETS = "plan.secrets", "There are more secrets than can be looked for in a plan.",
        "Move what is no secret out of the sealed files.";
    YAML = "plan.manifest_yaml", "A manifest of an `apply` step cannot be read.",
        "Mend the line that is named.";
    NOT_AN_OBJECT = "plan.not_an_object", "A document of an `apply` step has no kind, version or name.",
        "Give it what it lacks, or remove it; names are never generated here.";
    REFUSED = "plan.refused", "The API server would not take an object of an `apply` step, so the step would fail.",
        "Mend the object at the line that is named; unknown fields are refused as well.";
    NO_WAY_BACK = "plan.no_way_back", "An object of an `apply` step cannot be put back: its last verified manifest is not on record.",
        "Look at the object, and apply the manifest that is right; the next run that is verified records it.";
    CLUSTER = "plan.cluster", "A question to the cluster was not answered while the plan was made.",
        "See the cause: rights that are missing, or a cluster that is out of reach. Nothing was written.";
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::NotAPlan { .. } => NOT_A_PLAN,
            Self::Format { .. } => FORMAT,
            Self::Altered { .. } => ALTERED,
            Self::Secrets { .. } => SECRETS,
            Self::Yaml { .. } => YAML,
            Self::NotAnObject { .. } => NOT_AN_OBJECT,
            Self::Refused { .. } => REFUSED,
            Self::NoWayBack { .. } => NO_WAY_BACK,
            Self::Cluster { .. } => CLUSTER,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::NotAPlan { file, source } => Some(Place::new(file.clone(), source.line(), source.column())),
            Self::Yaml { place, .. } | Self::NotAnObject { place, .. } | Self::Refused { place, .. } => {
                Some((**place).clone())
            }
            _ => None,
        }
    }
}
