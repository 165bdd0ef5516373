//! The signs by which a source that has stopped, or a wrong answer, is known.

use std::fmt;

use problem::ProblemRecord;

/// Why what a source says cannot be taken for the whole truth.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sign {
    /// The publisher gave the chart up.
    Deprecated {
        /// The version that says so.
        version: String,
    },
    /// The source goes on elsewhere.
    Moved {
        /// The place in use.
        from: String,
        /// The present one.
        to: String,
    },
    /// The source is no longer there.
    Gone {
        /// How it answers.
        problem: ProblemRecord,
    },
    /// The source could not be asked this time.
    Unasked {
        /// Why.
        problem: ProblemRecord,
    },
    /// The version in use is not listed any more.
    Unlisted {
        /// The version.
        version: String,
    },
    /// A version has other bytes than before.
    Republished {
        /// What the guard says.
        refusal: String,
    },
    /// Newer versions that nobody can read under the scheme.
    Unread {
        /// Their texts.
        versions: Vec<String>,
    },
    /// Upstream goes on, and nothing is published.
    Unpublished {
        /// How many commits are in no published version.
        commits: usize,
        /// For how many days the oldest of them has waited.
        days: u64,
    },
    /// The version in use is not contained in the newest.
    Apart {
        /// The version in use.
        old: String,
        /// The newest.
        new: String,
    },
    /// A person's commit, or a deployment that was rolled back, stops every bump of the name.
    Held {
        /// What it is.
        problem: ProblemRecord,
    },
    /// Which version is the newest cannot be known.
    Unordered {
        /// Why.
        problem: ProblemRecord,
    },
}

impl Sign {
    /// A stable word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Deprecated { .. } => "deprecated",
            Self::Moved { .. } => "moved",
            Self::Gone { .. } => "gone",
            Self::Unasked { .. } => "unasked",
            Self::Unlisted { .. } => "unlisted",
            Self::Republished { .. } => "republished",
            Self::Unread { .. } => "unread",
            Self::Unpublished { .. } => "unpublished",
            Self::Apart { .. } => "apart",
            Self::Held { .. } => "held",
            Self::Unordered { .. } => "unordered",
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Deprecated { .. } => {
                "look where the chart goes on, and change its source; or say why not under `ignore` in bump.yaml".into()
            }
            Self::Moved { to, .. } => format!("change the source to {to}"),
            Self::Gone { problem }
            | Self::Unasked { problem }
            | Self::Held { problem }
            | Self::Unordered { problem } => problem.help.clone().unwrap_or_default(),
            Self::Unlisted { .. } => {
                "a new cluster could not be deployed: bump to a listed version, or ask the publisher".into()
            }
            Self::Republished { .. } => {
                "compare the two archives; record the new one by a bump with `--allow digest`".into()
            }
            Self::Unread { .. } => {
                "look whether upstream changed how it writes versions, and correct `scheme` in bump.yaml".into()
            }
            Self::Unpublished { .. } => "look at the last publish runs of upstream".into(),
            Self::Apart { .. } => {
                "the version in use was never merged: look at what a bump would lose".into()
            }
        }
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deprecated { version } => write!(f, "{version} is marked as deprecated by its publisher"),
            Self::Moved { from, to } => write!(f, "the source has moved from {from} to {to}"),
            Self::Gone { problem } => write!(f, "the source is gone: {}", problem.message),
            // The innermost cause is the one that says something: the layers above it only pass it on.
            Self::Unasked { problem } => match problem.causes.last() {
                Some(cause) => write!(f, "{}: {cause}", problem.message),
                None => f.write_str(&problem.message),
            },
            Self::Held { problem } | Self::Unordered { problem } => f.write_str(&problem.message),
            Self::Unlisted { version } => {
                write!(f, "{version}, which is in use, is not listed by its source any more")
            }
            Self::Republished { refusal } => f.write_str(refusal),
            Self::Unread { versions } => {
                let shown: Vec<&str> = versions.iter().take(3).map(String::as_str).collect();
                let rest = versions.len().saturating_sub(3);
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                write!(f, "newer versions are published that nobody can read: {}{more}", shown.join(", "))
            }
            Self::Unpublished { commits, days } => write!(
                f,
                "{commits} commits of upstream are in no published version, the oldest for {days} days"
            ),
            Self::Apart { old, new } => {
                write!(f, "{new}, the newest, does not contain {old}, which is in use")
            }
        }
    }
}
