//! The values of a YAML or JSON document, as they stand there.

use granit_parser::{Event, Options, Parser, ScalarStyle};
use zeroize::Zeroizing;

/// Plain words that are never a secret.
const WORDS: [&str; 9] = ["", "~", "null", "true", "false", "yes", "no", "on", "off"];

/// A value and its path: `key.path[0]`.
pub(crate) type Leaf = (String, Zeroizing<String>);

/// Every value of a document that has structure; `None` where `text` is none.
///
/// Values are read from the events of the parser: a value tree would turn long digits into rounded
/// numbers, and then they would not be found in a log.
pub(crate) fn leaves(text: &str) -> Option<Vec<Leaf>> {
    read(text, false)
}

/// The same with the plain words that are no secret: `true`, `null` and the like.
pub(crate) fn all_leaves(text: &str) -> Option<Vec<Leaf>> {
    read(text, true)
}

fn read(text: &str, with_words: bool) -> Option<Vec<Leaf>> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut walk = Walk { with_words, ..Walk::default() };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.ok()?;
        walk.take(event);
    }
    walk.has_structure.then_some(walk.leaves)
}

#[derive(Default)]
struct Walk {
    open: Vec<Frame>,
    leaves: Vec<Leaf>,
    has_structure: bool,
    with_words: bool,
}

enum Frame {
    /// A mapping, with the key whose value comes next.
    Mapping(Option<String>),
    /// A sequence, with the number of the item that comes next.
    Sequence(usize),
}

impl Walk {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::MappingStart(..) => self.begin(Frame::Mapping(None)),
            Event::SequenceStart(..) => self.begin(Frame::Sequence(0)),
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                self.ended(|| "?".to_owned());
            }
            Event::Scalar(value, style, ..) => {
                let is_key = matches!(self.open.last(), Some(Frame::Mapping(None)));
                if !is_key && (self.with_words || !is_word(&value, style)) {
                    let value = Zeroizing::new(value.clone().into_owned());
                    self.leaves.push((self.path(), value));
                }
                self.ended(|| value.into_owned());
            }
            // What an alias names was taken where it stands.
            Event::Alias(..) => self.ended(|| "?".to_owned()),
            _ => {}
        }
    }

    fn begin(&mut self, frame: Frame) {
        self.has_structure = true;
        self.open.push(frame);
    }

    /// A node has ended: it was a key, a value or an item of what is open.
    fn ended(&mut self, key: impl FnOnce() -> String) {
        match self.open.last_mut() {
            Some(Frame::Mapping(slot)) => *slot = if slot.is_some() { None } else { Some(key()) },
            Some(Frame::Sequence(next)) => *next += 1,
            None => {}
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.open {
            match frame {
                Frame::Mapping(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key.as_deref().unwrap_or("?"));
                }
                Frame::Sequence(next) => path.push_str(&format!("[{next}]")),
            }
        }
        path
    }
}

fn is_word(value: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && WORDS.contains(&value.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Vec<(String, String)>> {
        Some(leaves(text)?.into_iter().map(|(path, value)| (path, value.to_string())).collect())
    }

    #[test]
    fn every_value_comes_as_it_stands_with_its_path() {
        let text = "a:\n  b: &x \"q\\\"1\"\n  c: [one, {d: two}]\n# comment\ne: *x\nf: |\n  l1\n  l2\ng: 00123456789012345678901234567890\n\
                    h: true\ni: 'true'\nj:\n? [k, l]\n: m\n---\nn: o\n";
        let leaf = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(
            found(text).unwrap(),
            [
                leaf("a.b", "q\"1"),
                leaf("a.c[0]", "one"),
                leaf("a.c[1].d", "two"),
                leaf("f", "l1\nl2\n"),
                leaf("g", "00123456789012345678901234567890"),
                leaf("i", "true"),
                leaf("?[0]", "k"),
                leaf("?[1]", "l"),
                leaf("?", "m"),
                leaf("n", "o"),
            ]
        );
    }

    #[test]
    fn json_is_a_document_and_a_token_is_none() {
        assert_eq!(found("{\"a\": {\"b\": \"c\\n\"}}").unwrap(), [("a.b".to_owned(), "c\n".to_owned())]);
        for text in [
            "just-a-token\n",
            "export A=b\n",
            "-----BEGIN X KEY-----\nabc\n-----END X KEY-----\n",
            "a: b: c\n",
            "\t- x: [\n",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }
}
