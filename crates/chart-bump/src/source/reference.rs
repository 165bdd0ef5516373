//! The repository of a registry that an image or a chart names.

use url::Url;

/// A repository of a registry, such as `jupyterhub/repo2docker` of `quay.io`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    host: String,
    name: String,
}

impl Reference {
    /// The repository of `image`, which has neither tag nor digest.
    ///
    /// Without a registry it is Docker Hub's, where names of one word are of `library`.
    pub(crate) fn of_image(image: &str) -> Self {
        let (host, name) = match image.split_once('/') {
            Some((host, name)) if host.contains(['.', ':']) || host == "localhost" => (host, name),
            _ => ("docker.io", image),
        };
        let host = registry_host(host);
        let library = if host != DOCKER_HUB || name.contains('/') { "" } else { "library/" };
        Self { name: format!("{library}{name}"), host }
    }

    /// The repository of `chart` below the `oci://` address of a Helm repository.
    pub(crate) fn of_chart(repository: &Url, chart: &str) -> Self {
        let host = repository.host_str().unwrap_or_default();
        let port = repository.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = repository.path().trim_matches('/');
        Self::of_image(&format!("{host}{port}/{path}/{chart}").replace("//", "/"))
    }

    /// The page of the registry's API at `path`, such as `tags/list`.
    pub(crate) fn url(&self, path: &str) -> Option<Url> {
        // As every client of registries does: no certificates on one's own machine.
        let name = self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name);
        let own = name == "localhost" || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
        let scheme = if own { "http" } else { "https" };
        Url::parse(&format!("{scheme}://{}/v2/{}/{path}", self.host, self.name)).ok()
    }

    /// The right that reading takes.
    pub(crate) fn scope(&self) -> String {
        format!("repository:{}:pull", self.name)
    }

    /// Whether it is this place, `registry` or `registry/path`, or lies below it.
    pub(crate) fn is_below(&self, place: &str) -> bool {
        let whole = format!("{}/{}", self.host, self.name);
        whole.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The registry.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

/// Where Docker Hub answers.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// A registry, or a place in it, as any tool writes it down: Docker Hub has several names.
pub(crate) fn registry_host(written: &str) -> String {
    let place = written.split_once("://").map_or(written, |(_, place)| place).trim_end_matches('/');
    let place = place.strip_suffix("/v1").or_else(|| place.strip_suffix("/v2")).unwrap_or(place);
    match place {
        "docker.io" | "index.docker.io" => DOCKER_HUB.to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_the_pages_of_their_registry() {
        let page = |image| Reference::of_image(image).url("tags/list").unwrap().to_string();
        assert_eq!(
            page("quay.io/jupyterhub/repo2docker"),
            "https://quay.io/v2/jupyterhub/repo2docker/tags/list"
        );
        assert_eq!(page("docker"), "https://registry-1.docker.io/v2/library/docker/tags/list");
        assert_eq!(
            page("jupyter/repo2docker"),
            "https://registry-1.docker.io/v2/jupyter/repo2docker/tags/list"
        );
        assert_eq!(page("docker.io/a/b"), "https://registry-1.docker.io/v2/a/b/tags/list");
        assert_eq!(page("localhost:5000/a/b/c"), "http://localhost:5000/v2/a/b/c/tags/list");
        let chart = |repository: &str| {
            Reference::of_chart(&Url::parse(repository).unwrap(), "traefik").url("x").unwrap().to_string()
        };
        assert_eq!(chart("oci://ghcr.io/traefik/helm"), "https://ghcr.io/v2/traefik/helm/traefik/x");
        assert_eq!(chart("oci://127.0.0.1:5000/"), "http://127.0.0.1:5000/v2/traefik/x");
    }
}
