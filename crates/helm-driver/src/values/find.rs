//! The line of a value in a YAML text.

use granit_parser::{Event, Options, Parser};

/// Line and column, both from one, of the key or list item at a path; none where it is not there.
pub(super) fn find(text: &str, path: &[String]) -> Option<(usize, usize)> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut open: Vec<Frame> = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.ok()?;
        let at = (span.start.line(), span.start.col() + 1);
        let is_start = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        if is_start || matches!(event, Event::Scalar(..) | Event::Alias(..)) {
            let is_key = matches!(open.last(), Some(Frame::Mapping { key: None, .. }));
            if is_key {
                let name = if let Event::Scalar(name, ..) = &event { name.as_ref() } else { "?" };
                if let Some(Frame::Mapping { key, at: place }) = open.last_mut() {
                    (*key, *place) = (Some(name.to_owned()), at);
                }
                if is_start {
                    open.push(Frame::Key);
                }
                continue;
            }
            if is_at(&open, path) {
                return Some(match open.last() {
                    Some(Frame::Mapping { at, .. }) => *at,
                    _ => at,
                });
            }
        }
        match event {
            Event::MappingStart(..) => open.push(Frame::Mapping { key: None, at: (0, 0) }),
            Event::SequenceStart(..) => open.push(Frame::Sequence(0)),
            Event::MappingEnd | Event::SequenceEnd if matches!(open.pop(), Some(Frame::Key)) => {}
            Event::MappingEnd | Event::SequenceEnd | Event::Scalar(..) | Event::Alias(..) => ended(&mut open),
            // Helm reads the first document alone.
            Event::DocumentEnd => return None,
            _ => {}
        }
    }
    None
}

enum Frame {
    /// A mapping with the key whose value comes next, and that key's place.
    Mapping { key: Option<String>, at: (usize, usize) },
    /// A sequence with the number of the item that comes next.
    Sequence(usize),
    /// A key that is no text.
    Key,
}

fn ended(open: &mut [Frame]) {
    match open.last_mut() {
        Some(Frame::Mapping { key, .. }) => *key = None,
        Some(Frame::Sequence(next)) => *next += 1,
        Some(Frame::Key) | None => {}
    }
}

fn is_at(open: &[Frame], path: &[String]) -> bool {
    open.len() == path.len()
        && open.iter().zip(path).all(|(frame, step)| match frame {
            Frame::Mapping { key, .. } => key.as_ref() == Some(step),
            Frame::Sequence(next) => next.to_string() == *step,
            Frame::Key => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_path() {
        let text = "# note\nhub:\n  image: {name: x, tag: 1}\n  list:\n  - a\n  - b: c\n    d: e\n? {odd: key}\n: image\nimage: y\n---\nlate: z\n";
        let cases = [
            ("hub", Some((2, 1))),
            ("hub/image", Some((3, 3))),
            ("hub/image/tag", Some((3, 20))),
            ("hub/list/0", Some((5, 5))),
            ("hub/list/1/d", Some((7, 5))),
            ("image", Some((10, 1))),
            ("odd", None),
            ("hub/nothing", None),
            ("late", None),
        ];
        for (path, at) in cases {
            let steps: Vec<String> = path.split('/').map(str::to_owned).collect();
            assert_eq!(find(text, &steps), at, "{path}");
        }
        assert_eq!(find("a: [", &["a".to_owned()]), Some((1, 1)));
        assert_eq!(find("\t", &["a".to_owned()]), None);
    }
}
