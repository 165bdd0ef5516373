//! One value to every text by which it is looked for.

use std::collections::BTreeSet;

use zeroize::Zeroize as _;

use crate::warning::{MIN_CHARS, Reason};
use crate::{common, escape, percent, radix};

/// Longer values are looked for in pieces of this many bytes, so that the largest pattern, and with
/// it what a stream may have to hold back, stays small.
const PIECE: usize = 6 * 1024;

/// A value of several lines and more bytes than this is looked for encoded line by line only: that
/// finds all but its line endings and its lines of fewer than eight characters.
const WHOLE: usize = 1024;

/// A text that is looked for; erases itself.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pattern(Vec<u8>);

impl Drop for Pattern {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl AsRef<[u8]> for Pattern {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Every pattern of `value`, or why it has none. What stands in `public` has none, be it the whole or
/// a line of it.
pub(crate) fn patterns(value: &[u8], public: &str) -> Result<BTreeSet<Pattern>, Reason> {
    let value = value.trim_ascii();
    if let Some(reason) = Reason::against(value) {
        return Err(reason);
    }
    if common::stands_in(public, value) {
        return Err(Reason::Public);
    }
    let lines = value.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| {
        line.len() < value.len() && Reason::against(line).is_none() && !common::stands_in(public, line)
    });
    let mut patterns = BTreeSet::new();
    let mut add = |forms: Vec<Vec<u8>>| {
        for mut form in forms {
            // An exact copy: what grew has left its traces, and those of this one can be erased.
            patterns.insert(Pattern(form.as_slice().to_vec()));
            form.zeroize();
        }
    };
    if value.contains(&b'\n') && value.len() > WHOLE {
        add(pieces(value).map(<[u8]>::to_vec).collect());
    } else {
        pieces(value).for_each(|piece| add(forms(piece)));
    }
    lines.flat_map(pieces).for_each(|line| add(forms(line)));
    Ok(patterns)
}

/// Pieces of at most [`PIECE`] bytes, cut between characters; a rest too short to be looked for by
/// itself is let go.
fn pieces(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let is_inside = |at: usize| rest.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let end = if rest.len() <= PIECE {
            rest.len()
        } else {
            (PIECE - 3..=PIECE).rev().find(|at| !is_inside(*at)).unwrap_or(PIECE)
        };
        let (piece, tail) = rest.split_at(end);
        rest = tail;
        (piece.len() >= MIN_CHARS).then_some(piece)
    })
}

fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![bytes.to_vec()];
    forms.extend(percent::forms(bytes));
    forms.extend(radix::hex(bytes));
    forms.extend(radix::base64(bytes));
    forms.extend(radix::base64_twice(bytes));
    if let Ok(text) = std::str::from_utf8(bytes) {
        forms.extend(escape::forms(text).into_iter().map(String::into_bytes));
    }
    forms
}
