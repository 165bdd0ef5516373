//! The index of a Helm repository, read as a stream for the entries of some charts.

use granit_parser::{Event, Options, Parser, ScanError, Span};
use serde::{Deserialize, Serialize};

use super::skim::Skim;
use super::window::Window;
use crate::error::{BumpError, Origin};

/// What a source publishes of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Where the list came from.
    pub origin: Origin,
    /// The chart or image.
    pub chart: String,
    /// Its versions, in the order of the list.
    pub entries: Vec<IndexEntry>,
}

/// One published version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IndexEntry {
    /// The version, character by character as it stands there: a hash like `53894e5` must never
    /// pass through a reader that sees a number in it.
    pub version: String,
    /// When the archive was indexed. Not when it was published: repositories stamp it anew.
    pub created: Option<String>,
    /// SHA-256 of the archive.
    pub digest: Option<String>,
    /// Whether the publisher gave the chart up.
    pub deprecated: bool,
    /// Where the archive lies.
    pub urls: Vec<String>,
    /// Where the source lies.
    pub sources: Vec<String>,
    /// The project's page.
    pub home: Option<String>,
    /// Whether its publisher says that it is not for everybody yet, whatever the version looks like.
    pub prerelease: bool,
    /// The charts inside it.
    pub dependencies: Vec<Nested>,
}

/// A chart inside a published chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nested {
    /// The chart.
    pub name: String,
    /// Its version, or a range of versions.
    pub version: String,
}

impl IndexEntry {
    /// The version of the chart `name` inside it.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&str> {
        let found = self.dependencies.iter().find(|nested| nested.name == name);
        found.map(|nested| nested.version.as_str())
    }
}

impl Index {
    /// Reads the entries of `chart`; everything else streams by.
    ///
    /// # Errors
    /// The bytes are no Helm index, or `chart` is not in it.
    pub fn parse(origin: Origin, chart: &str, bytes: &[u8]) -> Result<Self, BumpError> {
        let only =
            || BumpError::NoChart { chart: chart.to_owned(), origin: origin.clone().into(), near: None };
        Self::parse_all(&origin, &[chart], bytes)?.pop().unwrap_or_else(|| Err(only()))
    }

    /// Reads the entries of each of `charts` in one pass; one that is not there is an error of its own.
    ///
    /// # Errors
    /// The bytes are no Helm index.
    pub fn parse_all(
        origin: &Origin,
        charts: &[&str],
        bytes: &[u8],
    ) -> Result<Vec<Result<Self, BumpError>>, BumpError> {
        let not_text = |_| broken(origin, (0, 0), "it is not UTF-8".to_owned());
        let text = std::str::from_utf8(bytes).map_err(not_text)?;
        Self::of_events(origin, charts, Parser::new_from_str_with_options(text, options()))
    }

    /// The same of bytes that arrive in pieces: only what is wanted of them stays in memory, and the
    /// lines of other charts are not parsed. `more` gives the next piece, and `None` at the end.
    ///
    /// # Errors
    /// The bytes are no Helm index.
    pub fn read_all<P: AsRef<[u8]>>(
        origin: &Origin,
        charts: &[&str],
        mut more: impl FnMut() -> Option<P>,
    ) -> Result<Vec<Result<Self, BumpError>>, BumpError> {
        let mut skim = Some(Skim::new(charts));
        let wanted = || match more() {
            Some(piece) => skim.as_mut().map(|skim| skim.piece(piece.as_ref())),
            None => skim.take().map(|mut skim| skim.rest()),
        };
        Self::of_events(origin, charts, Parser::with_options(Window::new(wanted), options()))
    }

    fn of_events<'e>(
        origin: &Origin,
        charts: &[&str],
        events: impl Iterator<Item = Result<(Event<'e>, Span), ScanError>>,
    ) -> Result<Vec<Result<Self, BumpError>>, BumpError> {
        let mut reader = Reader::new(charts);
        for event in events {
            let (event, _) = event.map_err(|error| {
                let at = error.marker();
                broken(origin, (at.line(), at.col() + 1), error.kind().to_string())
            })?;
            reader.take(&event);
        }
        if !reader.is_index {
            return Err(broken(origin, (0, 0), "it has no `entries`".to_owned()));
        }
        let known = reader.charts;
        let list = reader.wanted.into_iter().map(|(chart, entries)| {
            let chart = chart.to_owned();
            entries.map(|entries| Self { origin: origin.clone(), chart: chart.clone(), entries }).ok_or_else(
                || {
                    let near = crate::near::nearest(&chart, known.iter().map(String::as_str));
                    BumpError::NoChart { chart, origin: origin.clone().into(), near }
                },
            )
        });
        Ok(list.collect())
    }
}

fn broken(origin: &Origin, at: (usize, usize), reason: String) -> BumpError {
    BumpError::BrokenIndex { origin: origin.clone().into(), at, reason }
}

fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options
}

/// The state of the stream: how deep it is, and which keys led there.
struct Reader<'c> {
    /// The charts that are read, each with its entries once it was seen.
    wanted: Vec<(&'c str, Option<Vec<IndexEntry>>)>,
    /// Which of them the stream is in.
    here: Option<usize>,
    /// One for every open collection.
    open: Vec<Level>,
    is_index: bool,
    charts: Vec<String>,
}

/// An open collection.
struct Level {
    mapping: bool,
    /// The key whose value comes next; `None` while a key is expected, or in a list.
    key: Option<String>,
}

impl<'c> Reader<'c> {
    fn new(charts: &[&'c str]) -> Self {
        let wanted = charts.iter().map(|chart| (*chart, None)).collect();
        Self { wanted, here: None, open: Vec::new(), is_index: false, charts: Vec::new() }
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::MappingStart(..) => self.open(true),
            Event::SequenceStart(..) => self.open(false),
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                self.value_done();
            }
            Event::Scalar(text, ..) => self.scalar(text),
            // An alias stands for a value; no repository writes them into an index.
            Event::Alias(_) => self.value_done(),
            _ => {}
        }
    }

    fn open(&mut self, mapping: bool) {
        let depth = self.open.len();
        let in_dependencies = mapping && depth == 5 && self.key_at(3) == Some("dependencies");
        if mapping
            && depth == 3
            && let Some(entries) = self.entries()
        {
            entries.get_or_insert_default().push(IndexEntry::default());
        }
        if in_dependencies && let Some(entry) = self.entry() {
            entry.dependencies.push(Nested::default());
        }
        self.open.push(Level { mapping, key: None });
    }

    fn value_done(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.key = None;
        }
    }

    fn scalar(&mut self, text: &str) {
        let depth = self.open.len();
        let Some(level) = self.open.last_mut() else {
            return;
        };
        if level.mapping && level.key.is_none() {
            level.key = Some(text.to_owned());
            match depth {
                1 => {
                    self.is_index |= text == "entries";
                    self.here = None;
                }
                2 if self.key_at(0) == Some("entries") => {
                    self.here = self.wanted.iter().position(|(chart, _)| *chart == text);
                    if let Some(entries) = self.entries() {
                        entries.get_or_insert_default();
                    }
                    self.charts.push(text.to_owned());
                }
                _ => {}
            }
            return;
        }
        if depth >= 4 && self.here.is_some() {
            self.field(depth, text);
        }
        self.value_done();
    }

    /// A scalar inside an entry of the chart.
    fn field(&mut self, depth: usize, text: &str) {
        let Some(key) = self.open.get(3).and_then(|level| level.key.as_deref()) else {
            return;
        };
        let inner = self.open.get(5).and_then(|level| level.key.as_deref());
        let entries =
            self.here.and_then(|here| self.wanted.get_mut(here)).and_then(|(_, entries)| entries.as_mut());
        let Some(entry) = entries.and_then(|entries| entries.last_mut()) else {
            return;
        };
        let value = || text.to_owned();
        match (depth, key) {
            (4, "version") => entry.version = value(),
            (4, "created") => entry.created = Some(value()),
            (4, "digest") => entry.digest = Some(value()),
            (4, "home") => entry.home = Some(value()),
            (4, "deprecated") => entry.deprecated = text == "true",
            (5, "urls") => entry.urls.push(value()),
            (5, "sources") => entry.sources.push(value()),
            (6, "dependencies") => {
                if let Some(nested) = entry.dependencies.last_mut() {
                    match inner {
                        Some("name") => nested.name = value(),
                        Some("version") => nested.version = value(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The entry that the stream is in.
    fn entry(&mut self) -> Option<&mut IndexEntry> {
        self.entries()?.as_mut()?.last_mut()
    }

    /// The entries of the chart that the stream is in, where it is one that is wanted.
    fn entries(&mut self) -> Option<&mut Option<Vec<IndexEntry>>> {
        self.here.and_then(|here| self.wanted.get_mut(here)).map(|(_, entries)| entries)
    }

    fn key_at(&self, level: usize) -> Option<&str> {
        self.open.get(level)?.key.as_deref()
    }
}
