//! The rows of annotations.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::tags::{Tag, found};

/// Grafana's `[annotations] tags_length`.
const TAGS_LENGTH: usize = 500;

/// One annotation.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) time: i64,
    pub(crate) time_end: i64,
    pub(crate) text: String,
    /// The tags that are shown.
    pub(crate) tags: Vec<String>,
    pub(crate) login: String,
    pub(crate) data: Map<String, Value>,
    /// The tags that are found.
    index: Vec<Tag>,
}

/// What a client may set; zero times, empty texts and absent fields change nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub(crate) time: i64,
    pub(crate) time_end: i64,
    pub(crate) text: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) data: Option<Map<String, Value>>,
}

/// The tags are too long together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// What a client looks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) tags: Vec<Tag>,
    pub(crate) any: bool,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) limit: usize,
}

/// Every annotation.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    made: i64,
}

impl Rows {
    /// Adds a row and returns its number. Without a time it is now; an end alone makes a region
    /// from there to now, as start and end are put in order.
    pub(crate) fn add(&mut self, change: Change, login: &str, now: Timestamp) -> Result<i64, TooLong> {
        let now = now.as_millisecond();
        let index = Tag::parse_all(change.tags.iter().flatten().map(String::as_str));
        let tags: Vec<String> = index.iter().map(ToString::to_string).collect();
        check(&tags)?;
        let time = if change.time == 0 { now } else { change.time };
        let end = if change.time_end == 0 { time } else { change.time_end };
        self.made += 1;
        self.rows.push(Row {
            id: self.made,
            created: now,
            updated: now,
            time: time.min(end),
            time_end: time.max(end),
            text: change.text.unwrap_or_default(),
            tags,
            login: login.to_owned(),
            data: change.data.unwrap_or_default(),
            index,
        });
        Ok(self.made)
    }

    pub(crate) fn find(&self, id: i64) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// Changes a row, and says whether there is one. The tags are shown as they were sent.
    pub(crate) fn change(&mut self, id: i64, change: Change, now: Timestamp) -> Result<bool, TooLong> {
        let Some(row) = self.rows.iter_mut().find(|row| row.id == id) else { return Ok(false) };
        if let Some(tags) = change.tags {
            check(&tags)?;
            row.index = Tag::parse_all(tags.iter().map(String::as_str));
            row.tags = tags;
        }
        let time = if change.time == 0 { row.time } else { change.time };
        let end = if change.time_end == 0 { row.time_end } else { change.time_end };
        (row.time, row.time_end) = (time.min(end), time.max(end));
        row.text = change.text.unwrap_or_else(|| row.text.clone());
        row.data = change.data.unwrap_or_else(|| row.data.clone());
        row.updated = now.as_millisecond();
        Ok(true)
    }

    /// Removes a row, and says whether there was one.
    pub(crate) fn remove(&mut self, id: i64) -> bool {
        let before = self.rows.len();
        self.rows.retain(|row| row.id != id);
        self.rows.len() < before
    }

    /// The rows that a query finds, newest end first. Both ends of a span are needed to ask for it.
    pub(crate) fn query(&self, wanted: &Wanted) -> Vec<&Row> {
        let spans = wanted.from > 0 && wanted.to > 0;
        let within = |row: &&Row| !spans || (row.time <= wanted.to && row.time_end >= wanted.from);
        let mut rows: Vec<&Row> = self
            .rows
            .iter()
            .filter(within)
            .filter(|row| found(&row.index, &wanted.tags, wanted.any))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.time_end, row.time, row.id)));
        rows.truncate(wanted.limit);
        rows
    }

    /// Every tag that contains a text, with the number of its rows.
    pub(crate) fn tags(&self, containing: &str, limit: usize) -> Vec<(String, usize)> {
        let mut tags = std::collections::BTreeMap::<&Tag, usize>::new();
        for tag in self.rows.iter().flat_map(|row| &row.index).filter(|tag| tag.contains(containing)) {
            *tags.entry(tag).or_default() += 1;
        }
        tags.into_iter().take(limit).map(|(tag, count)| (tag.to_string(), count)).collect()
    }
}

fn check(tags: &[String]) -> Result<(), TooLong> {
    if Value::from(tags).to_string().len() > TAGS_LENGTH { Err(TooLong) } else { Ok(()) }
}
