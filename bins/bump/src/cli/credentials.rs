//! The places where operators keep the credentials of registries and Helm repositories.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use chart_bump::source::Credentials;
use secrecy::SecretString;

use crate::commands::Keys;

/// Docker's and podman's files, Helm's two, and the variables that `bump.yaml` may name.
pub(super) fn keys() -> Keys {
    let mut files = Credentials::default();
    for file in docker_files() {
        if let Ok(json) = std::fs::read(file) {
            files.add_docker(&json);
        }
    }
    let helm = set("HELM_REPOSITORY_CONFIG").or_else(|| Some(helm_home()?.join("repositories.yaml")));
    if let Some(Ok(yaml)) = helm.map(std::fs::read) {
        files.add_helm(&yaml);
    }
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with("BUMP_"))?;
        Some((name, SecretString::from(value.into_string().ok()?)))
    });
    Keys { files, variables: variables.collect::<BTreeMap<_, _>>() }
}

fn docker_files() -> impl Iterator<Item = Utf8PathBuf> {
    let home = |below: &str| Some(set("HOME")?.join(below));
    let podman =
        set("REGISTRY_AUTH_FILE").or_else(|| Some(set("XDG_RUNTIME_DIR")?.join("containers/auth.json")));
    let docker = set("DOCKER_CONFIG").or_else(|| home(".docker")).map(|folder| folder.join("config.json"));
    let helm = set("HELM_REGISTRY_CONFIG").or_else(|| Some(helm_home()?.join("registry/config.json")));
    [docker, helm, podman].into_iter().flatten()
}

fn helm_home() -> Option<Utf8PathBuf> {
    let config = || set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
    set("HELM_CONFIG_HOME").or_else(|| Some(config()?.join("helm")))
}

fn set(name: &str) -> Option<Utf8PathBuf> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from)
}
