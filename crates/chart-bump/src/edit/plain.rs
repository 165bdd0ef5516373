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
        _ if is_inf_or_nan(text) || is_decimal(text) || has_radix(text, &["0x", "0o"]) => Meaning::Number,
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
        _ if is_inf_or_nan(text) || is_number_1_1(text) => Meaning::Number,
        _ if is_date(text) => Meaning::Time,
        _ => Meaning::Text,
    }
}

/// In any mixture of cases, which is more than readers take; quotes do no harm.
fn is_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn is_inf_or_nan(text: &str) -> bool {
    matches!(unsigned(text), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// go-yaml drops every underscore before it looks for a number, PyYAML allows them in places.
fn is_number_1_1(text: &str) -> bool {
    let bare = text.replace('_', "").to_ascii_lowercase();
    // `0b_` is a number to PyYAML, which then fails to read it.
    let radix = has_radix(unsigned(&bare), &["0x", "0o", "0b"]) || unsigned(&bare) == "0b";
    !text.starts_with('_') && (radix || is_decimal(&bare) || is_sexagesimal(&bare))
}

/// Digits with at most one point and an exponent.
fn is_decimal(text: &str) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.is_none_or(|power| !unsigned(power).is_empty() && is_digits(unsigned(power)));
    mantissa.contains(|c: char| c.is_ascii_digit()) && is_digits(whole) && is_digits(fraction) && exponent
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn has_radix(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        let radix = match *prefix {
            "0x" => 16,
            "0o" => 8,
            _ => 2,
        };
        let digits = text.strip_prefix(prefix).unwrap_or_default();
        !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix))
    })
}

/// `12:30:45` and `190:20:30.15` are numbers to base 60 in YAML 1.1.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = unsigned(text).split(':');
    let whole = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let (seconds, fraction) = last.split_once('.').unwrap_or((last, ""));
    let below_60 =
        |part: &str| is_digits(part) && part.parse::<u8>().is_ok_and(|n| n < 60) && part.len() <= 2;
    let is_whole = !whole.is_empty() && is_digits(whole);
    is_whole && middle.iter().all(|part| below_60(part)) && below_60(seconds) && is_digits(fraction)
}

/// A day, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits =
        |part: &str, range: std::ops::RangeInclusive<usize>| range.contains(&part.len()) && is_digits(part);
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
