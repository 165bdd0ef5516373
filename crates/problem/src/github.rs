//! A problem as a GitHub Actions annotation.

use crate::ProblemRecord;

/// One `::error` workflow command; everything that could start another command is escaped.
#[must_use]
pub fn annotation(record: &ProblemRecord) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &record.place {
        properties.push(format!("file={}", property(place.file.as_str())));
        if place.line > 0 {
            properties.push(format!("line={}", place.line));
        }
        if place.column > 0 {
            properties.push(format!("col={}", place.column));
        }
    }
    properties.push(format!("title={}", property(&record.code)));
    let mut text = record.message.clone();
    for cause in &record.causes {
        text.push_str("\nbecause ");
        text.push_str(cause);
    }
    if let Some(help) = &record.help {
        text.push_str("\nnext: ");
        text.push_str(help);
    }
    format!("::error {}::{}", properties.join(","), data(&text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Place};

    #[test]
    fn nothing_in_a_message_can_start_another_command() {
        let mut record =
            ProblemRecord::new(Code::new("a.b"), "100%\n::stop-commands::x").with_help("look, again: now");
        record.place = Some(Place::new("a,b:c.yaml", 3, 1));
        assert_eq!(
            annotation(&record),
            "::error file=a%2Cb%3Ac.yaml,line=3,col=1,title=a.b::100%25%0A::stop-commands::x%0Anext: look, again: now"
        );
    }
}
