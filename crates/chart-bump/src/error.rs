//! Everything that can stop a bump, each with its code, its place and the next step.

mod branch;
mod diagnose;
mod fault;
mod history;
mod origin;
mod private;
mod problems;
mod refusal;
mod revert;

pub use branch::BranchFault;
pub use fault::{ConfigFault, PartFault};
pub use history::HistoryFault;
pub use origin::Origin;
pub use private::PrivateFault;
pub use problems::PROBLEMS;
pub use refusal::Refusal;
pub use revert::RevertFault;

use camino::Utf8PathBuf;
use problem::Place;

use crate::forge::ForgeFault;
use crate::version::Scheme;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BumpError {
    /// PATH does not follow its grammar.
    #[error("`{path}` is no path: column {column}: {why}")]
    BadPath {
        /// The text as given.
        path: String,
        /// Byte column from one.
        column: usize,
        /// What is wrong there.
        why: &'static str,
    },
    /// Bytes that are not UTF-8.
    #[error("{file} is not UTF-8 text: byte {offset} belongs to no character")]
    NotUtf8 {
        /// The file.
        file: Utf8PathBuf,
        /// The first byte that is wrong, from zero.
        offset: usize,
    },
    /// A tab where YAML wants spaces.
    #[error("a tab indents this line, and YAML knows only spaces there")]
    Tab {
        /// The tab.
        place: Box<Place>,
    },
    /// Not YAML.
    #[error("this is not YAML: {reason}")]
    BrokenYaml {
        /// Where reading ended.
        place: Box<Place>,
        /// What the parser expected.
        reason: String,
    },
    /// A path that leads nowhere.
    #[error("`{path}` matches nothing: there is no `{missing}` here")]
    NoMatch {
        /// The whole path.
        path: String,
        /// The step that failed.
        missing: String,
        /// The nearest right name.
        near: Option<String>,
        /// The node in which the step was looked for.
        place: Box<Place>,
    },
    /// A path that leads to several places.
    #[error("`{path}` matches more than one place: here and line {also}")]
    SeveralMatches {
        /// The whole path.
        path: String,
        /// The second match.
        place: Box<Place>,
        /// The line of the first.
        also: usize,
    },
    /// A scalar that cannot be replaced without touching more than itself.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The scalar.
        place: Box<Place>,
    },
    /// An edit that did not pass its own proof.
    #[error("the edit does not pass its own proof: {why}")]
    Unproven {
        /// The scalar.
        place: Box<Place>,
        /// What the second reading found.
        why: &'static str,
    },

    /// No manifest depends on the name.
    #[error("no chart of this repository depends on `{name}`")]
    UnknownName {
        /// The name as given.
        name: String,
        /// The nearest dependency.
        near: Option<String>,
        /// The manifests that were read.
        searched: Vec<Utf8PathBuf>,
    },
    /// A dependency without a version of its own.
    #[error("the dependency `{name}` has no version here")]
    NoVersion {
        /// The dependency.
        name: String,
        /// Its entry.
        place: Box<Place>,
    },
    /// The same name from different repositories.
    #[error("`{name}` comes from more than one repository: {first} and {second}")]
    SeveralSources {
        /// The dependency.
        name: String,
        /// One repository.
        first: String,
        /// Another.
        second: String,
        /// Where the other is named.
        place: Box<Place>,
    },
    /// TARGET is neither a hash, a version nor `latest`.
    #[error("`{target}` is neither a commit hash, a version nor `latest`")]
    BadTarget {
        /// The text as given.
        target: String,
    },
    /// Nobody published the commit or version.
    #[error("{what} of {chart} is not published: none of the {count} versions in {origin} has it")]
    NotPublished {
        /// The chart.
        chart: String,
        /// The commit or version, in words.
        what: String,
        /// How many versions were looked at.
        count: usize,
        /// Where.
        origin: Box<Origin>,
        /// The newest of them, where their order is known.
        newest: Option<String>,
    },
    /// An abbreviated hash that fits several commits.
    #[error("`{hash}` fits several published commits of {chart}: {}", matches.join(", "))]
    AmbiguousHash {
        /// The chart.
        chart: String,
        /// The hash as given.
        hash: String,
        /// The versions that it fits.
        matches: Vec<String>,
    },
    /// `latest` where versions have no order.
    #[error("which version of {chart} is the latest cannot be known: {current} {why}")]
    NoOrder {
        /// The chart.
        chart: String,
        /// The version in use.
        current: String,
        /// Why its scheme does not tell.
        why: &'static str,
    },
    /// The target is older than what is in use.
    #[error("{new} is older than {old}, which {name} has now")]
    Downgrade {
        /// The dependency.
        name: String,
        /// The version in use.
        old: String,
        /// The version asked for.
        new: String,
        /// Where the version in use is written, where that is known.
        place: Option<Box<Place>>,
    },
    /// The target is not of the scheme that `bump.yaml` declares.
    #[error("{new} is no version of the scheme `{scheme}`, which bump.yaml declares for `{name}`")]
    WrongScheme {
        /// The dependency.
        name: String,
        /// The version asked for.
        new: String,
        /// The scheme.
        scheme: Scheme,
        /// Where the version in use is written, where that is known.
        place: Option<Box<Place>>,
    },
    /// The publisher gave the chart up.
    #[error("{chart} {version} is marked as deprecated by its publisher")]
    Deprecated {
        /// The chart.
        chart: String,
        /// The version that says so.
        version: String,
        /// Where the version in use is written, where that is known.
        place: Option<Box<Place>>,
    },
    /// The source goes on elsewhere.
    #[error("`{name}` has moved from {from} to {to}")]
    Moved {
        /// The dependency.
        name: String,
        /// The repository in use.
        from: String,
        /// The present one.
        to: &'static str,
        /// Where the version in use is written, where that is known.
        place: Option<Box<Place>>,
    },
    /// Neither of two versions contains the other.
    #[error("{new} does not contain {old}, which {name} has now: their histories part")]
    Diverged {
        /// The dependency.
        name: String,
        /// The version in use.
        old: String,
        /// The version asked for.
        new: String,
        /// Where the version in use is written, where that is known.
        place: Option<Box<Place>>,
    },

    /// The history of upstream cannot be asked.
    #[error(transparent)]
    History(#[from] HistoryFault),
    /// The branch of a bump cannot be made.
    #[error(transparent)]
    Branch(#[from] BranchFault),
    /// The pull request, or what the forge tells of upstream.
    #[error(transparent)]
    Forge(#[from] Box<ForgeFault>),
    /// A commit cannot be reverted.
    #[error(transparent)]
    Revert(#[from] RevertFault),

    /// `bump.yaml` is not what it must be.
    #[error("{fault}")]
    Config {
        /// What is wrong.
        fault: ConfigFault,
        /// Where.
        place: Box<Place>,
    },
    /// An image reference without the part that is to be replaced.
    #[error("{fault}")]
    ImagePart {
        /// What is wrong.
        fault: PartFault,
        /// The reference.
        place: Box<Place>,
    },
    /// A target of `bump.yaml` that holds another image.
    #[error("this is the image {found}, and bump.yaml watches {wanted}")]
    OtherImage {
        /// The image that is written.
        found: String,
        /// The image that is watched.
        wanted: String,
        /// Where.
        place: Box<Place>,
    },
    /// A version whose bytes are not those that were seen before.
    #[error("{chart} {version} was published anew with other bytes: sha256 {now}, and {was} is on record")]
    Republished {
        /// The chart.
        chart: String,
        /// The version.
        version: String,
        /// The digest on record.
        was: String,
        /// The digest now.
        now: String,
    },
    /// An image whose registry cannot be asked for what only it knows.
    #[error("{wanted} of {image} only its registry knows: {why}")]
    NoTag {
        /// The name.
        name: String,
        /// The image.
        image: String,
        /// Why it cannot be asked.
        why: String,
        /// What it would have to tell.
        wanted: String,
    },
    /// A registry answered with something else than it was asked for.
    #[error("{origin} does not answer with {wanted}")]
    BrokenAnswer {
        /// The address.
        origin: Box<Origin>,
        /// What was wanted.
        wanted: &'static str,
    },
    /// A repository that cannot be asked.
    #[error("{repository} cannot be asked for the versions of `{name}`: {why}")]
    NoLookup {
        /// The dependency.
        name: String,
        /// Its repository as written.
        repository: String,
        /// What is missing.
        why: &'static str,
    },
    /// The text is no repository index.
    #[error("{origin} is no index of a Helm repository: {reason}")]
    BrokenIndex {
        /// The index.
        origin: Box<Origin>,
        /// Line and column from one; zero where the whole is wrong.
        at: (usize, usize),
        /// What is wrong.
        reason: String,
    },
    /// The index does not know the chart.
    #[error("{origin} lists no chart `{chart}`")]
    NoChart {
        /// The chart.
        chart: String,
        /// The index.
        origin: Box<Origin>,
        /// The nearest chart.
        near: Option<String>,
    },
    /// The server was not reached, or broke off.
    #[error("cannot fetch {origin}")]
    Unreachable {
        /// The address.
        origin: Box<Origin>,
        /// The cause.
        #[source]
        source: reqwest::Error,
    },
    /// A private source.
    #[error(transparent)]
    Private(#[from] PrivateFault),
    /// The server answered, but not with an index.
    #[error("{origin} answers with status {status}")]
    Status {
        /// The address.
        origin: Box<Origin>,
        /// The HTTP status.
        status: u16,
    },
    /// An index beyond all measure.
    #[error("{origin} sends more than {limit} bytes")]
    TooLarge {
        /// The address.
        origin: Box<Origin>,
        /// The limit in bytes.
        limit: usize,
    },
    /// A file or directory that cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The path.
        path: Utf8PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A file that cannot be replaced.
    #[error("cannot write {path}")]
    Write {
        /// The path.
        path: Utf8PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Of several files some are replaced, and one is not.
    #[error("{written} of {all} files are written, but {path} cannot be")]
    HalfWritten {
        /// How many carry their new text.
        written: usize,
        /// How many there are.
        all: usize,
        /// The first that does not.
        path: Utf8PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Someone else wrote the file in the meantime.
    #[error("{path} was changed by someone else while its edit was prepared")]
    ChangedMeanwhile {
        /// The path.
        path: Utf8PathBuf,
    },
}
