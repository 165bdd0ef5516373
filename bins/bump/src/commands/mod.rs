//! What the program can be asked, and how it ends.

mod bump;
mod edit;

use std::time::Duration;

use camino::Utf8PathBuf;
use chart_bump::{Allow, BumpError, Origin, Plan, Target, edit::YamlPath};
use problem::{Place, ProblemRecord};

use crate::exit;

/// One run of the program.
pub(crate) enum Request {
    Bump(BumpRequest),
    Edit(EditRequest),
}

/// `bump NAME TARGET`.
pub(crate) struct BumpRequest {
    pub(crate) name: String,
    pub(crate) target: Target,
    pub(crate) index: Option<Utf8PathBuf>,
    /// The guards that are lifted.
    pub(crate) allow: Allow,
    pub(crate) dry_run: bool,
    /// A clone of upstream, and the git that reads it.
    pub(crate) clone: Option<Clone>,
    /// The top of the repository in which the manifests are looked for.
    pub(crate) root: Utf8PathBuf,
    /// The whole time that a request to a repository may take.
    pub(crate) timeout: Duration,
}

/// A clone of upstream.
pub(crate) struct Clone {
    pub(crate) folder: Utf8PathBuf,
    /// The system's git.
    pub(crate) git: Utf8PathBuf,
    /// The whole time that one question may take.
    pub(crate) timeout: Duration,
}

/// `bump set` and `bump get`.
pub(crate) enum EditRequest {
    Set { file: Utf8PathBuf, path: String, value: String, dry_run: bool },
    Get { file: Utf8PathBuf, path: String },
}

/// What came of it.
pub(crate) enum Outcome {
    Bumped { plan: Plan, dry_run: bool },
    Set { place: Place, path: YamlPath, changed: bool, dry_run: bool, followers: Vec<Place>, diff: String },
    Got { place: Place, path: YamlPath, value: String },
}

/// Why nothing came of it.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) record: Box<ProblemRecord>,
}

impl From<BumpError> for Failure {
    fn from(error: BumpError) -> Self {
        Self { code: exit_code(&error), record: ProblemRecord::from_diagnose(&error).into() }
    }
}

/// Does what is asked.
pub(crate) fn run(request: Request) -> Result<Outcome, Failure> {
    match request {
        Request::Bump(request) => bump::run(request),
        Request::Edit(request) => edit::run(request),
    }
}

fn exit_code(error: &BumpError) -> u8 {
    match error {
        BumpError::WrongScheme { .. }
        | BumpError::Deprecated { .. }
        | BumpError::Moved { .. }
        | BumpError::Diverged { .. }
        | BumpError::Downgrade { .. } => exit::REFUSED,
        BumpError::NotPublished { .. }
        | BumpError::NoOrder { .. }
        | BumpError::NoLookup { .. }
        | BumpError::NoCommit { .. }
        | BumpError::NoChart { .. }
        | BumpError::Unreachable { .. }
        | BumpError::Status { .. }
        | BumpError::TooLarge { .. } => exit::INCONCLUSIVE,
        // A broken index is the caller's where the caller named it.
        BumpError::BrokenIndex { origin, .. } => match **origin {
            Origin::File(_) => exit::USAGE,
            Origin::Url(_) => exit::INCONCLUSIVE,
        },
        BumpError::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => exit::USAGE,
        BumpError::Read { .. }
        | BumpError::Git(_)
        | BumpError::Write { .. }
        | BumpError::ChangedMeanwhile { .. }
        | BumpError::Unproven { .. } => exit::FAILED_BEFORE,
        BumpError::HalfWritten { .. } => exit::UNSETTLED,
        _ => exit::USAGE,
    }
}

fn read(path: &camino::Utf8Path) -> Result<Vec<u8>, BumpError> {
    std::fs::read(path).map_err(|source| BumpError::Read { path: path.to_owned(), source })
}
