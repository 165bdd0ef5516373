//! What an unquoted scalar means to a reader of YAML 1.1 and to one of YAML 1.2.

/// The type that a reader gives to an unquoted scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Text,
    Bool,
    Null,
    Number,
    Time,
    Special,
}

/// What readers of YAML 1.1 and of YAML 1.2 make of an unquoted `text`.
pub(crate) fn meanings(text: &str) -> (Meaning, Meaning) {
    (meaning_1_1(text), meaning_1_2(text))
}

/// Whether every reader takes an unquoted `text` for that very string.
pub(crate) fn is_text(text: &str) -> bool {
    meanings(text) == (Meaning::Text, Meaning::Text)
}

/// The core schema of YAML 1.2, chapter 10.3.2.
fn meaning_1_2(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Meaning::Bool,
        _ if is_inf_or_nan(text) || is_decimal(text, false) || has_radix(text, &["0x", "0o"], false) => {
            Meaning::Number
        }
        _ => Meaning::Text,
    }
}

/// The types of yaml.org/type as PyYAML and go-yaml read them; a value that either of them would
/// not take for text is not text.
fn meaning_1_1(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "y" | "Y" | "n" | "N" => Meaning::Bool,
        "=" | "<<" => Meaning::Special,
        _ if is_word(text, &["true", "false", "yes", "no", "on", "off"]) => Meaning::Bool,
        _ if is_inf_or_nan(text)
            || is_decimal(text, true)
            || is_sexagesimal(text)
            || has_radix(unsigned(text), &["0x", "0o", "0b"], true) =>
        {
            Meaning::Number
        }
        _ if is_date(text) => Meaning::Time,
        _ => Meaning::Text,
    }
}

/// `word`, `Word` or `WORD`.
fn is_word(text: &str, words: &[&str]) -> bool {
    let mixed = |word: &&&str| {
        let mut tail = text.chars();
        let head = tail.next();
        let rest = tail.as_str();
        head.is_some_and(char::is_uppercase)
            && text.eq_ignore_ascii_case(word)
            && (rest == rest.to_lowercase() || rest == rest.to_uppercase())
    };
    words.iter().any(|word| *word == text || mixed(&word))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn is_inf_or_nan(text: &str) -> bool {
    matches!(unsigned(text), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// Digits with at most one point and an exponent; 1.1 also takes underscores.
fn is_decimal(text: &str, underscores: bool) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || (underscores && c == '_'));
    let some_digit = mantissa.contains(|c: char| c.is_ascii_digit());
    let starts_well = !whole.starts_with('_') && (!whole.is_empty() || !fraction.starts_with('_'));
    let exponent_reads = exponent.is_none_or(|power| {
        let power = unsigned(power);
        !power.is_empty() && power.chars().all(|c| c.is_ascii_digit())
    });
    some_digit && starts_well && digits(whole) && digits(fraction) && exponent_reads
}

fn has_radix(text: &str, prefixes: &[&str], underscores: bool) -> bool {
    prefixes.iter().any(|prefix| {
        let radix = match *prefix {
            "0x" => 16,
            "0o" => 8,
            _ => 2,
        };
        text.strip_prefix(prefix).is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix) || (underscores && c == '_'))
        })
    })
}

/// `12:30:45` and `190:20:30.15` are numbers to base 60 in YAML 1.1.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = unsigned(text).split(':');
    let whole = parts.next().unwrap_or_default();
    let digit_or_bar = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_');
    if !whole.starts_with(|c: char| c.is_ascii_digit()) || !digit_or_bar(whole) {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    let two_digits = |part: &str| {
        (1..=2).contains(&part.len())
            && part.chars().all(|c| c.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|n| n < 60)
    };
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let (seconds, fraction) = last.split_once('.').unwrap_or((last, ""));
    middle.iter().all(|part| two_digits(part)) && two_digits(seconds) && digit_or_bar(fraction)
}

/// A day, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: &str, range: std::ops::RangeInclusive<usize>| {
        range.contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit())
    };
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = rest.chars().take_while(char::is_ascii_digit).count();
    let behind = rest.get(day..).unwrap_or_default();
    digits(year, 4..=4)
        && digits(month, 1..=2)
        && (1..=2).contains(&day)
        && (behind.is_empty() || behind.starts_with(['T', 't', ' ', '\t']))
}
