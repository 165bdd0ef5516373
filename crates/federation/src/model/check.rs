//! The checks that judge a member.

use std::str::FromStr;

use problem::Place;
use url::Url;

use super::file::{FileRef, file};
use crate::item::Item;
use crate::near::nearest;
use crate::reader::Reader;
use crate::tree::Span;
use crate::{Error, keys};

/// One check by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The key under `checks`.
    pub name: String,
    /// What is checked.
    pub kind: CheckKind,
    /// Where it is named under `checks`.
    pub place: Place,
}

/// What a check asserts.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckKind {
    /// A BinderHub answers with the versions that were deployed, and launches.
    BinderHub {
        /// What is launched; nothing, and only health and versions are asked, unless given.
        launch: Option<Launch>,
        /// A repository in which a new commit forces a build. Not acted on yet.
        build: Option<Build>,
    },
    /// A JupyterHub answers, and a user can start a server.
    JupyterHub {
        /// The user who logs in. Not acted on yet.
        user: Option<FileRef>,
    },
    /// The URL that users type reaches a healthy member. Not acted on yet.
    Federation {
        /// The URL, with a path that ends in `/`.
        url: Url,
    },
    /// Metrics stay within bounds. Not acted on yet.
    Metrics {
        /// What must hold.
        rules: Vec<Rule>,
    },
}

impl CheckKind {
    /// The name under `urls` that a member needs for this check.
    #[must_use]
    pub fn needs_url(&self) -> Option<&'static str> {
        match self {
            Self::BinderHub { .. } => Some("binder"),
            Self::JupyterHub { .. } => Some("hub"),
            Self::Federation { .. } | Self::Metrics { .. } => None,
        }
    }
}

/// What a launch link names: provider, repository and reference, as in `gh/OWNER/REPO/REF`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch(String);

impl Launch {
    /// As in the path of a launch link after `/v2/` or `/build/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Launch {
    type Err = &'static str;

    /// # Errors
    /// The rule of a launch link that the text breaks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // BinderHub's providers with the number of parts that each puts into a link, as far as it is fixed.
        const PROVIDERS: [(&str, usize); 9] = [
            ("gh", 4),
            ("gl", 3),
            ("gist", 4),
            ("git", 3),
            ("zenodo", 2),
            ("figshare", 2),
            ("hydroshare", 2),
            ("dataverse", 2),
            ("ckan", 2),
        ];
        let parts: Vec<&str> = text.split('/').collect();
        let provider = parts.first().copied().unwrap_or_default();
        let Some((_, least)) = PROVIDERS.iter().find(|(name, _)| *name == provider) else {
            return Err(
                "it begins with none of BinderHub's providers (`gh`, `gl`, `gist`, `git`, `zenodo`, ...)",
            );
        };
        if parts.len() < *least || parts.iter().any(|part| part.is_empty()) {
            return Err("write it like `gh/OWNER/REPO/REF`");
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#')) {
            return Err("it holds a character that no launch link has");
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Display for Launch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A repository in which a new commit forces a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// As git addresses it.
    pub repo: String,
    /// The key that may push to it.
    pub key: FileRef,
}

/// A bound on a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The query.
    pub query: String,
    /// The highest value that passes.
    pub at_most: f64,
    /// Whether the bound is a multiple of the value before the deployment.
    pub of_baseline: bool,
}

/// The checks by name, for members to refer to.
pub(crate) struct Checks(Vec<(String, Option<Check>)>);

impl Checks {
    pub(crate) fn read(root: &Reader<'_>) -> Self {
        let Some(entries) = root.get("checks").and_then(Item::named) else {
            return Self(Vec::new());
        };
        let read = entries.iter().map(|(word, node)| {
            let item = Item {
                desk: root.desk,
                node,
                key: &word.text,
                listed: false,
                path: "checks",
                scope: root.scope,
            };
            (word.text.clone(), check(item, &word.text, word.span))
        });
        Self(read.collect())
    }

    /// The check that an item of a member's `checks` names.
    pub(crate) fn find(&self, item: Item<'_>) -> Option<Check> {
        let value = item.text()?;
        if let Some((_, check)) = self.0.iter().find(|(name, _)| *name == value) {
            return check.clone();
        }
        let near = nearest(&value, self.0.iter().map(|(name, _)| name.as_str()));
        let known = self.0.iter().map(|(name, _)| name.clone()).collect();
        item.desk.refuse(item.span(), |place| Error::UnknownValue {
            place,
            what: "check",
            value,
            near,
            known,
        });
        None
    }

    pub(crate) fn into_vec(self) -> Vec<Check> {
        self.0.into_iter().filter_map(|(_, check)| check).collect()
    }
}

fn check(item: Item<'_>, name: &str, named: Span) -> Option<Check> {
    let reader = Reader::open(item, &keys::CHECK, named)?;
    let [binderhub, jupyterhub, federation, metrics] = keys::CHECK_KINDS;
    let kinds = [binderhub, jupyterhub, federation, metrics].map(|kind| (kind, kind));
    let kind_item = reader.get("kind")?;
    let kind = kind_item.one_of("kind of check", &kinds)?;
    if keys::CHECK_KINDS_NOT_YET.contains(&kind) {
        item.desk.not_yet(kind_item.span(), format!("{}.kind: {kind}", reader.path));
    }
    foreign_keys(&reader, kind);
    let kind = match kind {
        "binderhub" => CheckKind::BinderHub {
            launch: match reader.get("launch") {
                Some(item) => Some(launch(item)?),
                None => None,
            },
            build: reader.get("build").and_then(build),
        },
        "jupyterhub" => CheckKind::JupyterHub { user: reader.get("user").and_then(file) },
        "federation" => match reader.get("url") {
            Some(url) => CheckKind::Federation { url: url.url()? },
            None => {
                reader.missing("url");
                return None;
            }
        },
        _ => CheckKind::Metrics { rules: reader.list("rules", rule) },
    };
    Some(Check { name: name.to_owned(), kind, place: item.desk.place(named) })
}

/// A key of another kind of check would be read and never used.
fn foreign_keys(reader: &Reader<'_>, kind: &str) {
    let (table, own): (_, &[_]) = match kind {
        "binderhub" => ("a check of kind binderhub", &["kind", "launch", "build"]),
        "jupyterhub" => ("a check of kind jupyterhub", &["kind", "user"]),
        "federation" => ("a check of kind federation", &["kind", "url"]),
        _ => ("a check of kind metrics", &["kind", "rules"]),
    };
    for key in keys::CHECK.names().filter(|key| !own.contains(key)) {
        reader.foreign(key, table, own);
    }
}

fn launch(item: Item<'_>) -> Option<Launch> {
    let text = item.text()?;
    match text.parse() {
        Ok(launch) => Some(launch),
        Err(why) => item.refuse("a launch", why),
    }
}

fn build(item: Item<'_>) -> Option<Build> {
    let reader = item.table(&keys::BUILD)?;
    Some(Build { repo: reader.get("repo")?.text()?, key: file(reader.get("key")?)? })
}

fn rule(item: Item<'_>) -> Option<Rule> {
    let reader = item.table(&keys::RULE)?;
    let of_baseline = match reader.get("of") {
        Some(of) => of.one_of("`of`", &[("baseline", true)])?,
        None => false,
    };
    let query = reader.get("query")?.verbatim()?;
    Some(Rule { query, at_most: reader.get("at-most")?.number()?, of_baseline })
}
