//! Where Grafana lives: its sub-path, its domain, and what is a page and what is API.

use crate::wire::Request;

/// The address rules of one Grafana.
#[derive(Debug)]
pub(crate) struct Site {
    sub_path: String,
    domain: Option<String>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// Elsewhere: 301 to this URL.
    Moved(String),
    /// The login page.
    Login,
    /// The start page.
    Home,
    /// No page.
    Nothing,
    /// The health of the server, which needs no login.
    Health,
    /// The path below `/api/`, without a trailing slash.
    Api(String),
}

impl Site {
    pub(crate) fn new(sub_path: &str, domain: Option<&str>) -> Self {
        Self { sub_path: sub_path.to_owned(), domain: domain.map(str::to_owned) }
    }

    /// A path of this site as a browser sees it.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.sub_path)
    }

    /// The picture of an account without one.
    pub(crate) fn avatar(&self) -> String {
        self.path("/public/img/user_profile.png")
    }

    /// What a request leads to.
    pub(crate) fn page(&self, request: &Request) -> Page {
        let path = match self.own(request) {
            Ok(path) => path,
            Err(moved) => return moved,
        };
        match path {
            "/api/health" => Page::Health,
            "" | "/" => Page::Home,
            "/login" => Page::Login,
            _ => match path.strip_prefix("/api/") {
                Some(rest) => Page::Api(rest.trim_end_matches('/').to_owned()),
                // The new API is off, and what it answers is JSON all the same.
                None if path.starts_with("/apis/") => Page::Api("apis".to_owned()),
                None => Page::Nothing,
            },
        }
    }

    /// The path without the sub-path, or where the request has to go instead.
    fn own<'a>(&self, request: &'a Request) -> Result<&'a str, Page> {
        let path = request.path();
        let host = request.host();
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let whole = request.uri.path_and_query().map_or(path, |target| target.as_str());
        if let Some(domain) = self.domain.as_deref()
            && name != domain
            && path != "/api/health"
        {
            return Err(Page::Moved(format!("http://{domain}:{port}{whole}")));
        }
        match path.strip_prefix(self.sub_path.as_str()) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Ok(rest),
            _ if path.starts_with("/api") => Ok(path),
            _ => Err(Page::Moved(format!("http://{host}{}{whole}", self.sub_path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::request;

    #[test]
    fn only_paths_of_the_api_do_without_the_sub_path() {
        let (root, below) = (Site::new("", None), Site::new("/grafana", None));
        let api = |rest: &str| Page::Api(rest.to_owned());
        let moved = |path: &str| Page::Moved(format!("http://127.0.0.1:31080{path}"));
        for (site, path, page) in [
            (&root, "/api/annotations", api("annotations")),
            (&root, "/api/annotations/", api("annotations")),
            (&root, "//api/annotations", Page::Nothing),
            (&root, "/login", Page::Login),
            (&root, "/api/health", Page::Health),
            (&root, "/apis/annotation.grafana.app/v0alpha1", api("apis")),
            (&below, "/grafana/api/annotations", api("annotations")),
            (&below, "/api/annotations", api("annotations")),
            (&below, "/grafana//api/annotations", Page::Nothing),
            (&below, "//api/annotations?x=1", moved("/grafana//api/annotations?x=1")),
            (&below, "/grafana", Page::Home),
            (&below, "/grafanas", moved("/grafana/grafanas")),
            (&below, "/", moved("/grafana/")),
            (&below, "/login", moved("/grafana/login")),
        ] {
            assert_eq!(site.page(&request("GET", path, &[])), page, "{path}");
        }
    }

    #[test]
    fn another_host_is_sent_to_the_domain() {
        let site = Site::new("", Some("grafana.example"));
        let page = site.page(&request("POST", "/api/annotations", &[]));
        assert_eq!(page, Page::Moved("http://grafana.example:31080/api/annotations".to_owned()));
        assert_eq!(site.page(&request("GET", "/api/health", &[])), Page::Health);
    }
}
