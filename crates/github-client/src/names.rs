//! Names on GitHub that have a grammar.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is no such name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}")]
pub struct NameError {
    /// The text.
    pub text: String,
    /// What was wanted.
    pub what: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $valid:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                if $valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NameError { text: text.to_owned(), what: $what })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// A repository, `owner/name`.
    Repo, "repository: `owner/name` is wanted", is_repo
);
name!(
    /// A whole object id of git: 40 hexadecimal digits in lower case.
    Oid, "object id: 40 hexadecimal digits are wanted", is_oid
);
name!(
    /// A branch, without `refs/heads/`.
    Branch, "branch that git would take", is_branch
);

impl Repo {
    /// Who owns it.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl Branch {
    /// As a reference of git: `refs/heads/NAME`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

fn is_repo(text: &str) -> bool {
    let word = |part: &str| {
        let known = part.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'));
        known && !part.is_empty() && part != "." && part != ".."
    };
    text.split_once('/').is_some_and(|(owner, name)| word(owner) && word(name))
}

fn is_oid(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The rules of `git check-ref-format` for a branch.
fn is_branch(text: &str) -> bool {
    let banned = |char: char| {
        char.is_ascii_control() || matches!(char, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
    };
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with(".lock")
            && !part.ends_with('.')
            && !part.contains("..")
            && !part.contains("@{")
    };
    text.len() < 240
        && !text.starts_with('-')
        && text != "@"
        && !text.contains(banned)
        && text.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_grammar() {
        for good in ["jupyterhub/binderhub", "a/b.c_d-e", "me/.github"] {
            assert_eq!(good.parse::<Repo>().unwrap().to_string(), good);
        }
        for bad in ["", "a", "a/", "/b", "a/b/c", "a/..", "a b/c", "https://github.com/a/b"] {
            assert!(bad.parse::<Repo>().is_err(), "{bad}");
        }
        for good in ["main", "bump/binderhub", "a.b/c-d_e"] {
            assert_eq!(good.parse::<Branch>().unwrap().reference(), format!("refs/heads/{good}"));
        }
        for bad in
            ["", "/a", "a/", "a//b", ".a", "a..b", "a b", "a~1", "a:b", "x.lock", "-a", "@", "a@{1}", "a."]
        {
            assert!(bad.parse::<Branch>().is_err(), "{bad}");
        }
        assert!("0123456789abcdef0123456789abcdef01234567".parse::<Oid>().is_ok());
        for bad in ["0123456", "0123456789ABCDEF0123456789abcdef01234567", &"0".repeat(41)] {
            assert!(bad.parse::<Oid>().is_err(), "{bad}");
        }
    }
}
