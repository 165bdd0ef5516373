//! What to launch: `gh/OWNER/REPOSITORY/REF`.

use std::str::FromStr;

use crate::Error;
use crate::text::clean_line;

/// A GitHub repository at a reference, in BinderHub's notation.
///
/// Only the provider `gh` is known: it is the one whose answer can be checked against the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchSpec {
    owner: String,
    repository: String,
    reference: String,
}

impl LaunchSpec {
    /// The path of the launch below BinderHub's base URL.
    pub(crate) fn build_path(&self) -> String {
        format!("build/{self}")
    }

    /// Whether `url` is the repository that was asked for.
    pub(crate) fn is_repository(&self, url: &str) -> bool {
        let wanted = format!("/{}/{}", self.owner, self.repository);
        let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        path.is_some_and(|path| {
            let path = path.trim_end_matches('/');
            path.strip_suffix(".git").unwrap_or(path).eq_ignore_ascii_case(&wanted)
        })
    }

    /// Whether `commit` can be what the reference stands for. Only a whole commit stands for itself:
    /// a branch may stand for any commit, and may be called `50533eb`.
    pub(crate) fn may_resolve_to(&self, commit: &str) -> bool {
        let is_commit = self.reference.len() == 40 && self.reference.bytes().all(|b| b.is_ascii_hexdigit());
        !is_commit || commit.eq_ignore_ascii_case(&self.reference)
    }
}

impl FromStr for LaunchSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Error::LaunchSpec { given: clean_line(text), reason };
        let rest = text.strip_prefix("gh/").ok_or_else(|| refuse("it must begin with gh/"))?;
        let mut parts = rest.splitn(3, '/');
        let (Some(owner), Some(repository), Some(reference)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(refuse("it needs an owner, a repository and a reference"));
        };
        let is_name = |name: &str| {
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
                && !name.is_empty()
                && name.bytes().any(|b| b != b'.')
        };
        if !is_name(owner) || !is_name(repository) {
            return Err(refuse("owner and repository are letters, digits, `-`, `_` and `.`"));
        }
        // git check-ref-format refuses these too; a URL would swallow some of them.
        let bad = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\#%".contains(c);
        if reference.contains(bad) || reference.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(refuse("the reference is no branch, tag or commit"));
        }
        let repository = repository.strip_suffix(".git").unwrap_or(repository);
        Ok(Self { owner: owner.into(), repository: repository.into(), reference: reference.into() })
    }
}

impl std::fmt::Display for LaunchSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "gh/{}/{}/{}", self.owner, self.repository, self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        for text in ["gh/binder-examples/requirements/HEAD", "gh/o/r.git/feature/x", "gh/o/.github/v1.0"] {
            assert!(text.parse::<LaunchSpec>().is_ok(), "{text}");
        }
        for text in [
            "",
            "gh",
            "gh/o/r",
            "gh/o/r/",
            "gl/o/r/HEAD",
            "gh/o//HEAD",
            "gh/o/r/a b",
            "gh/o/r/..",
            "gh/../r/x",
            "gh/o/r/x?build_only=true",
            "gh/o/r/a//b",
        ] {
            assert!(text.parse::<LaunchSpec>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_answer_is_compared_with_the_request() {
        let spec: LaunchSpec = "gh/Binder-Examples/requirements/50533eb".parse().unwrap();
        assert!(spec.is_repository("https://github.com/binder-examples/requirements"));
        assert!(spec.is_repository("https://github.com/binder-examples/requirements.git"));
        assert!(!spec.is_repository("https://github.com/binder-examples/requirements2"));
        assert!(!spec.is_repository("github"));
        assert!(spec.may_resolve_to("0cf6e6fa576c76967d0dde188b2cbec1d78257ca"));
        let commit: LaunchSpec = "gh/o/r/0cf6e6fa576c76967d0dde188b2cbec1d78257ca".parse().unwrap();
        assert!(commit.may_resolve_to("0CF6e6fa576c76967d0dde188b2cbec1d78257ca"));
        assert!(!commit.may_resolve_to("254d4ecd1031a38154d582361598374de50a2d6a"));
        let head: LaunchSpec = "gh/o/r/HEAD".parse().unwrap();
        assert!(head.may_resolve_to("0cf6e6f"));
    }
}
