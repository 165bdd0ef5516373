//! Which service a path asks for.

use names::Namespace;

/// The service and the rest of the path, as that service knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// BinderHub of a member.
    Binder(Namespace, &'a str),
    /// The host of a member's JupyterHub.
    Hub(Namespace, &'a str),
    /// Grafana, which knows its sub-path itself.
    Grafana,
}

impl<'a> Route<'a> {
    /// Parses a raw path.
    pub(crate) fn parse(path: &'a str) -> Self {
        Self::member(path).unwrap_or(Self::Grafana)
    }

    fn member(path: &'a str) -> Option<Self> {
        let (namespace, rest) = path.strip_prefix('/')?.split_once('/')?;
        let namespace: Namespace = namespace.parse().ok()?;
        let (service, rest) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        match service {
            "binder" => Some(Self::Binder(namespace, rest)),
            "hub" => Some(Self::Hub(namespace, rest)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_their_service() {
        let staging = || "staging".parse::<Namespace>().unwrap();
        for (path, route) in [
            ("/staging/binder/build/gh/a/b/c", Route::Binder(staging(), "/build/gh/a/b/c")),
            ("/staging/binder/", Route::Binder(staging(), "/")),
            ("/staging/binder", Route::Binder(staging(), "/")),
            ("/staging/hub/hub/api/health", Route::Hub(staging(), "/hub/api/health")),
            ("/staging/hub/user/x//y", Route::Hub(staging(), "/user/x//y")),
            ("/staging/binderhub/", Route::Grafana),
            ("/Staging/binder/", Route::Grafana),
            ("/../binder/", Route::Grafana),
            ("//api/annotations", Route::Grafana),
            ("/grafana/api/annotations", Route::Grafana),
            ("/api/annotations", Route::Grafana),
            ("/", Route::Grafana),
            ("*", Route::Grafana),
        ] {
            assert_eq!(Route::parse(path), route, "{path}");
        }
    }
}
