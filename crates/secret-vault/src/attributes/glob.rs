//! Wildcards as git matches them, in time proportional to pattern times text.

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Glob {
    tokens: Vec<Token>,
    ignore_case: bool,
}

#[derive(Debug)]
enum Token {
    /// One of these bytes; the text is in lower case where case is ignored.
    One(Set),
    /// Any bytes, slashes among them or not.
    Many { slashes: bool },
    /// Two stars that a slash follows: the two tokens behind it may be skipped, the slash included.
    Folders,
}

#[derive(Debug, Clone, Copy)]
struct Set([u64; 4]);

impl Set {
    const NONE: Self = Self([0; 4]);

    fn of(byte: u8) -> Self {
        let mut set = Self::NONE;
        set.add(byte);
        set
    }

    fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    fn remove(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word &= !(1 << (byte & 63));
        }
    }

    fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    fn inverted(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

impl Glob {
    /// The pattern; `None` where it can match nothing. With `paths`, a slash is only matched by a
    /// slash and by two stars.
    pub(super) fn parse(pattern: &[u8], paths: bool, ignore_case: bool) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut rest = pattern;
        let mut after_slash = true;
        while let Some((first, after)) = rest.split_first() {
            let was_after_slash = std::mem::replace(&mut after_slash, *first == b'/');
            rest = after;
            let token = match first {
                b'*' => {
                    let more = rest.iter().take_while(|byte| **byte == b'*').count();
                    rest = rest.get(more..).unwrap_or_default();
                    let ends = rest.is_empty() || rest.starts_with(b"/") || rest.starts_with(b"\\/");
                    match (paths, more > 0 && was_after_slash && ends) {
                        (true, true) if rest.starts_with(b"/") => {
                            tokens.push(Token::Folders);
                            Token::Many { slashes: true }
                        }
                        (true, slashes) => Token::Many { slashes },
                        (false, _) => Token::Many { slashes: true },
                    }
                }
                b'?' => {
                    let mut any = Set::NONE.inverted();
                    if paths {
                        any.remove(b'/');
                    }
                    Token::One(any)
                }
                b'[' => {
                    let (mut set, after) = class(rest, ignore_case)?;
                    rest = after;
                    if paths {
                        set.remove(b'/');
                    }
                    Token::One(set)
                }
                b'\\' => {
                    let (escaped, after) = rest.split_first()?;
                    after_slash = *escaped == b'/';
                    rest = after;
                    Token::One(Set::of(*escaped))
                }
                byte => Token::One(Set::of(folded(*byte, ignore_case))),
            };
            tokens.push(token);
        }
        Some(Self { tokens, ignore_case })
    }

    /// Whether it matches the whole text.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        // Which tokens may come next, for the text so far.
        let mut now = vec![false; self.tokens.len() + 1];
        if let Some(first) = now.first_mut() {
            *first = true;
        }
        self.skip(&mut now);
        for byte in text {
            let byte = folded(*byte, self.ignore_case);
            let mut next = vec![false; now.len()];
            for (at, token) in self.tokens.iter().enumerate() {
                if !now.get(at).is_some_and(|may| *may) {
                    continue;
                }
                let to = match token {
                    Token::One(set) if set.has(byte) => at + 1,
                    Token::Many { slashes } if *slashes || byte != b'/' => at,
                    _ => continue,
                };
                if let Some(may) = next.get_mut(to) {
                    *may = true;
                }
            }
            self.skip(&mut next);
            now = next;
        }
        now.last().is_some_and(|may| *may)
    }

    /// Adds what may come next because a token may match nothing.
    fn skip(&self, may: &mut [bool]) {
        for (at, token) in self.tokens.iter().enumerate() {
            let steps: &[usize] = match token {
                Token::One(_) => &[],
                Token::Many { .. } => &[1],
                Token::Folders => &[1, 3],
            };
            for step in steps {
                if may.get(at).is_some_and(|may| *may)
                    && let Some(next) = may.get_mut(at + step)
                {
                    *next = true;
                }
            }
        }
    }
}

fn folded(byte: u8, ignore_case: bool) -> u8 {
    if ignore_case { byte.to_ascii_lowercase() } else { byte }
}

/// The set of a bracket expression, and what follows it; `None` where it has no end or names an unknown class.
fn class(pattern: &[u8], ignore_case: bool) -> Option<(Set, &[u8])> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let mut rest = if negated { pattern.get(1..)? } else { pattern };
    let mut set = Set::NONE;
    // The byte before a dash; none after a range or a named class.
    let mut before = None;
    let mut first = true;
    loop {
        let (byte, after) = rest.split_first()?;
        if *byte == b']' && !first {
            let set = if negated { set.inverted() } else { set };
            return Some((set, after));
        }
        first = false;
        rest = after;
        match (byte, before, after.first()) {
            (b'\\', ..) => {
                let (escaped, after) = rest.split_first()?;
                rest = after;
                set.add(*escaped);
                before = Some(*escaped);
            }
            (b'-', Some(from), Some(next)) if *next != b']' => {
                let (mut to, mut after) = rest.split_first()?;
                if *to == b'\\' {
                    (to, after) = after.split_first()?;
                }
                rest = after;
                for byte in from..=*to {
                    set.add(byte);
                    if byte.is_ascii_uppercase() && ignore_case {
                        set.add(byte.to_ascii_lowercase());
                    }
                }
                before = None;
            }
            (b'[', _, Some(b':')) => {
                let end = rest.iter().position(|byte| *byte == b']')?;
                let (name, after) = rest.split_at(end);
                match name.strip_prefix(b":").and_then(|name| name.strip_suffix(b":")) {
                    Some(name) => {
                        let named = named(name, ignore_case)?;
                        (0..=u8::MAX).filter(|byte| named(*byte)).for_each(|byte| set.add(byte));
                        rest = after.get(1..)?;
                        before = None;
                    }
                    // A bracket like any other character.
                    None => {
                        set.add(b'[');
                        before = Some(b'[');
                    }
                }
            }
            (byte, ..) => {
                set.add(*byte);
                before = Some(*byte);
            }
        }
    }
}

fn named(name: &[u8], ignore_case: bool) -> Option<fn(u8) -> bool> {
    Some(match name {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte == b' ' || byte.is_ascii_graphic(),
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => |byte| byte.is_ascii_whitespace() || byte == 11,
        b"upper" if ignore_case => |byte| byte.is_ascii_alphabetic(),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    })
}
