//! The names themselves, from one macro.

use crate::grammar::{Grammar, InvalidName};

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, limit $limit:literal, dots $dots:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            const GRAMMAR: Grammar = Grammar { what: $what, limit: $limit, dots: $dots };

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $type {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::GRAMMAR.check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;
            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::GRAMMAR.check(&text).map(|()| Self(text))
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// One cluster and namespace of a federation; in a hub repository, one hub.
    MemberName, "member name", limit 53, dots false
);
name!(
    /// Members that are deployed together.
    WaveName, "wave name", limit 63, dots false
);
name!(
    /// A Helm release. Helm allows 53 characters, since its Secrets add a prefix and a revision.
    ReleaseName, "release name", limit 53, dots true
);
name!(
    /// A Kubernetes namespace (RFC 1123 label).
    Namespace, "namespace", limit 63, dots false
);
name!(
    /// One thing done to one member.
    StepName, "step name", limit 63, dots true
);
name!(
    /// One run of `deploy`; short enough for a label and a tag.
    RunId, "run id", limit 40, dots false
);
