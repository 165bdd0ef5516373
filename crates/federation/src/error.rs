//! What can be wrong with a deployment repository's own file, and what to do about it.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place};

/// One mistake, at its place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not YAML.
    #[error("this is not YAML: {why}")]
    Syntax {
        /// Where.
        place: Box<Place>,
        /// The parser's words.
        why: String,
    },
    /// The file is written for another version of `deploy`.
    #[error("`apiVersion` is {found}, this version of deploy reads 1")]
    ApiVersion {
        /// Where.
        place: Box<Place>,
        /// What stands there.
        found: String,
    },
    /// A key that its table does not know.
    #[error("unknown key `{key}` in {table}")]
    UnknownKey {
        /// Where.
        place: Box<Place>,
        /// The key.
        key: String,
        /// The table in words.
        table: &'static str,
        /// The key that was probably meant.
        near: Option<String>,
        /// The keys that the table knows.
        known: Vec<&'static str>,
    },
    /// A key that stands twice in its table.
    #[error("`{key}` is given twice")]
    DuplicateKey {
        /// The second place.
        place: Box<Place>,
        /// The key.
        key: String,
    },
    /// A key that is needed and missing.
    #[error("{table} needs `{key}`")]
    MissingKey {
        /// The table.
        place: Box<Place>,
        /// The table in words.
        table: &'static str,
        /// The key.
        key: &'static str,
        /// What it is for.
        means: &'static str,
    },
    /// A value of another form than its key wants.
    #[error("{key} wants {expected}, and this is {found}")]
    WrongType {
        /// Where.
        place: Box<Place>,
        /// The key, quoted, or the item in words.
        key: String,
        /// What the key wants.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A word that is none of those allowed.
    #[error("unknown {what} `{value}`")]
    UnknownValue {
        /// Where.
        place: Box<Place>,
        /// What the word names.
        what: &'static str,
        /// The word.
        value: String,
        /// The word that was probably meant.
        near: Option<String>,
        /// The words that are allowed.
        known: Vec<String>,
    },
    /// A value that breaks the grammar of its key: a duration, a URL, a launch, a count.
    #[error("`{value}` is not {what}: {why}")]
    BadValue {
        /// Where.
        place: Box<Place>,
        /// What it should be, with its article.
        what: &'static str,
        /// The value.
        value: String,
        /// The rule that it breaks.
        why: String,
    },
    /// A path that leaves the repository, or that is none.
    #[error("`{path}` cannot be used as a path: {why}")]
    BadPath {
        /// Where.
        place: Box<Place>,
        /// The path.
        path: String,
        /// The rule that it breaks.
        why: &'static str,
    },
    /// A name that Kubernetes or Helm would refuse.
    #[error("this name would be refused by the cluster")]
    InvalidName {
        /// Where.
        place: Box<Place>,
        /// The rule.
        #[source]
        source: names::InvalidName,
    },
    /// A placeholder other than `{member}` and `{wave}`, or one where none is filled in.
    #[error("unknown placeholder `{{{name}}}`")]
    UnknownPlaceholder {
        /// Where.
        place: Box<Place>,
        /// The name between the braces.
        name: String,
        /// The placeholder that was probably meant.
        near: Option<String>,
        /// Whether placeholders are filled in at this place.
        filled: bool,
    },
    /// A wave, command or other target has the name already.
    #[error("{what} cannot be named `{name}`: that is {taken}")]
    ReservedName {
        /// Where.
        place: Box<Place>,
        /// `a member`, `a wave`.
        what: &'static str,
        /// The name.
        name: String,
        /// What has it.
        taken: String,
    },
    /// Two things of one kind share a name.
    #[error("{what} `{name}` is already given at {first}")]
    DuplicateName {
        /// The second place.
        place: Box<Place>,
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
        /// The first place.
        first: Box<Place>,
    },
    /// More than one member has a role that only one can have.
    #[error("`{first}` is the {role} already")]
    SecondRole {
        /// The second member's key.
        place: Box<Place>,
        /// `reference`, `redirector`.
        role: &'static str,
        /// The first member.
        first: String,
    },
    /// Two members would write the same release of the same cluster.
    #[error("{member} would write release `{release}` in namespace `{namespace}`, as {other} does")]
    SharedRelease {
        /// The second release's place.
        place: Box<Place>,
        /// The second member.
        member: String,
        /// The first member.
        other: String,
        /// The release.
        release: String,
        /// Its namespace.
        namespace: String,
    },
    /// A step that is none of apply, run and helm, or several at once.
    #[error("a step is one of apply, run and helm; this one is {found}")]
    StepKind {
        /// The step.
        place: Box<Place>,
        /// `none of them`, `apply and helm`.
        found: String,
    },
    /// A values entry that is neither a file nor a glob, or both.
    #[error("a values entry is `file` or `glob`; this one is {found}")]
    ValuesKind {
        /// The entry.
        place: Box<Place>,
        /// `neither`, `both`.
        found: &'static str,
    },
    /// No release of the member, or more than one, is judged by the checks.
    #[error("the checks of {member} judge {count} of its releases, and it must be one")]
    VerifiedReleases {
        /// The second release, or the steps.
        place: Box<Place>,
        /// The member.
        member: String,
        /// How many releases have `verify: true`.
        count: usize,
    },
    /// A check needs a URL that its member does not have.
    #[error("{member} has no `urls.{url}`, and check `{check}` needs it")]
    MissingUrl {
        /// The check's name in the member.
        place: Box<Place>,
        /// The member.
        member: String,
        /// The check.
        check: String,
        /// `binder` or `hub`.
        url: &'static str,
    },
    /// A file is sealed, and `secrets` does not say how.
    #[error("this file is sealed, and `secrets` does not say how")]
    NoVault {
        /// The first sealed file.
        place: Box<Place>,
    },
    /// A key that this version reads and does not act on.
    #[error("this version of deploy does not act on `{key}` yet")]
    NotYet {
        /// Where.
        place: Box<Place>,
        /// The key, with its tables.
        key: String,
    },
    /// A target that is no member and no wave.
    #[error("there is no member and no wave `{target}`")]
    UnknownTarget {
        /// The target as given.
        target: String,
        /// The target that was probably meant.
        near: Option<String>,
        /// Members and waves, in order.
        known: Vec<String>,
    },
    /// A wave without members.
    #[error("wave `{wave}` has no members")]
    EmptyWave {
        /// The wave.
        place: Box<Place>,
        /// Its name.
        wave: String,
    },
    /// A values file that is not there.
    #[error("there is no file `{path}`")]
    MissingFile {
        /// The entry.
        place: Box<Place>,
        /// The path, relative to the file.
        path: Utf8PathBuf,
        /// The file that was probably meant.
        near: Option<String>,
    },
    /// A glob without a match.
    #[error("no file matches `{glob}`")]
    EmptyGlob {
        /// The entry.
        place: Box<Place>,
        /// The glob, relative to the file.
        glob: Utf8PathBuf,
    },
    /// A folder that cannot be read.
    #[error("cannot read the folder `{folder}`")]
    Unlistable {
        /// The entry.
        place: Box<Place>,
        /// The folder, relative to the file.
        folder: Utf8PathBuf,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        self.entry().code
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(crate::problems::help(self))
    }

    fn place(&self) -> Option<Place> {
        self.at().cloned()
    }
}

impl Error {
    /// Where the mistake is; a target on the command line has no place.
    #[must_use]
    pub fn at(&self) -> Option<&Place> {
        match self {
            Self::Syntax { place, .. }
            | Self::ApiVersion { place, .. }
            | Self::UnknownKey { place, .. }
            | Self::DuplicateKey { place, .. }
            | Self::MissingKey { place, .. }
            | Self::WrongType { place, .. }
            | Self::UnknownValue { place, .. }
            | Self::BadValue { place, .. }
            | Self::BadPath { place, .. }
            | Self::InvalidName { place, .. }
            | Self::UnknownPlaceholder { place, .. }
            | Self::ReservedName { place, .. }
            | Self::DuplicateName { place, .. }
            | Self::SecondRole { place, .. }
            | Self::SharedRelease { place, .. }
            | Self::StepKind { place, .. }
            | Self::ValuesKind { place, .. }
            | Self::VerifiedReleases { place, .. }
            | Self::MissingUrl { place, .. }
            | Self::NoVault { place }
            | Self::NotYet { place, .. }
            | Self::EmptyWave { place, .. }
            | Self::MissingFile { place, .. }
            | Self::EmptyGlob { place, .. }
            | Self::Unlistable { place, .. } => Some(place),
            Self::UnknownTarget { .. } => None,
        }
    }

    /// The row of [`PROBLEMS`](crate::PROBLEMS) that documents it.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        crate::problems::entry(self)
    }
}

/// All mistakes of one text, in the order of their places; at least one.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.summary())]
pub struct Errors(Vec<Error>);

impl Errors {
    /// `None` where nothing is wrong.
    pub(crate) fn of(mistakes: Vec<Error>) -> Option<Self> {
        (!mistakes.is_empty()).then_some(Self(mistakes))
    }

    /// The mistakes, in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.0.iter()
    }

    fn summary(&self) -> String {
        match self.0.as_slice() {
            [one] => one.to_string(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
            [] => String::new(),
        }
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl IntoIterator for Errors {
    type Item = Error;
    type IntoIter = std::vec::IntoIter<Error>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
