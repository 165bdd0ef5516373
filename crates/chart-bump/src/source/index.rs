//! The index of a Helm repository, read as a stream for the entries of one chart.

use granit_parser::{Event, Options, Parser};

use crate::error::{BumpError, Origin};

/// What a repository publishes of one chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Where the index came from.
    pub origin: Origin,
    /// The chart.
    pub chart: String,
    /// Its versions, in the order of the file.
    pub entries: Vec<IndexEntry>,
}

/// One published version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
}

impl Index {
    /// Reads the entries of `chart`; everything else streams by.
    ///
    /// # Errors
    /// The bytes are no Helm index, or `chart` is not in it.
    pub fn parse(origin: Origin, chart: &str, bytes: &[u8]) -> Result<Self, BumpError> {
        let broken = |line, column, reason: String| BumpError::BrokenIndex {
            origin: origin.clone().into(),
            at: (line, column),
            reason,
        };
        let text = std::str::from_utf8(bytes).map_err(|_| broken(0, 0, "it is not UTF-8".to_owned()))?;
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut reader = Reader::new(chart);
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, _) = event.map_err(|error| {
                let at = error.marker();
                broken(at.line(), at.col() + 1, error.kind().to_string())
            })?;
            reader.take(&event);
        }
        if !reader.is_index {
            return Err(broken(0, 0, "it has no `entries`".to_owned()));
        }
        if !reader.chart_seen {
            let near = crate::near::nearest(chart, reader.charts.iter().map(String::as_str));
            return Err(BumpError::NoChart { chart: chart.to_owned(), origin: origin.into(), near });
        }
        Ok(Self { origin, chart: chart.to_owned(), entries: reader.entries })
    }
}

/// The state of the stream: how deep it is, and which keys led there.
struct Reader<'c> {
    chart: &'c str,
    /// One for every open collection.
    open: Vec<Level>,
    is_index: bool,
    chart_seen: bool,
    charts: Vec<String>,
    entries: Vec<IndexEntry>,
}

/// An open collection.
struct Level {
    mapping: bool,
    /// The key whose value comes next; `None` while a key is expected, or in a list.
    key: Option<String>,
}

impl<'c> Reader<'c> {
    fn new(chart: &'c str) -> Self {
        Self {
            chart,
            open: Vec::new(),
            is_index: false,
            chart_seen: false,
            charts: Vec::new(),
            entries: Vec::new(),
        }
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
        if mapping && self.open.len() == 3 && self.is_here(2) {
            self.entries.push(IndexEntry::default());
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
                1 => self.is_index |= text == "entries",
                2 if self.key_at(0) == Some("entries") => {
                    self.chart_seen |= text == self.chart;
                    self.charts.push(text.to_owned());
                }
                _ => {}
            }
            return;
        }
        if depth >= 4 && self.is_here(2) {
            self.field(depth, text);
        }
        self.value_done();
    }

    /// A scalar inside an entry of the chart.
    fn field(&mut self, depth: usize, text: &str) {
        let Some(key) = self.open.get(3).and_then(|level| level.key.as_deref()) else {
            return;
        };
        let Some(entry) = self.entries.last_mut() else {
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
            _ => {}
        }
    }

    /// Whether the stream is below `entries` and the chart's own key.
    fn is_here(&self, levels: usize) -> bool {
        self.open.len() > levels && self.key_at(0) == Some("entries") && self.key_at(1) == Some(self.chart)
    }

    fn key_at(&self, level: usize) -> Option<&str> {
        self.open.get(level)?.key.as_deref()
    }
}
