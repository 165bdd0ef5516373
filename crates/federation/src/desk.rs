//! Where the readers of one text put what they find wrong.

use std::cell::{Cell, RefCell};

use camino::Utf8Path;
use problem::Place;

use crate::tree::Span;
use crate::{Error, Notice};

/// The text that is read, and what was found in it so far.
pub(crate) struct Desk<'a> {
    file: &'a Utf8Path,
    text: &'a str,
    mistakes: RefCell<Vec<Error>>,
    notices: RefCell<Vec<Notice>>,
    first_sealed: Cell<Option<Span>>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(file: &'a Utf8Path, text: &'a str) -> Self {
        Self {
            file,
            text,
            mistakes: RefCell::default(),
            notices: RefCell::default(),
            first_sealed: Cell::new(None),
        }
    }

    /// The place of a span, marked to the end of its first line at most.
    pub(crate) fn place(&self, span: Span) -> Place {
        let marked = self.source(span).lines().next().unwrap_or_default().trim_end();
        Place::in_text(self.file, self.text, span.start, marked.chars().count())
    }

    /// A place for which the parser knows no bytes.
    pub(crate) fn place_of_line(&self, line: usize, column: usize) -> Place {
        let place = Place::new(self.file, line, column);
        match self.text.lines().nth(line.saturating_sub(1)) {
            Some(source) if line > 0 => place.with_source(source, 1),
            _ => place,
        }
    }

    /// The bytes of a span as they are written.
    pub(crate) fn source(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.start + span.len).unwrap_or_default()
    }

    pub(crate) fn refuse(&self, span: Span, error: impl FnOnce(Box<Place>) -> Error) {
        self.report(error(Box::new(self.place(span))));
    }

    pub(crate) fn report(&self, error: Error) {
        self.mistakes.borrow_mut().push(error);
    }

    /// Whether nothing was found wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.mistakes.borrow().is_empty()
    }

    pub(crate) fn not_yet(&self, span: Span, key: String) {
        self.notices.borrow_mut().push(Notice { key, place: self.place(span) });
    }

    pub(crate) fn sealed(&self, span: Span) {
        let first = self.first_sealed.get().map_or(span, |first| first.min(span));
        self.first_sealed.set(Some(first));
    }

    pub(crate) fn first_sealed(&self) -> Option<Span> {
        self.first_sealed.get()
    }

    /// Mistakes and notices in the order of their places.
    ///
    /// The defaults are read once for each member: what is wrong there for several is one mistake.
    pub(crate) fn finish(self) -> (Vec<Error>, Vec<Notice>) {
        let position = |place: &Place| (place.line, place.column);
        let mut mistakes = self.mistakes.into_inner();
        let of = |error: &Error| error.at().map(position);
        mistakes.sort_by_key(of);
        mistakes.dedup_by_key(|error| (of(error), error.entry().code));
        let mut notices = self.notices.into_inner();
        notices.sort_by_key(|notice| position(&notice.place));
        notices.dedup_by_key(|notice| position(&notice.place));
        (mistakes, notices)
    }
}
