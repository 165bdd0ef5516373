//! The table of this crate's problems: code, meaning and next step of every error.

use std::borrow::Cow;

use problem::{Code, Entry, Place};

use crate::Error;

macro_rules! problems {
    ($($row:ident = $code:literal, $means:literal, $next:literal;)*) => {
        $(const $row: Entry = Entry { code: Code::new($code), means: $means, next: $next };)*
        /// Every problem of this crate.
        pub const PROBLEMS: &[Entry] = &[$($row),*];
    };
}

problems! {
    SYNTAX = "federation.syntax", "the file is not YAML", "mend the line that is marked, or the one before it";
    API_VERSION = "federation.api_version", "the file is written for another version of deploy", "write `apiVersion: 1`, or use the version of deploy that the repository pins";
    UNKNOWN_KEY = "federation.unknown_key", "a key that its table does not know", "rename or remove the key";
    DUPLICATE_KEY = "federation.duplicate_key", "a key stands twice in one table", "keep one of the two";
    MISSING_KEY = "federation.missing_key", "a key that is needed is missing", "add the key";
    WRONG_TYPE = "federation.wrong_type", "a value has another form than its key wants", "write the value in the form that is named";
    UNKNOWN_VALUE = "federation.unknown_value", "a word that is none of those allowed", "write one of the words that are named";
    BAD_VALUE = "federation.bad_value", "a value breaks the grammar of its key", "mend the value";
    BAD_PATH = "federation.bad_path", "a path leaves the repository, or is none", "write a path relative to the federation file, inside its folder";
    INVALID_NAME = "federation.invalid_name", "Kubernetes or Helm would refuse a name", "choose a name of lower-case letters, digits and `-`";
    UNKNOWN_PLACEHOLDER = "federation.unknown_placeholder", "a placeholder that is not filled in", "only `{member}` and `{wave}` are filled in, and only for members and their steps";
    RESERVED_NAME = "federation.reserved_name", "a member or wave has the name of a command or of another target", "choose another name, so that a target is never ambiguous";
    DUPLICATE_NAME = "federation.duplicate_name", "two things of one kind share a name", "rename one of the two";
    SECOND_ROLE = "federation.second_role", "two members have a role that only one can have", "keep the role on one member";
    SHARED_RELEASE = "federation.shared_release", "two members would write the same release of the same cluster", "give each member its own namespace, release or cluster";
    STEP_KIND = "federation.step_kind", "a step is none of apply, run and helm, or several at once", "write one list item for each step";
    VALUES_KIND = "federation.values_kind", "a values entry is neither a file nor a glob, or both", "write one list item for each file or glob";
    VERIFIED_RELEASES = "federation.verified_releases", "the checks judge no release of a member, or more than one", "set `verify: true` on exactly one helm step";
    MISSING_URL = "federation.missing_url", "a check needs a URL that its member does not have", "add the URL to the member or to the defaults, or remove the check";
    NO_VAULT = "federation.no_vault", "a file is sealed, and nothing says how", "add `secrets: {git-crypt: true}`";
    NOT_YET = "federation.not_yet", "a key that this version reads and does not act on", "remove the key, or keep to the tool that acts on it until deploy does";
    UNKNOWN_TARGET = "federation.unknown_target", "a target is no member and no wave", "name a member, a wave or `all`";
    EMPTY_WAVE = "federation.empty_wave", "a wave that is to be deployed has no members", "give a member this wave, or name another target";
    MISSING_FILE = "federation.missing_file", "a values file is not there", "add the file, mend the path, or write `optional: true`";
    EMPTY_GLOB = "federation.empty_glob", "a glob of values files matches nothing", "add a file, mend the glob, or write `optional: true`";
    UNLISTABLE = "federation.unlistable", "a folder of values files cannot be read", "make the folder readable";
}

pub(crate) fn entry(error: &Error) -> &'static Entry {
    match error {
        Error::Syntax { .. } => &SYNTAX,
        Error::ApiVersion { .. } => &API_VERSION,
        Error::UnknownKey { .. } => &UNKNOWN_KEY,
        Error::DuplicateKey { .. } => &DUPLICATE_KEY,
        Error::MissingKey { .. } => &MISSING_KEY,
        Error::WrongType { .. } => &WRONG_TYPE,
        Error::UnknownValue { .. } => &UNKNOWN_VALUE,
        Error::BadValue { .. } => &BAD_VALUE,
        Error::BadPath { .. } => &BAD_PATH,
        Error::InvalidName { .. } => &INVALID_NAME,
        Error::UnknownPlaceholder { .. } => &UNKNOWN_PLACEHOLDER,
        Error::ReservedName { .. } => &RESERVED_NAME,
        Error::DuplicateName { .. } => &DUPLICATE_NAME,
        Error::SecondRole { .. } => &SECOND_ROLE,
        Error::SharedRelease { .. } => &SHARED_RELEASE,
        Error::StepKind { .. } => &STEP_KIND,
        Error::ValuesKind { .. } => &VALUES_KIND,
        Error::VerifiedReleases { .. } => &VERIFIED_RELEASES,
        Error::MissingUrl { .. } => &MISSING_URL,
        Error::NoVault { .. } => &NO_VAULT,
        Error::NotYet { .. } => &NOT_YET,
        Error::UnknownTarget { .. } => &UNKNOWN_TARGET,
        Error::EmptyWave { .. } => &EMPTY_WAVE,
        Error::MissingFile { .. } => &MISSING_FILE,
        Error::EmptyGlob { .. } => &EMPTY_GLOB,
        Error::Unlistable { .. } => &UNLISTABLE,
    }
}

/// The nearest right name where there is one, all right names where there are few, else the
/// next step of the table.
pub(crate) fn help(error: &Error) -> Cow<'_, str> {
    match error {
        Error::UnknownKey { near: Some(near), .. }
        | Error::UnknownValue { near: Some(near), .. }
        | Error::UnknownTarget { near: Some(near), .. }
        | Error::MissingFile { near: Some(near), .. } => format!("did you mean `{near}`?").into(),
        Error::UnknownPlaceholder { near: Some(near), .. } => format!("did you mean `{{{near}}}`?").into(),
        Error::UnknownPlaceholder { filled: false, .. } => {
            "no placeholder is filled in here, only for members and their steps".into()
        }
        Error::Syntax { place, .. } if holds_placeholder(place) => {
            "inside `{ }` and `[ ]`, a text with a placeholder needs quotes: `\"config/{member}.yaml\"`"
                .into()
        }
        Error::Syntax { place, .. } if place.source.as_deref().is_some_and(|line| line.contains('\t')) => {
            "indent with spaces: YAML does not allow tabs there".into()
        }
        Error::MissingKey { key, means, .. } => format!("add `{key}`: {means}").into(),
        Error::UnknownKey { table, known, .. } => format!("{table} knows {}", quoted(known)).into(),
        Error::UnknownValue { known, .. } if known.is_empty() => "there are none in this file yet".into(),
        Error::UnknownValue { known, .. } => format!("it is one of {}", quoted(known)).into(),
        Error::UnknownTarget { known, .. } => format!("targets are {} and `all`", quoted(known)).into(),
        Error::InvalidName { source, .. } if source.what == "step name" => {
            "give the step a `name` of lower-case letters, digits, `-` and `.`".into()
        }
        other => other.entry().next.into(),
    }
}

fn holds_placeholder(place: &Place) -> bool {
    place.source.as_deref().is_some_and(|line| line.contains("{member}") || line.contains("{wave}"))
}

fn quoted(names: &[impl AsRef<str>]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    names.join(", ")
}
