//! Finding broken YAML before Helm does, with its place.

use std::fmt;

use camino::Utf8Path;
use problem::Place;
use serde::Deserialize as _;
use serde::de::{Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor};

use crate::Error;

/// Reads as much as Helm does: the first document, whose top must be a mapping or nothing. Only
/// syntax is judged; what the parser of this crate is stricter about (a key that comes twice) is Helm's to say.
pub(crate) fn check(name: &Utf8Path, text: &str, sealed: bool) -> Result<(), Error> {
    let Some(document) = serde_yaml::Deserializer::from_str(text).next() else { return Ok(()) };
    match Top::deserialize(document) {
        Ok(Top::Mapping | Top::Nothing) => Ok(()),
        Ok(Top::Other(what)) => Err(Error::ValuesYaml {
            reason: format!("the top of a values file is a mapping, and this is {what}"),
            place: place(name, text, first_line(text), 1, sealed),
        }),
        Err(error) => {
            let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
            Err(Error::ValuesYaml { reason: reason(&error), place: place(name, text, line, column, sealed) })
        }
    }
}

/// The parser's words without the place it adds to them.
fn reason(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let mut kept = String::new();
    for part in text.split(", ") {
        let part = part.split(" at line ").next().unwrap_or(part);
        if !kept.is_empty() {
            kept.push_str(", ");
        }
        kept.push_str(part);
    }
    kept
}

fn place(name: &Utf8Path, text: &str, line: usize, column: usize, sealed: bool) -> Place {
    let place = Place::new(name, line, column);
    match text.lines().nth(line.saturating_sub(1)) {
        Some(source) if !sealed && line > 0 => place.with_source(source, 1),
        _ => place,
    }
}

fn first_line(text: &str) -> usize {
    let has_content =
        |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim() != "---";
    text.lines().position(has_content).map_or(1, |at| at + 1)
}

/// What stands at the top; everything below is read over, so that no value gets into a message.
enum Top {
    Mapping,
    Nothing,
    Other(&'static str),
}

impl<'de> serde::Deserialize<'de> for Top {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Top::Mapping)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Top, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Top::Other("a list"))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Top, A::Error> {
        let (_, content) = tagged.variant::<IgnoredAny>()?;
        content.newtype_variant::<Top>()
    }

    fn visit_none<E>(self) -> Result<Top, E> {
        Ok(Top::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, content: D) -> Result<Top, D::Error> {
        Top::deserialize(content)
    }

    fn visit_unit<E>(self) -> Result<Top, E> {
        Ok(Top::Nothing)
    }

    fn visit_str<E>(self, _: &str) -> Result<Top, E> {
        Ok(Top::Other("a text"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Top, E> {
        Ok(Top::Other("a truth value"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Top, E> {
        Ok(Top::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Top, E> {
        Ok(Top::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Top, E> {
        Ok(Top::Other("a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use problem::Diagnose as _;
    use proptest::prelude::*;

    fn broken(text: &str, sealed: bool) -> String {
        let error = check("config/prod.yaml".into(), text, sealed).unwrap_err();
        let place = error.place().unwrap();
        format!("{place} {error} | {:?}", place.source)
    }

    #[test]
    fn a_tab_is_found_with_its_line() {
        let text = "hub:\n  image: x\n\tname: planted\n";
        insta::assert_snapshot!(broken(text, false), @r#"config/prod.yaml:3:1 the values file config/prod.yaml is not valid YAML: found a tab character that violates indentation, while scanning a plain scalar | Some("\tname: planted")"#);
        assert!(!broken(text, true).contains("planted"));
        assert!(broken(text, true).starts_with("config/prod.yaml:3:1 "));
    }

    #[test]
    fn other_faults_have_their_place_too() {
        let cases = [
            ("a: [1, 2\nb: 3\n", "config/prod.yaml:2:"),
            ("a: \"x\n", "config/prod.yaml:"),
            ("- a\n", "config/prod.yaml:1:1 "),
            ("# note\n---\njust text\n", "config/prod.yaml:3:1 "),
            ("a: *nowhere\n", "config/prod.yaml:1:"),
            ("a: 1\n b: 2\n", "config/prod.yaml:2:"),
        ];
        for (text, place) in cases {
            let said = broken(text, false);
            assert!(said.starts_with(place), "{text:?}: {said}");
        }
    }

    #[test]
    fn what_helm_takes_is_taken() {
        let cases = [
            "",
            "\n",
            "# only a note\n",
            "---\n",
            "null\n",
            "{}\n",
            "a: 1\n---\n\tnot read\n",
            "a: 1\na: 2\n",
            "base: &b {x: 1}\nc:\n  <<: *b\n",
            "a: !custom x\n",
            "a: |\n  b\n  \tc\n",
            "%YAML 1.1\n---\na: 1\n",
        ];
        for text in cases {
            check("a.yaml".into(), text, false).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_sealed_line_shows(text in "([a-c]: |planted|\t|\n|- |\\[|\"|\\{|&x |\\*x|!t |\\| ?\n){0,20}") {
            if let Err(error) = check("a.yaml".into(), &text, true) {
                let record = problem::ProblemRecord::from_diagnose(&error);
                let shown = format!("{record:?}");
                prop_assert!(!shown.contains("planted"), "{}", shown);
            }
        }
    }
}
