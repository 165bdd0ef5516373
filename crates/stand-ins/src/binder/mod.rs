//! The BinderHub of a member.

mod choose;
mod name;
mod pages;

pub(crate) use choose::{Asked, choose};
pub(crate) use name::server_name;
pub(crate) use pages::answer;

/// What a path of BinderHub asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page<'a> {
    /// A launch: provider and spec, as `gh/user/repo/ref`.
    Build(&'a str),
    /// What is installed.
    Versions,
    /// What it can reach.
    Health,
    /// Where it can take repositories from.
    RepoProviders,
    /// Script of the page.
    Bundle,
    /// Style of the page.
    Styles,
    /// Everything else: the page.
    Ui,
}

impl<'a> Page<'a> {
    /// Parses the path below BinderHub's base URL; its catch-all route leaves nothing unknown.
    pub(crate) fn parse(path: &'a str) -> Self {
        match path {
            "/versions" => Self::Versions,
            "/health" => Self::Health,
            "/api/repoproviders" => Self::RepoProviders,
            "/static/dist/bundle.js" => Self::Bundle,
            "/static/dist/styles.css" => Self::Styles,
            _ => path.strip_prefix("/build/").map_or(Self::Ui, Self::Build),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_a_page() {
        for (path, page) in [
            ("/", Page::Ui),
            ("/doesnotexist", Page::Ui),
            ("/_config", Page::Ui),
            ("/build", Page::Ui),
            ("/build/gh/a/b/c", Page::Build("gh/a/b/c")),
            ("/versions", Page::Versions),
            ("/health", Page::Health),
            ("/api/repoproviders", Page::RepoProviders),
            ("/static/dist/bundle.js", Page::Bundle),
        ] {
            assert_eq!(Page::parse(path), page, "{path}");
        }
    }
}
