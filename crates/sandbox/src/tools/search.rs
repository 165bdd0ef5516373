//! Where a program may lie already, and whether what lies there is the pinned version.

use camino::{Utf8Path, Utf8PathBuf};

use super::Tool;

/// Where to look for programs and where to put those that are built.
#[derive(Debug, Clone)]
pub struct Search {
    /// The folder that `KUBEBUILDER_ASSETS` names.
    pub assets: Option<Utf8PathBuf>,
    /// Our own folder of built programs; it may be shared by all checkouts of a machine.
    pub cache: Utf8PathBuf,
    /// The folders of `PATH`.
    pub path: Vec<Utf8PathBuf>,
}

/// How a program was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the folder of `KUBEBUILDER_ASSETS`.
    Assets,
    /// Built before.
    Cache,
    /// On the `PATH`.
    Path,
}

/// A place to look at, in order of preference.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) path: Utf8PathBuf,
    pub(crate) source: Source,
}

impl Search {
    /// The file of `tool` in the cache, whether it is there or not.
    pub(crate) fn cached(&self, tool: Tool) -> Utf8PathBuf {
        self.cache.join(tool.module().folder()).join(tool.file())
    }

    /// Every place where `tool` may lie, the preferred one first.
    pub(crate) fn candidates(&self, tool: Tool) -> Vec<Candidate> {
        let assets = self.assets.iter().map(|folder| (folder.join(tool.file()), Source::Assets));
        let cached = std::iter::once((self.cached(tool), Source::Cache));
        let path = self.path.iter().map(|folder| (folder.join(tool.file()), Source::Path));
        assets.chain(cached).chain(path).map(|(path, source)| Candidate { path, source }).collect()
    }

    /// The first place that holds the pinned version of `tool`.
    pub(crate) async fn find(&self, tool: Tool) -> Option<Candidate> {
        for candidate in self.candidates(tool) {
            if !candidate.path.is_file() {
                continue;
            }
            // What lies in the cache was built from the pin: its folder is named after it.
            if candidate.source == Source::Cache || is_pinned(tool, &candidate.path).await {
                return Some(candidate);
            }
        }
        None
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate runs a control plane of processes for tests; it ships in no binary"
)]
async fn is_pinned(tool: Tool, program: &Utf8Path) -> bool {
    let said = tokio::process::Command::new(program)
        .args(tool.version_arguments())
        .kill_on_drop(true)
        .output()
        .await;
    said.is_ok_and(|output| says(&String::from_utf8_lossy(&output.stdout), tool.version()))
}

/// Whether a program's answer names `version`: `Kubernetes v1.36.3`, `etcd Version: 3.6.16`.
fn says(answer: &str, version: &str) -> bool {
    answer
        .split(|c: char| c.is_whitespace() || c == '+' || c == ',')
        .any(|word| word.strip_prefix('v').unwrap_or(word) == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_each_program_says() {
        for (answer, version, expected) in [
            ("Kubernetes v1.36.3\n", "1.36.3", true),
            ("Kubernetes v1.36.30\n", "1.36.3", false),
            ("etcd Version: 3.6.16\nGit SHA: Not provided\n", "3.6.16", true),
            ("kwok version v0.8.0 go1.26.8 (linux/amd64)\n", "0.8.0", true),
            ("v3.19.5+g4a19a5b\n", "3.19.5", true),
            ("v3.19.4\n", "3.19.5", false),
            ("Client Version: v1.36.3\nKustomize Version: v5.8.1\n", "1.36.3", true),
            ("", "1.36.3", false),
        ] {
            assert_eq!(says(answer, version), expected, "{answer:?}");
        }
    }

    #[test]
    fn assets_come_before_the_cache_and_the_cache_before_the_path() {
        let search =
            Search { assets: Some("/assets".into()), cache: "/cache".into(), path: vec!["/usr/bin".into()] };
        let sources: Vec<_> =
            search.candidates(Tool::Etcd).into_iter().map(|candidate| candidate.source).collect();
        assert_eq!(sources, [Source::Assets, Source::Cache, Source::Path]);
    }
}
