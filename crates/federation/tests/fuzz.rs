//! No text makes the parser panic, and what it refuses has a place inside the text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use federation::Federation;
use proptest::prelude::*;

const WHOLE: &str = include_str!("whole.yaml");

/// What an edit puts in: what YAML and we ourselves read specially, and what nobody expects.
const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "-",
    "- ",
    "#",
    "\"",
    "'",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "!x ",
    "|\n",
    "{member}",
    "{wave}",
    "{x}",
    "*",
    "..",
    "/",
    "~",
    "null",
    "true",
    "1",
    "1.10",
    ".nan",
    "0x1F",
    "é",
    "\u{feff}",
    "\u{0}",
    "\r\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "staging",
    "members:",
    "oci://",
    "1h",
    "99999999999999999999",
];

fn edit() -> impl Strategy<Value = (prop::sample::Index, prop::sample::Index, usize)> {
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..12)
}

fn apply(text: &mut String, (at, piece, cut): (prop::sample::Index, prop::sample::Index, usize)) {
    let at = (0..=at.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let end = (at..=(at + cut).min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap();
    text.replace_range(at..end, PIECES[piece.index(PIECES.len())]);
}

proptest! {
    #[test]
    fn an_edited_file_never_panics(edits in prop::collection::vec(edit(), 1..6)) {
        let mut text = WHOLE.to_owned();
        edits.into_iter().for_each(|edit| apply(&mut text, edit));
        check(&text)?;
    }

    #[test]
    fn a_text_of_pieces_never_panics(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn any_text_never_panics(text in "\\PC*") {
        check(&text)?;
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let Err(errors) = Federation::parse("federation.yaml".into(), text) else { return Ok(()) };
    let lines = text.split('\n').count();
    let mut last = 0;
    for error in errors {
        let place = error.at().unwrap();
        prop_assert!(place.line >= 1 && place.line <= lines + 1, "{place} of {lines} lines: {error}");
        prop_assert!(place.line >= last, "{place} is before the mistake above it");
        last = place.line;
    }
    Ok(())
}

#[test]
fn depth_is_bounded() {
    let deep = format!("members: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    check(&deep).unwrap();
    let block: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    check(&block).unwrap();
}

#[test]
fn aliases_cannot_explode() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..12 {
        let before = n - 1;
        text.push_str(&format!("a{n}: &a{n} [*a{before},*a{before},*a{before},*a{before},*a{before},*a{before},*a{before},*a{before}]\n"));
    }
    assert!(Federation::parse("federation.yaml".into(), &text).is_err());
}
