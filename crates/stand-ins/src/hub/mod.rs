//! The host of a member's JupyterHub: its API, its proxy's error pages and the user servers.

mod notebook;
mod pages;
mod users;

pub(crate) use notebook::Call;
pub(crate) use pages::answer;
pub(crate) use users::{Found, Server, Users};

/// What a path of the hub's host asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page<'a> {
    /// Whether the hub lives.
    Health,
    /// JupyterHub's version.
    Version,
    /// The rest of the hub's API, for which nobody here has a token.
    Api,
    /// A user server and the path below it.
    User(&'a str, &'a str),
    /// Nothing that is routed.
    Other,
}

impl<'a> Page<'a> {
    /// Parses the path below the hub's host.
    pub(crate) fn parse(path: &'a str) -> Self {
        match path {
            "/hub/api/health" => return Self::Health,
            "/hub/api/" | "/hub/api" => return Self::Version,
            _ if path.starts_with("/hub/api/") => return Self::Api,
            _ => {}
        }
        match path.strip_prefix("/user/") {
            Some(rest) => {
                let (name, below) = rest.split_once('/').unwrap_or((rest, ""));
                Self::User(name, below)
            }
            None => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_a_page() {
        for (path, page) in [
            ("/hub/api/health", Page::Health),
            ("/hub/api/", Page::Version),
            ("/hub/api/info", Page::Api),
            ("/hub/health", Page::Other),
            ("/hub/metrics", Page::Other),
            ("/", Page::Other),
            ("/user/doesntexist", Page::User("doesntexist", "")),
            ("/user/a/api/status", Page::User("a", "api/status")),
        ] {
            assert_eq!(Page::parse(path), page, "{path}");
        }
    }
}
