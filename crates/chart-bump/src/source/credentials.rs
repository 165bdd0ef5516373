//! Users and passwords of private sources, from the places where operators keep them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::reference::{Reference, registry_host};

/// What is known of private registries and Helm repositories. Nothing of it is ever shown.
#[derive(Clone, Default)]
pub struct Credentials {
    known: Vec<Known>,
    /// Registries whose credentials a program keeps that is not asked, each with that program.
    elsewhere: Vec<(String, String)>,
}

#[derive(Clone)]
struct Known {
    of: Of,
    user: SecretString,
    password: SecretString,
}

/// For what credentials are.
#[derive(Clone, PartialEq, Eq)]
enum Of {
    /// A registry, or the repositories below a path of it.
    Registry(String),
    /// A Helm repository by its address.
    Repository(String),
    /// Whatever this host serves.
    Host(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("known", &self.known.len()).finish_non_exhaustive()
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct DockerFile {
    auths: std::collections::BTreeMap<String, DockerAuth>,
    creds_store: Option<String>,
    cred_helpers: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DockerAuth {
    auth: Option<SecretString>,
    username: Option<SecretString>,
    password: Option<SecretString>,
}

#[derive(Deserialize)]
struct HelmFile {
    #[serde(default)]
    repositories: Vec<HelmRepository>,
}

#[derive(Deserialize)]
struct HelmRepository {
    url: String,
    username: Option<SecretString>,
    password: Option<SecretString>,
}

impl Credentials {
    /// Adds the `auths` of a `config.json` as docker, podman and `helm registry login` write it. A file
    /// that is none adds nothing.
    pub fn add_docker(&mut self, json: &[u8]) {
        let file: DockerFile = serde_json::from_slice(json).unwrap_or_default();
        for (place, auth) in file.auths {
            let place = registry_host(&place);
            let pair = match (auth.auth, auth.username, auth.password) {
                (Some(auth), ..) if !auth.expose_secret().is_empty() => decoded(&auth),
                (_, Some(user), Some(password)) => Some((user, password)),
                _ => None,
            };
            match (pair, &file.creds_store) {
                (Some((user, password)), _) => {
                    self.known.push(Known { of: Of::Registry(place), user, password });
                }
                // Docker leaves an empty entry where its helper has the password.
                (None, Some(helper)) => self.elsewhere.push((place, helper.clone())),
                (None, None) => {}
            }
        }
        let helpers = file.cred_helpers.into_iter();
        self.elsewhere.extend(helpers.map(|(place, helper)| (registry_host(&place), helper)));
    }

    /// Adds Helm's `repositories.yaml`. A file that is none adds nothing.
    pub fn add_helm(&mut self, yaml: &[u8]) {
        let file: Option<HelmFile> = serde_yaml::from_slice(yaml).ok();
        for repository in file.into_iter().flat_map(|file| file.repositories) {
            if let (Some(user), Some(password)) = (repository.username, repository.password)
                && !user.expose_secret().is_empty()
            {
                self.known.push(Known { of: Of::Repository(address(&repository.url)), user, password });
            }
        }
    }

    /// Adds those of a host, before all that are known already.
    pub fn add_host(&mut self, host: &str, user: SecretString, password: SecretString) {
        self.known.insert(0, Known { of: Of::Host(registry_host(host)), user, password });
    }

    /// `Basic ...` for a repository of a registry.
    pub(crate) fn of_registry(&self, reference: &Reference) -> Option<HeaderValue> {
        let fits = |of: &Of| match of {
            Of::Registry(place) => reference.is_below(place).then_some(place.len()),
            Of::Host(host) => (reference.host() == host).then_some(usize::MAX),
            Of::Repository(_) => None,
        };
        let known = self.known.iter().filter_map(|known| Some((fits(&known.of)?, known)));
        // The longest place is the nearest; of equal ones the first.
        basic(known.reduce(|best, next| if next.0 > best.0 { next } else { best })?.1)
    }

    /// `Basic ...` for a Helm repository over HTTP.
    pub(crate) fn of_repository(&self, repository: &Url) -> Option<HeaderValue> {
        let own = address(repository.as_str());
        // A password that is known for a host alone never goes out in the clear.
        let is_safe = repository.scheme() == "https" || is_own_machine(repository);
        let host = repository.port().map_or_else(
            || repository.host_str().unwrap_or_default().to_owned(),
            |port| format!("{}:{port}", repository.host_str().unwrap_or_default()),
        );
        let fits = |known: &&Known| match &known.of {
            Of::Repository(address) => *address == own,
            Of::Host(known) => is_safe && *known == host,
            Of::Registry(_) => false,
        };
        basic(self.known.iter().find(fits)?)
    }

    /// The program that has the credentials of `reference`, where docker says so.
    pub(crate) fn helper(&self, reference: &Reference) -> Option<&str> {
        let found = self.elsewhere.iter().find(|(place, _)| reference.is_below(place));
        found.map(|(_, helper)| helper.as_str())
    }
}

/// Whether `url` leads to this very machine, where nobody listens in between.
pub(super) fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn basic(known: &Known) -> Option<HeaderValue> {
    let pair = format!("{}:{}", known.user.expose_secret(), known.password.expose_secret());
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `auth` is `user:password` in base64.
fn decoded(auth: &SecretString) -> Option<(SecretString, SecretString)> {
    let text = String::from_utf8(STANDARD.decode(auth.expose_secret().trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned().into(), password.trim_end_matches('\0').to_owned().into()))
}

fn address(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: Option<HeaderValue>) -> Option<String> {
        let value = value?;
        let text = STANDARD.decode(value.to_str().unwrap().strip_prefix("Basic ").unwrap()).unwrap();
        Some(String::from_utf8(text).unwrap())
    }

    #[test]
    fn the_nearest_place_of_a_registry_counts() {
        let mut own = Credentials::default();
        let auth = |pair: &str| STANDARD.encode(pair);
        own.add_docker(
            format!(
                r#"{{"auths": {{"https://index.docker.io/v1/": {{"auth": "{}"}}, "quay.io": {{"auth": "{}"}},
                    "quay.io/team": {{"username": "t", "password": "p:w"}}, "ghcr.io": {{}}}}, "credsStore": "desktop",
                    "credHelpers": {{"gcr.io": "gcloud"}}}}"#,
                auth("hub:a:b"),
                auth("quay:q")
            )
            .as_bytes(),
        );
        let of = |image: &str| sent(own.of_registry(&Reference::of_image(image)));
        assert_eq!(of("jupyter/repo2docker").as_deref(), Some("hub:a:b"));
        assert_eq!(of("quay.io/other/x").as_deref(), Some("quay:q"));
        assert_eq!(of("quay.io/team/x").as_deref(), Some("t:p:w"));
        assert_eq!(of("quay.io/teams/x").as_deref(), Some("quay:q"), "a place ends at a slash");
        assert_eq!(of("ghcr.io/a/b"), None);
        let helper = |image: &str| own.helper(&Reference::of_image(image)).map(str::to_owned);
        assert_eq!(
            (helper("ghcr.io/a/b").as_deref(), helper("gcr.io/a/b").as_deref()),
            (Some("desktop"), Some("gcloud"))
        );
        let mut own = own.clone();
        own.add_host("quay.io", "v".to_owned().into(), "w".to_owned().into());
        assert_eq!(sent(own.of_registry(&Reference::of_image("quay.io/team/x"))).as_deref(), Some("v:w"));
        assert!(!format!("{own:?}").contains("q\""), "{own:?}");
    }

    #[test]
    fn a_repository_is_known_by_its_address_and_a_host_only_in_secret() {
        let mut own = Credentials::default();
        own.add_helm(b"repositories:\n- {name: a, url: 'https://c.example.org/charts/', username: u, password: p}\n- {name: b, url: 'https://b.example.org', username: '', password: ''}\n");
        own.add_host("d.example.org", "v".to_owned().into(), "w".to_owned().into());
        let of = |url: &str| sent(own.of_repository(&url.parse().unwrap()));
        assert_eq!(of("https://c.example.org/charts").as_deref(), Some("u:p"));
        assert_eq!(of("https://c.example.org/other"), None);
        assert_eq!(of("https://b.example.org/"), None);
        assert_eq!(of("https://d.example.org/x").as_deref(), Some("v:w"));
        assert_eq!(of("http://d.example.org/x"), None);
        own.add_docker(b"no json");
        own.add_helm(b"[no: yaml");
    }
}
