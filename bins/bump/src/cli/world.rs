//! What lies around the process: the repository, git, the cache, the clock.

use std::time::Duration;

use camino::Utf8PathBuf;
use chart_bump::{Git, repository_root};

use super::args::AskedArgs;
use crate::commands::{Hub, World};
use crate::exit;
use secrecy::SecretString;

/// A chart index is a few megabytes; whoever waits longer than this has lost the server.
const HTTP_TIMEOUT: Duration = Duration::from_secs(60);

/// Git reads a whole history from a cold disk in seconds.
const GIT_TIMEOUT: Duration = Duration::from_secs(60);

/// What git needs of our environment: who commits, and which settings are theirs.
const GIT_ENV: [&str; 15] = [
    "HOME",
    "PATH",
    "XDG_CONFIG_HOME",
    "EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_0",
    "GIT_CONFIG_VALUE_0",
];

/// `pull` is whether a pull request is asked for, which needs GitHub whatever else is asked.
pub(super) fn world(asked: AskedArgs, pull: bool) -> Result<World, u8> {
    let AskedArgs { index, upstream_clone, github, offline } = asked;
    let root = repository_root(&here()?).to_owned();
    let env = GIT_ENV.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
    let git = Git::new(git(), &root, GIT_TIMEOUT).with_env(env);
    Ok(World {
        clones: upstream_clone.map(|folder| git.at(folder)),
        hub: hub(),
        asks_github: github || pull,
        keys: super::credentials::keys(),
        index,
        offline,
        cache: cache(),
        git,
        root,
        timeout: HTTP_TIMEOUT,
        now: jiff::Timestamp::now(),
    })
}

/// GitHub, as its own workflows name it in the environment.
fn hub() -> Hub {
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let token = set("GITHUB_TOKEN").or_else(|| set("GH_TOKEN"));
    let api = set("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".to_owned());
    Hub { api, token: token.map(SecretString::from) }
}

/// Where indexes are kept between runs; nowhere for whoever has no home.
fn cache() -> Option<Utf8PathBuf> {
    let folder = |name| std::env::var(name).ok().map(Utf8PathBuf::from).filter(|path| path.is_absolute());
    let own = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(own.join("jupyterhub-deploy/bump"))
}

/// The system's git: the first on `PATH`, or where it would be; starting it tells what is missing.
fn git() -> Utf8PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let mut programs = places.filter(|folder| folder.is_absolute()).map(|folder| folder.join("git"));
    programs.find(|program| program.is_file()).unwrap_or_else(|| Utf8PathBuf::from("/usr/bin/git"))
}

fn here() -> Result<Utf8PathBuf, u8> {
    let folder = std::env::current_dir().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
    folder.ok_or_else(|| {
        let message = "the current folder is gone, or its name is not UTF-8\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
        exit::FAILED_BEFORE
    })
}
