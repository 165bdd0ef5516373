//! The versions of the REST API.

/// A version of the REST API, sent with every request.
///
/// 2026-03-10 is the first that breaks anything: of what is read here, pull requests lose `assignee`
/// and `merge_commit_sha`. This crate reads neither, so both versions give the same values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApiVersion {
    /// The default of GitHub until at least March 2028, and all that GitHub Enterprise Server knows.
    #[default]
    V2022_11_28,
    /// The newest.
    V2026_03_10,
}

impl ApiVersion {
    /// As the header `X-GitHub-Api-Version` wants it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2022_11_28 => "2022-11-28",
            Self::V2026_03_10 => "2026-03-10",
        }
    }
}
