//! Text that arrives in pieces, as the parser reads it: only what was not read yet is in memory.

use granit_parser::input::{SkipTabs, WhitespaceResult, is_blank_or_breakz, is_breakz, is_flow};
use granit_parser::{BorrowedInput, ErrorKind, Input};

/// So many characters the parser looks ahead at most in one call.
const LOOKAHEAD: usize = 128;

/// So many bytes are at hand as long as there are any: characters have up to four.
const AHEAD: usize = 4 * LOOKAHEAD;

/// What of a text has arrived and was not read yet.
pub(super) struct Window<M> {
    /// Gives the next piece; `None` at the end.
    more: M,
    text: String,
    /// Where the first unread character begins.
    at: usize,
    /// The bytes of a character that has not arrived as a whole.
    begun: Vec<u8>,
    ended: bool,
    looked_ahead: usize,
    /// That what arrived is no UTF-8.
    broken: bool,
}

impl<M, P> Window<M>
where
    M: FnMut() -> Option<P>,
    P: AsRef<[u8]>,
{
    pub(super) fn new(more: M) -> Self {
        let text = String::new();
        let mut window =
            Self { more, text, at: 0, begun: Vec::new(), ended: false, looked_ahead: 0, broken: false };
        window.fill();
        window
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        self.rest().as_bytes()
    }

    fn first(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on by `bytes`, the whole of some characters.
    fn pass(&mut self, bytes: usize) {
        self.at += bytes;
        self.fill();
    }

    #[inline]
    fn fill(&mut self) {
        if !self.ended && self.text.len() - self.at < AHEAD {
            self.arrive();
        }
    }

    /// Lets pieces arrive until there is enough.
    fn arrive(&mut self) {
        self.text.drain(..self.at);
        self.at = 0;
        while !self.ended && self.text.len() < AHEAD {
            match (self.more)() {
                Some(piece) => self.add(piece.as_ref()),
                None => {
                    self.ended = true;
                    self.broken |= !self.begun.is_empty();
                }
            }
        }
    }

    fn add(&mut self, piece: &[u8]) {
        let whole;
        let bytes = if self.begun.is_empty() {
            piece
        } else {
            whole = [std::mem::take(&mut self.begun).as_slice(), piece].concat();
            &whole
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text.push_str(text),
            Err(error) => {
                let (good, bad) = bytes.split_at(error.valid_up_to());
                self.text.push_str(std::str::from_utf8(good).unwrap_or_default());
                match error.error_len() {
                    None => self.begun = bad.to_vec(),
                    Some(_) => (self.ended, self.broken) = (true, true),
                }
            }
        }
    }

    /// Passes the characters of a plain scalar, into `out` where they are wanted; how many.
    fn plain(&mut self, mut out: Option<&mut String>, in_flow: bool) -> usize {
        let goes_on = |byte: &u8| {
            matches!(byte, b'!'..=b'~') && *byte != b':' && !(in_flow && is_flow(char::from(*byte)))
        };
        let mut count = 0;
        loop {
            let bytes = self.bytes();
            let run = bytes.iter().position(|byte| !goes_on(byte)).unwrap_or(bytes.len());
            if let Some(out) = out.as_deref_mut() {
                out.push_str(self.rest().get(..run).unwrap_or_default());
            }
            count += run;
            self.pass(run);
            let next = self.peek();
            if is_blank_or_breakz(next) || !self.next_can_be_plain_scalar(in_flow) {
                return count;
            }
            if let Some(out) = out.as_deref_mut() {
                out.push(next);
            }
            count += 1;
            self.skip();
        }
    }
}

impl<M, P> Input for Window<M>
where
    M: FnMut() -> Option<P>,
    P: AsRef<[u8]>,
{
    fn lookahead(&mut self, count: usize) {
        self.looked_ahead = self.looked_ahead.max(count.min(LOOKAHEAD));
    }

    fn buflen(&self) -> usize {
        self.looked_ahead
    }

    fn bufmaxlen(&self) -> usize {
        LOOKAHEAD
    }

    fn raw_read_ch(&mut self) -> char {
        let next = self.peek();
        self.skip();
        next
    }

    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        let next = self.first().filter(|next| !is_breakz(*next))?;
        self.skip();
        Some(next)
    }

    fn skip(&mut self) {
        if let Some(next) = self.first() {
            self.pass(next.len_utf8());
        }
    }

    fn skip_n(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    fn peek(&self) -> char {
        match self.bytes().first() {
            Some(byte) if byte.is_ascii() => char::from(*byte),
            _ => self.first().unwrap_or('\0'),
        }
    }

    fn peek_nth(&self, n: usize) -> char {
        self.rest().chars().nth(n).unwrap_or('\0')
    }

    fn take_source_error(&mut self) -> Option<ErrorKind> {
        let message = "it is not UTF-8".into();
        // Whatever came before it is read first.
        let is_due = self.broken && self.rest().is_empty();
        is_due.then(|| {
            self.broken = false;
            ErrorKind::InputDecoding { message }
        })
    }

    fn skip_ws_to_eol_blanks(&mut self, tabs: SkipTabs) -> (usize, WhitespaceResult) {
        let (mut count, mut tab, mut space) = (0, false, false);
        loop {
            let bytes = self.bytes();
            let is_blank = |byte: &u8| *byte == b' ' || (*byte == b'\t' && tabs == SkipTabs::Yes);
            let run = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
            if run == 0 {
                return (count, WhitespaceResult::new(tab, space));
            }
            let run_of = bytes.get(..run).unwrap_or_default();
            tab |= run_of.contains(&b'\t');
            space |= run_of.contains(&b' ');
            count += run;
            self.pass(run);
        }
    }

    fn take_quoted_scalar_ascii_chunk(&mut self, single: bool) -> &str {
        let quote = if single { b'\'' } else { b'"' };
        let goes_on = |byte: &u8| matches!(byte, b'!'..=b'~') && *byte != quote && (single || *byte != b'\\');
        let bytes = self.bytes();
        let run = bytes.iter().position(|byte| !goes_on(byte)).unwrap_or(bytes.len());
        // What is lent cannot be dropped for what arrives: enough has to stay at hand behind it.
        let spare = if self.ended { run } else { bytes.len().saturating_sub(AHEAD) };
        let start = self.at;
        self.at += run.min(spare);
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn fetch_plain_scalar_chunk(&mut self, out: &mut String, _: usize, in_flow: bool) -> (bool, usize) {
        (true, self.plain(Some(out), in_flow))
    }

    fn skip_plain_scalar_chunk(&mut self, _: usize, in_flow: bool) -> (bool, usize) {
        (true, self.plain(None, in_flow))
    }
}

impl<'a, M, P> BorrowedInput<'a> for Window<M>
where
    M: FnMut() -> Option<P>,
    P: AsRef<[u8]>,
{
    fn slice_borrowed(&self, _: usize, _: usize) -> Option<&'a str> {
        // What was read is gone.
        None
    }
}
