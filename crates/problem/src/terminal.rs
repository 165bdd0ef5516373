//! A problem as a person reads it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::ProblemRecord;

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences at all.
    Plain,
    /// ANSI colours; the writer may still strip them.
    Coloured,
}

/// The problem with its source line where there is one, its causes and the next step.
#[must_use]
pub fn render(record: &ProblemRecord, style: Style) -> String {
    let title = Level::ERROR.primary_title(record.message.as_str()).id(record.code.as_str());
    let mut group = Group::with_title(title);
    let source =
        record.place.as_ref().and_then(|place| place.source.as_deref().map(|source| (place, source)));
    if let Some((place, source)) = source {
        let start = byte_of_column(source, place.column);
        let end = byte_of_column(source, place.column + place.len.max(1)).max(start);
        let snippet = Snippet::source(source)
            .line_start(place.line.max(1))
            .path(place.file.as_str())
            .annotation(AnnotationKind::Primary.span(start..end));
        group = group.element(snippet);
    } else if let Some(place) = &record.place {
        group = group.element(Level::NOTE.message(format!("at {place}")));
    }
    for cause in &record.causes {
        group = group.element(Level::NOTE.message(format!("because {cause}")));
    }
    if let Some(help) = &record.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer.render(&[group])
}

fn byte_of_column(line: &str, column: usize) -> usize {
    line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Place};

    #[test]
    fn a_place_with_source_shows_the_line() {
        let mut record = ProblemRecord::new(Code::new("federation.unknown_key"), "unknown key `naem`")
            .with_cause("this table knows name, soak, parallel, window")
            .with_help("did you mean `name`?");
        record.place = Some(Place::new("federation.yaml", 12, 6).with_source("  - {naem: staging}", 4));
        insta::assert_snapshot!(render(&record, Style::Plain));
    }

    #[test]
    fn a_place_without_source_is_still_named() {
        let mut record =
            ProblemRecord::new(Code::new("vault.wrong_key"), "the key opens no file of this repository");
        record.place = Some(Place::new("secrets/a.yaml", 0, 0));
        insta::assert_snapshot!(render(&record, Style::Plain));
    }
}
