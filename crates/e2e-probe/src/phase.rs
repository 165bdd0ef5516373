//! The phases BinderHub reports.

use serde::Serialize;

/// A phase of a launch, by BinderHub's own names.
///
/// Some builders capitalise them (`Building`, `Running`), so case is ignored, as BinderHub's own
/// JavaScript client does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Phase {
    /// A build was asked for and has not begun.
    Waiting,
    /// The repository is being fetched.
    Fetching,
    /// The image is being built.
    Building,
    /// The image is there, built now or found.
    Built,
    /// The hub was asked for a server.
    Launching,
    /// The server runs. Ends a launch.
    Ready,
    /// It went wrong. Ends a launch, although BinderHub may leave the stream open for ever.
    Failed,
    /// A phase we do not know, or builder output that was not understood.
    Unknown,
}

impl Phase {
    /// The phase of that name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name.to_lowercase().as_str() {
            "waiting" | "pending" => Self::Waiting,
            "fetching" => Self::Fetching,
            "building" | "running" | "pushing" => Self::Building,
            "built" | "succeed" => Self::Built,
            "launching" => Self::Launching,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// BinderHub's name of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fetching => "fetching",
            Self::Building => "building",
            Self::Built => "built",
            Self::Launching => "launching",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_old_names_are_understood() {
        for (name, phase) in [
            ("Building", Phase::Building),
            ("READY", Phase::Ready),
            ("Pending", Phase::Waiting),
            ("pushing", Phase::Building),
            ("", Phase::Unknown),
            ("teleporting", Phase::Unknown),
        ] {
            assert_eq!(Phase::parse(name), phase, "{name}");
        }
    }

    #[test]
    fn the_name_is_what_json_says() {
        for phase in [Phase::Waiting, Phase::Launching, Phase::Failed, Phase::Unknown] {
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
            assert_eq!(Phase::parse(phase.as_str()), phase);
        }
    }
}
